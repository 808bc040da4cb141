import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandResponseUrl, ownEndpoint, type Token } from '@smac/ocpi';
import { type AnyConnection, dialStation } from '@smac/ocpp';
import { socket } from '../network/testing/socket.ts';
import { systemClock } from '../time/clock.ts';
import { provider } from './testing/provider.ts';
import { testServer } from './testing/test-server.ts';

/** One moment for all: parking is billed by the minute, and a millisecond more is another minute. */
const BASE_MS = Date.now();
const now = (plusS = 0) => new Date(BASE_MS + plusS * 1000).toISOString();

async function until<T>(what: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`It never became so: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('BI11 BI19 D1.5-Q3B-8a D1.5-§2.3.1-SES D1.5-§2.3.1-CDR a driver of another provider starts by app, parks afterwards, and pays: OCPI to OCPP and back, by a real station', {
  timeout: 300_000,
}, async () => {
  const server = await testServer({
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    SMAC_OCPI_ALLOW_PRIVATE: 'true',
  });
  const emsp = await provider();
  const { heard, platform } = emsp;
  const { network, billing } = server.backOffice;
  const added = await server.stations.admin.add({ stationId: 'S1', securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  await network.addLocation({
    id: 'LOC1',
    address: 'Carrer de la Marina 1',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
    timeZone: 'Europe/Madrid',
  });
  await network.placeEvse({
    stationId: 'S1',
    evseId: 1,
    locationId: 'LOC1',
    evseUid: 'E1',
    connectors: [socket()],
  });
  const components = [
    { type: 'ENERGY' as const, price: 0.4, vat: 21, step_size: 1 },
    { type: 'PARKING_TIME' as const, price: 6, vat: 21, step_size: 60 },
  ];
  const elements = [{ price_components: components }];
  await billing.tariffs.draft({ id: 'day', currency: 'EUR', tax_included: 'NO', elements }, [{}], 'key:ann');
  assert.ok((await billing.tariffs.approve('day', 1, undefined, 'key:ben')).ok);
  // As if it had been approved yesterday: the session of this test lies in the past hour.
  const yesterdayMs = Date.now() - 24 * 3_600_000;
  await server.store.db.updateTable('tariff_revision').set({ effective_ms: yesterdayMs }).execute();
  const asked = Promise.withResolvers<Record<string, unknown>>();
  const connected = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: server.stationDoor()?.url ?? '',
    identity: added.data.identity,
    password: added.data.password ?? '',
    versions: ['2.1'],
    clock: systemClock,
    random: () => 0.5,
    onConnected(connection) {
      connection.onAnyCall((action, payload) => {
        if (action === 'RequestStartTransaction') asked.resolve(payload as Record<string, unknown>);
        if (action === 'RequestStartTransaction' || action === 'SetChargingProfile')
          return { status: 'Accepted' };
        return { status: 'Rejected' };
      });
      connected.resolve(connection);
    },
  });
  try {
    const connection = await connected.promise;
    const say = async (action: string, payload: unknown) => {
      const outcome = await connection.callAny(action, payload);
      assert.equal(outcome.kind, 'result', `${action}: ${JSON.stringify(outcome)}`);
      return (outcome as { payload: Record<string, unknown> }).payload;
    };
    await say('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'One' },
    });
    await emsp.join(server);
    const { receiver } = emsp.client();
    const token: Token = {
      country_code: 'DE',
      party_id: 'EMP',
      uid: 'app-user-0815',
      type: 'APP_USER',
      contract_id: 'DE-EMP-C0815',
      issuer: 'EMP',
      valid: true,
      whitelist: 'NEVER',
      last_updated: now(-10),
    };
    const endpoint = ownEndpoint(platform, '2.3.0', 'commands', 'SENDER');
    const start = await receiver.commands.startSession({
      response_url: commandResponseUrl(endpoint, 'START_SESSION', 'cb-1'),
      token,
      location_id: 'LOC1',
      evse_uid: 'E1',
      authorization_reference: 'auth-42',
    });
    assert.deepEqual(start.ok && start.data.result, 'ACCEPTED');
    const { idToken, evseId, remoteStartId } = await asked.promise;
    assert.deepEqual([idToken, evseId], [{ idToken: 'app-user-0815', type: 'Central' }, 1]);
    await until(() => heard.results[0]?.result === 'ACCEPTED');

    const event = (seqNo: number, atS: number, meterWh: number, more: Record<string, unknown>) => ({
      timestamp: now(atS),
      seqNo,
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: now(atS), sampledValue: [{ value: meterWh }] }],
      ...more,
    });
    const started = await say(
      'TransactionEvent',
      event(0, -3600, 1000, {
        eventType: 'Started',
        triggerReason: 'RemoteStart',
        transactionInfo: { transactionId: 'T-1', chargingState: 'Charging', remoteStartId },
        idToken,
      }),
    );
    assert.equal((started.idTokenInfo as { status: string }).status, 'Accepted');
    const session = await until(() => heard.sessions[0]);
    assert.deepEqual(
      [session.cdr_token.contract_id, session.auth_method, session.authorization_reference, session.status],
      ['DE-EMP-C0815', 'COMMAND', 'auth-42', 'ACTIVE'],
    );
    const step = (seqNo: number, atS: number, meterWh: number, chargingState: string) =>
      say(
        'TransactionEvent',
        event(seqNo, atS, meterWh, {
          eventType: 'Updated',
          triggerReason: 'ChargingStateChanged',
          transactionInfo: { transactionId: 'T-1', chargingState },
        }),
      );
    // 20 min of charging, 20 min held back by this server, 10 min full: 5 kWh and 10 min of parking.
    await step(1, -2400, 6000, 'SuspendedEVSE');
    await step(2, -1200, 6000, 'SuspendedEV');
    await say(
      'TransactionEvent',
      event(3, -600, 6000, {
        eventType: 'Ended',
        triggerReason: 'EVDeparted',
        transactionInfo: { transactionId: 'T-1', stoppedReason: 'EVDisconnected' },
      }),
    );
    const cdr = await until(() => heard.cdrs[0]);
    assert.deepEqual(
      [cdr.total_energy, cdr.total_cost.before_taxes, cdr.total_parking_cost?.before_taxes],
      [5, 3, 1],
    );
    assert.deepEqual(
      [cdr.cdr_token.contract_id, cdr.auth_method, cdr.authorization_reference, cdr.session_id],
      ['DE-EMP-C0815', 'COMMAND', 'auth-42', session.id],
    );
    const states = cdr.charging_periods.map(({ dimensions }) => dimensions[0]?.type);
    assert.deepEqual(states, ['TIME', 'TIME', 'PARKING_TIME']);
    assert.equal((await until(() => heard.sessions.findLast(({ status }) => status === 'COMPLETED'))).kwh, 5);
  } finally {
    await line.close();
    await emsp.close();
    await server.close();
  }
});
