import assert from 'node:assert/strict';
import { type AnyConnection, dialStation, type OcppVersion, type StationLine } from '@smac/ocpp';
import { socket } from '../../network/testing/socket.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import type { Extra } from '../compose.ts';
import { type TestServer, testServer } from './test-server.ts';

export interface HeardCall {
  readonly action: string;
  readonly payload: Record<string, unknown>;
}

/** Answers of a played station by action: a payload, or a function of the request. */
export type Answers = Record<string, unknown | ((payload: Record<string, unknown>) => unknown)>;

/** A station of one EVSE (more where a test places them) at a real server, played over a real socket. */
export interface Played {
  readonly stationId: string;
  readonly evseUid: string;
  readonly version: OcppVersion;
  readonly line: StationLine;
  readonly heard: HeardCall[];
  /** Changed by tests while they run. */
  readonly answers: Answers;
  /** A call that must be answered with a result. */
  say(action: string, payload: unknown): Promise<Record<string, unknown>>;
  /** Profiles it was sent, oldest first. */
  profiles(purpose?: string): Record<string, unknown>[];
  boot(): Promise<void>;
  /** A card at the reader and a car at the plug; returns how the station names the transaction. */
  start(card?: string, evseId?: number): Promise<string>;
  /** Register and power of the running transaction. */
  meter(importWh: number, powerW?: number, evseId?: number): Promise<void>;
  stop(importWh: number, evseId?: number): Promise<void>;
}

export interface OwnServer extends TestServer {
  /** Ends the server and leaves its stations dialling. */
  stop(): Promise<void>;
  play(version: OcppVersion, stationId: string, place?: { dischargeW?: number }): Promise<Played>;
}

export async function until<T>(
  what: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 240_000;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`It never became so: ${what}`);
    // Asking without a pause would take the processor from the server that is waited for.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const LOCATION = 'LOC1';
/** Supply point of the location, W. */
export const LIMIT_W = 20_000;
export const CARD = 'CARD0001';

const now = (plusS = 0) => new Date(Date.now() + plusS * 1000).toISOString();

/** A server with an own location of 20 kW and one card. */
export async function ownServer(
  env: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
  extra: Extra = {},
): Promise<OwnServer> {
  const ocpp = {
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '10000',
  };
  const server = await testServer({ ...ocpp, ...env }, extra, clock);
  const { network, tokens } = server.backOffice;
  const location = await network.addLocation({
    id: LOCATION,
    address: 'Carrer de la Marina 1',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
    timeZone: 'Europe/Madrid',
    supply: { maxImportW: LIMIT_W, currency: 'EUR' },
  });
  assert.ok(location.ok);
  assert.ok((await tokens.add({ uid: CARD }, 'local')).ok);
  const lines: StationLine[] = [];
  return {
    ...server,
    async play(version, stationId, place = {}) {
      const played = await play(server, version, stationId, place.dischargeW ?? 0);
      lines.push(played.line);
      return played;
    },
    stop: () => server.close(),
    async close() {
      await Promise.all(lines.map((line) => line.close()));
      await server.close();
    },
  };
}

