import assert from 'node:assert/strict';
import { type AnyConnection, dialStation } from '@smac/ocpp';
import { CATALOGUE, vehicleOf } from '@smac/simulator';
import { atSimulatedSite, type SimulatedSite } from '../../server/src/main/testing/simulated-site.ts';
import { systemClock } from '../../server/src/time/clock.ts';

/** A Monday at ten in Turku. */
export const TEN_MS = Date.parse('2026-06-01T07:00:00Z');

const car = vehicleOf(
  CATALOGUE.find(({ model }) => model.charger.phases === 3 && model.charger.maxCurrentA >= 16)!.model,
);
const socket = { phases: 3, maxCurrentA: 16 } as const;

/** A station of 2.1 whose every word the test says: a car at it gives power back. */
export interface BidirectionalStation {
  /** @param powerW positive: to the car, negative: back from it */
  meter(powerW: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Four stations of three versions at one place: T1 (2.0.1) with a car, O1 (1.6), N1 (2.1), and L1 (1.6), which lacks smart charging.
 * One more, OFF, was added and never came.
 */
export function atStations(work: (site: SimulatedSite) => Promise<void>): Promise<void> {
  return atSimulatedSite(
    {
      version: '2.0.1',
      startMs: TEN_MS,
      supply: { maxImportW: 40_000, capW: 43_000, currency: 'EUR' },
      stations: [
        { id: 'T1', evses: [socket, socket] },
        { id: 'O1', version: '1.6', evses: [socket] },
        { id: 'N1', version: '2.1', evses: [socket] },
        { id: 'L1', version: '1.6', evses: [socket], limits: { purposes: [] } },
      ],
    },
    async (site) => {
      await site.server.stations.admin.add({ stationId: 'OFF', securityProfile: 2 }, 'local');
      site.stations.get('T1')!.plug(1, { vehicle: car, soc: 0.3 });
      await site.stations.get('T1')!.present(1, 'CARDT11');
      await site.runTo(3);
      await work(site);
    },
  );
}

/** Places the station BI at the same location and begins a transaction there. */
export async function bidirectional(site: SimulatedSite): Promise<BidirectionalStation> {
  const { server } = site;
  const added = await server.stations.admin.add({ stationId: 'BI', securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  const { network, tokens } = server.backOffice;
  const connector = {
    id: '1',
    connectorId: 1,
    standard: 'IEC_62196_T2',
    format: 'CABLE',
    powerType: 'AC_3_PHASE',
    maxVoltageV: 230,
    maxCurrentA: 32,
    dischargeW: 10_000,
    tariffIds: [],
  } as const;
  const place = { stationId: 'BI', evseId: 1, locationId: 'LOC1', evseUid: 'BI-1', connectors: [connector] };
  assert.ok((await network.placeEvse(place)).ok);
  await tokens.add({ uid: 'CARDBI' }, 'local');
  const { promise, resolve } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: server.stationDoor()?.url ?? '',
    identity: added.data.identity,
    password: added.data.password ?? '',
    versions: ['2.1'],
    clock: systemClock,
    random: Math.random,
    onConnected(connection) {
      connection.onAnyCall(() => ({ status: 'Accepted' }));
      resolve(connection);
    },
  });
  const connection = await promise;
  const say = async (action: string, payload: unknown) =>
    assert.equal((await connection.callAny(action, payload)).kind, 'result', action);
  let seqNo = 0;
  const event = (eventType: string, triggerReason: string, powerW: number, more = {}) => {
    // The clock of the simulation stands: each reading is of its own second.
    const timestamp = new Date(TEN_MS + 180_000 + seqNo * 1000).toISOString();
    const sampledValue = [
      { value: 1_000 + seqNo },
      { value: Math.max(0, powerW), measurand: 'Power.Active.Import' },
      { value: Math.max(0, -powerW), measurand: 'Power.Active.Export' },
    ];
    const transactionInfo = { transactionId: 'bi-1', chargingState: 'Charging' };
    const meterValue = [{ timestamp, sampledValue }];
    const evse = { id: 1, connectorId: 1 };
    const told = { eventType, timestamp, triggerReason, seqNo, transactionInfo, evse, meterValue, ...more };
    seqNo += 1;
    return say('TransactionEvent', told);
  };
  await say('BootNotification', {
    reason: 'PowerUp',
    chargingStation: { vendorName: 'Acme', model: 'Two-way' },
  });
  await say('NotifyEvent', {
    generatedAt: new Date(TEN_MS + 180_000).toISOString(),
    seqNo: 0,
    eventData: [
      {
        eventId: 1,
        timestamp: new Date(TEN_MS + 180_000).toISOString(),
        trigger: 'Delta',
        actualValue: 'Occupied',
        eventNotificationType: 'HardWiredNotification',
        component: { name: 'Connector', evse: { id: 1, connectorId: 1 } },
        variable: { name: 'AvailabilityState' },
      },
    ],
  });
  await event('Started', 'Authorized', 0, { idToken: { idToken: 'CARDBI', type: 'ISO14443' } });
  return {
    meter: (powerW) => event('Updated', 'MeterValuePeriodic', powerW),
    close: () => line.close(),
  };
}
