/** F12: a database that takes no writes, under a real server with stations over real sockets. Time stands until the test moves it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AnyConnection, CallOutcome } from '@smac/ocpp';
import { type Disconnection, dialStation } from '@smac/ocpp';
import { sql } from 'kysely';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import { socket } from '../network/testing/socket.ts';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { createLog } from './log.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { until } from './testing/played-stations.ts';
import { testConfig } from './testing/test-server.ts';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const clock = new ManualClock(NOW_MS);
let real: Store;
let dataDir = '';
let server: RunningServer;
const complaints: string[] = [];
/** Transactions of the database that it did not take. */
let refusals = 0;

before(async () => {
  real = await memoryStore();
  const store: Store = {
    ...real,
    transaction: (work) =>
      real.transaction(work).catch((error: unknown) => {
        refusals += 1;
        throw error;
      }),
  };
  const env = {
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '1000',
  };
  dataDir = mkdtempSync(join(tmpdir(), 'smac-refuses-'));
  const config = testConfig({ SMAC_DATA_DIR: dataDir, ...env });
  server = await startServer(
    config,
    { clock, random: randomBytes, log: createLog(config, (line) => complaints.push(line)) },
    { store },
  );
  const { network, tokens } = server.backOffice;
  const place = { address: 'Kai 1', city: 'Turku', country: 'FIN', latitude: '60.45', longitude: '22.27' };
  await network.addLocation({ id: 'LOC1', ...place, timeZone: 'Europe/Helsinki' });
  assert.ok((await tokens.add({ uid: 'CARD' }, 'local')).ok);
});
after(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** As a full disk does: what is read is answered, what is written is an error of the database itself. */
const takesWrites = (does: boolean) =>
  sql`set default_transaction_read_only = ${sql.raw(does ? 'off' : 'on')}`.execute(real.db);

async function play(stationId: string) {
  const { network } = server.backOffice;
  const added = await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  const evse = {
    stationId,
    evseId: 1,
    locationId: 'LOC1',
    evseUid: `E-${stationId}`,
    connectors: [socket()],
  };
  assert.ok((await network.placeEvse(evse)).ok);
  const ends: Disconnection[] = [];
  let seq = 0;
  const line = dialStation({
    url: server.stationDoor()?.url ?? '',
    identity: added.data.identity,
    password: added.data.password ?? '',
    versions: ['2.0.1'],
    clock,
    random: Math.random,
    onConnected: (connection) => connection.onAnyCall(() => ({ status: 'Rejected' })),
    onDisconnected: (why) => ends.push(why),
  });
  const open = (): Promise<AnyConnection<'station'>> => until(() => line.connection ?? undefined);
  const say = async (action: string, payload: unknown): Promise<CallOutcome> =>
    (await open()).callAny(action, payload);
  const boot = { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } };
  assert.equal((await say('BootNotification', boot)).kind, 'result');
  return {
    line,
    ends,
    say,
    /** The next message about its transaction, or the same one again. */
    report(seqNo = seq++) {
      const timestamp = new Date(NOW_MS + seqNo).toISOString();
      return say('TransactionEvent', {
        eventType: seqNo === 0 ? 'Started' : 'Updated',
        timestamp,
        triggerReason: seqNo === 0 ? 'Authorized' : 'MeterValuePeriodic',
        seqNo,
        transactionInfo: { transactionId: `T-${stationId}`, chargingState: 'Charging' },
        ...(seqNo === 0 ? { idToken: { idToken: 'CARD', type: 'ISO14443' } } : {}),
        evse: { id: 1, connectorId: 1 },
        meterValue: [{ timestamp, sampledValue: [{ value: 1_000 + seqNo }] }],
      });
    },
  };
}

/** What a call came to so far. */
function watched(call: Promise<CallOutcome>) {
  const seen: { kind?: string } = {};
  void call.then(({ kind }) => {
    seen.kind = kind;
  });
  return seen;
}

async function storedSeqs(): Promise<number[]> {
  const rows = await real.db.selectFrom('transaction_event').select('seq').orderBy('seq').execute();
  return rows.map(({ seq }) => seq);
}

test('F12 D4.2-SC4: while the database takes no writes nothing is acknowledged and heartbeats are answered; what waited is stored once when it takes them again', async () => {
  const [station, other] = [await play('A'), await play('B')];
  assert.equal((await station.report()).kind, 'result');
  await takesWrites(false);
  const before = refusals;
  const waiting = watched(station.report());
  await until(() => refusals > before);
  assert.equal((await other.say('Heartbeat', {})).kind, 'result');
  for (let second = 0; second < 5; second += 1) {
    const tried = refusals;
    clock.advance(1_000);
    await until(() => refusals > tried);
  }
  assert.equal(waiting.kind, undefined);
  assert.deepEqual(await storedSeqs(), [0]);
  await takesWrites(true);
  clock.advance(1_000);
  await until(() => waiting.kind);
  assert.equal(waiting.kind, 'result');
  assert.deepEqual(await storedSeqs(), [0, 1]);

  // A status waits in the same way, without a transaction.
  await takesWrites(false);
  const status = {
    timestamp: new Date(NOW_MS).toISOString(),
    connectorStatus: 'Available',
    evseId: 1,
    connectorId: 1,
  };
  const told = watched(other.say('StatusNotification', status));
  const late = watched(station.report());
  await until(() => complaints.some((line) => line.includes('The database takes nothing')));
  // Longer than a station waits for an answer: the line ends, so that the station keeps its message.
  // Second by second, because its time begins when its message has come.
  await until(() => {
    if (station.ends.length > 0 && other.ends.length > 0) return true;
    clock.advance(1_000);
    return false;
  });
  assert.deepEqual([station.ends[0]?.closure?.code, other.ends[0]?.closure?.code], [1013, 1013]);
  await until(() => told.kind !== undefined && late.kind !== undefined);
  assert.deepEqual([told.kind, late.kind], ['closed', 'closed']);
  assert.deepEqual(await storedSeqs(), [0, 1]);
  // Coming back needs a commit as well: the door asks to try later.
  station.line.redial();
  await until(() => station.ends.length > 1);
  assert.equal(station.ends[1]?.status, 503);

  await takesWrites(true);
  station.line.redial();
  other.line.redial();
  assert.equal((await station.report(2)).kind, 'result');
  assert.equal((await other.say('StatusNotification', status)).kind, 'result');
  assert.deepEqual(await storedSeqs(), [0, 1, 2]);
  const [connector] = await server.stations.connectors('B');
  assert.equal(connector?.status, 'Available');
  await Promise.all([station.line.close(), other.line.close()]);
});
