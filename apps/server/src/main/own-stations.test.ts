import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyConnection, dialStation, type OcppVersion } from '@smac/ocpp';
import { systemClock } from '../time/clock.ts';
import { importedWh } from '../transactions/index.ts';
import { type TestServer, testServer } from './testing/test-server.ts';

type Heard = { readonly action: string; readonly payload: Record<string, unknown> };

const PLACE = {
  id: 'LOC1',
  address: 'Carrer de la Marina 1',
  city: 'Barcelona',
  country: 'ESP',
  latitude: '41.39',
  longitude: '2.19',
  timeZone: 'Europe/Madrid',
  supply: { maxImportW: 20_000, currency: 'EUR' },
} as const;

async function until<T>(what: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`It never became so: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A station that takes every profile, played over a real socket. */
async function play(server: TestServer, version: OcppVersion) {
  const added = await server.stations.admin.add({ stationId: 'S1', securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  const { identity, password = '' } = added.data;
  const { network, tokens } = server.backOffice;
  assert.ok((await network.addLocation(PLACE)).ok);
  const placed = await network.placeEvse({
    stationId: 'S1',
    evseId: 1,
    locationId: 'LOC1',
    evseUid: 'E1',
    connectors: [
      {
        id: '1',
        connectorId: 1,
        standard: 'IEC_62196_T2',
        format: 'SOCKET',
        powerType: 'AC_3_PHASE',
        maxVoltageV: 230,
        maxCurrentA: 16,
        dischargeW: 0,
        tariffIds: [],
      },
    ],
  });
  assert.ok(placed.ok);
  assert.ok((await tokens.add({ uid: 'CARD0001' }, 'local')).ok);
  const heard: Heard[] = [];
  const { promise, resolve } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: server.stationDoor()?.url ?? '',
    identity,
    password,
    versions: [version],
    clock: systemClock,
    random: () => 0.5,
    onConnected(connection) {
      connection.onAnyCall((action, payload) => {
        heard.push({ action, payload: payload as Record<string, unknown> });
        if (action === 'GetConfiguration') return { configurationKey: [], unknownKey: [] };
        if (action === 'SetChargingProfile') return { status: 'Accepted' };
        return { status: 'Rejected' };
      });
      resolve(connection);
    },
  });
  const connection = await promise;
  const say = async (action: string, payload: unknown) => {
    const outcome = await connection.callAny(action, payload);
    assert.equal(outcome.kind, 'result', `${action}: ${JSON.stringify(outcome)}`);
    return (outcome as { payload: Record<string, unknown> }).payload;
  };
  const profiles = () =>
    heard
      .filter(({ action }) => action === 'SetChargingProfile')
      .map(
        ({ payload }) => (payload.csChargingProfiles ?? payload.chargingProfile) as Record<string, unknown>,
      );
  return { line, say, profiles };
}

const now = (plusS = 0) => new Date(Date.now() + plusS * 1000).toISOString();

for (const version of ['1.6', '2.0.1', '2.1'] as const) {
  test(`SMC_001 D1.5-Q2-11 ${version}: a station connects, a driver plugs in, a plan goes out as a profile, meter values come back`, {
    timeout: 60_000,
  }, async () => {
    const server = await testServer({ SMAC_OCPP_PORT: '0', SMAC_OCPP_WITHOUT_TLS: 'true' });
    const { line, say, profiles } = await play(server, version);
    try {
      const is16 = version === '1.6';
      const boot = await say(
        'BootNotification',
        is16
          ? { chargePointVendor: 'Acme', chargePointModel: 'One' }
          : { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } },
      );
      assert.equal(boot.status, 'Accepted');
      const purposes = () => profiles().map(({ chargingProfilePurpose }) => chargingProfilePurpose);
      // The fallbacks come before any plan.
      await until(() => purposes().length >= 2);
      assert.deepEqual(
        new Set(purposes()),
        new Set([is16 ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile', 'TxDefaultProfile']),
      );
      let transactionRef: unknown = 'T-1';
      if (is16) {
        const started = await say('StartTransaction', {
          connectorId: 1,
          idTag: 'CARD0001',
          meterStart: 1_000,
          timestamp: now(),
        });
        assert.deepEqual(started.idTagInfo, { status: 'Accepted' });
        transactionRef = started.transactionId;
      } else {
        const started = await say('TransactionEvent', {
          eventType: 'Started',
          timestamp: now(),
          triggerReason: 'Authorized',
          seqNo: 0,
          transactionInfo: { transactionId: 'T-1', chargingState: 'Charging' },
          idToken: { idToken: 'CARD0001', type: 'ISO14443' },
          evse: { id: 1, connectorId: 1 },
          meterValue: [{ timestamp: now(), sampledValue: [{ value: 1_000, context: 'Transaction.Begin' }] }],
        });
        assert.equal((started.idTokenInfo as { status: string }).status, 'Accepted');
      }
      const plan = await until(() =>
        profiles().find(({ chargingProfilePurpose }) => chargingProfilePurpose === 'TxProfile'),
      );
      assert.equal(plan.transactionId, transactionRef);
      const [transaction] = await server.backOffice.transactions.list({ state: 'active' });
      assert.ok(transaction);
      const ref = { peerId: 'own', sessionId: transaction.id };
      const session = await until(() => server.sites.session(ref));
      assert.equal(session.evseUid, 'E1');
      assert.match(session.contextId, /supply/);
      if (is16) {
        await say('MeterValues', {
          connectorId: 1,
          meterValue: [{ timestamp: now(), sampledValue: [{ value: '1.1', unit: 'kWh' }] }],
        });
        await say('StopTransaction', { transactionId: transactionRef, meterStop: 1_150, timestamp: now(1) });
      } else {
        await say('TransactionEvent', {
          eventType: 'Ended',
          timestamp: now(1),
          triggerReason: 'EVDeparted',
          seqNo: 1,
          transactionInfo: { transactionId: 'T-1', stoppedReason: 'EVDisconnected' },
          meterValue: [{ timestamp: now(1), sampledValue: [{ value: 1_150, context: 'Transaction.End' }] }],
        });
      }
      const over = await until(async () => {
        const state = await server.sites.session(ref);
        return state?.status === 'COMPLETED' && state;
      });
      assert.equal(Math.round(over.energyWh), 150);
      const ended = await server.backOffice.transactions.get(transaction.id);
      assert.ok(ended);
      assert.equal(importedWh(ended), 150);
    } finally {
      await line.close();
      await server.close();
    }
  });
}