async function play(
  server: TestServer,
  version: OcppVersion,
  stationId: string,
  dischargeW: number,
): Promise<Played> {
  const added = await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  const { identity, password = '' } = added.data;
  const evseUid = `E-${stationId}`;
  const placed = await server.backOffice.network.placeEvse({
    stationId,
    evseId: 1,
    locationId: LOCATION,
    evseUid,
    connectors: [socket({ dischargeW })],
  });
  assert.ok(placed.ok);
  const heard: HeardCall[] = [];
  const answers: Answers = {
    GetConfiguration: { configurationKey: [], unknownKey: [] },
    SetChargingProfile: { status: 'Accepted' },
    ClearChargingProfile: { status: 'Accepted' },
    RemoteStartTransaction: { status: 'Accepted' },
    RequestStartTransaction: { status: 'Accepted' },
    RemoteStopTransaction: { status: 'Accepted' },
    RequestStopTransaction: { status: 'Accepted' },
  };
  const { promise, resolve, reject } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: server.stationDoor()?.url ?? '',
    identity,
    password,
    versions: [version],
    clock: systemClock,
    // Message ids are made of it: ids that come again on the next connection are repetitions.
    random: Math.random,
    backOff: { minimumMs: 50, doublings: 0, randomMs: 0 },
    onConnected(connection) {
      connection.onAnyCall((action, payload) => {
        heard.push({ action, payload: payload as Record<string, unknown> });
        const answer = answers[action] ?? { status: 'Rejected' };
        return typeof answer === 'function' ? answer(payload) : answer;
      });
      resolve(connection);
    },
    onDisconnected: ({ reason, status }) => reject(new Error(`refused: ${status} ${reason}`)),
  });
  await promise;
  const is16 = version === '1.6';
  let count = 0;
  const running = new Map<number, { ref: string; seq: number }>();
  const at = (evseId: number) => {
    const transaction = running.get(evseId);
    assert.ok(transaction, `a transaction at EVSE ${evseId}`);
    return transaction;
  };
  const say = async (action: string, payload: unknown) => {
    const connection = await until(() => line.connection ?? undefined);
    const outcome = await connection.callAny(action, payload);
    assert.equal(outcome.kind, 'result', `${action}: ${JSON.stringify(outcome)}`);
    return (outcome as { payload: Record<string, unknown> }).payload;
  };
  const event = (
    evseId: number,
    eventType: string,
    triggerReason: string,
    importWh: number,
    powerW = 0,
    more = {},
  ) =>
    say('TransactionEvent', {
      eventType,
      timestamp: now(),
      triggerReason,
      seqNo: at(evseId).seq++,
      transactionInfo: {
        transactionId: at(evseId).ref,
        chargingState: powerW === 0 ? 'SuspendedEVSE' : 'Charging',
      },
      evse: { id: evseId, connectorId: 1 },
      meterValue: [
        {
          timestamp: now(),
          sampledValue: [
            { value: importWh },
            { value: Math.max(0, powerW), measurand: 'Power.Active.Import' },
            { value: Math.max(0, -powerW), measurand: 'Power.Active.Export' },
          ],
        },
      ],
      ...more,
    });
  return {
    stationId,
    evseUid,
    version,
    line,
    heard,
    answers,
    say,
    profiles: (purpose) =>
      heard
        .filter(({ action }) => action === 'SetChargingProfile')
        .map(
          ({ payload }) => (payload.csChargingProfiles ?? payload.chargingProfile) as Record<string, unknown>,
        )
        .filter(({ chargingProfilePurpose }) => purpose === undefined || chargingProfilePurpose === purpose),
    async boot() {
      const answer = await say(
        'BootNotification',
        is16
          ? { chargePointVendor: 'Acme', chargePointModel: 'One' }
          : { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } },
      );
      assert.equal(answer.status, 'Accepted');
    },
    async start(card = CARD, evseId = 1) {
      if (is16) {
        const started = await say('StartTransaction', {
          connectorId: evseId,
          idTag: card,
          meterStart: 0,
          timestamp: now(),
        });
        running.set(evseId, { ref: String(started.transactionId), seq: 0 });
      } else {
        count += 1;
        running.set(evseId, { ref: `${stationId}-${count}`, seq: 0 });
        await event(evseId, 'Started', 'Authorized', 0, 0, { idToken: { idToken: card, type: 'ISO14443' } });
      }
      return at(evseId).ref;
    },
    async meter(importWh, powerW = 0, evseId = 1) {
      if (!is16) {
        await event(evseId, 'Updated', 'MeterValuePeriodic', importWh, powerW);
        return;
      }
      await say('MeterValues', {
        connectorId: evseId,
        transactionId: Number(at(evseId).ref),
        meterValue: [
          {
            timestamp: now(),
            sampledValue: [
              { value: String(importWh) },
              { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
            ],
          },
        ],
      });
    },
    async stop(importWh, evseId = 1) {
      const { ref } = at(evseId);
      if (is16) {
        await say('StopTransaction', { transactionId: Number(ref), meterStop: importWh, timestamp: now(1) });
        return;
      }
      await event(evseId, 'Ended', 'EVDeparted', importWh, 0, {
        transactionInfo: { transactionId: ref, stoppedReason: 'EVDisconnected' },
      });
    },
  };
}
