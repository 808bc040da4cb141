/** T-KILL, F2: the real process is killed while stations report as fast as they are answered. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dialStation, type StationLine } from '@smac/ocpp';
import { socket } from '../network/testing/socket.ts';
import { openStore } from '../store/index.ts';
import { writeDatabase } from '../store/testing/index.ts';
import { systemClock } from '../time/clock.ts';
import { silentLog } from './log.ts';
import { startServer } from './start-server.ts';
import { until } from './testing/played-stations.ts';
import { testConfig } from './testing/test-server.ts';

const SMAC = fileURLToPath(new URL('../../bin/smac.mjs', import.meta.url));
/** The server is started as the test is: without compiling the embedded database twice, and with what is compiled already. */
const FLAGS = process.execArgv.filter((flag) => flag === '--liftoff-only');
const STATIONS = 4;
/** Messages acknowledged before the server is killed, and after it is back. */
const BEFORE = 40;
const AFTER = 20;
/** Processor time of a restart, ms: how long it takes on the wall depends on what else the machine does. */
const RESTART_MS = 10_000;
/** A slow machine takes longer to start a server that nobody killed, too: not much of it may be for mending. */
const TIMES_A_START = 2;

const dataDir = mkdtempSync(join(tmpdir(), 'smac-kill-'));
const children: ChildProcess[] = [];
const lines: StationLine[] = [];
after(async () => {
  await Promise.all(lines.map((line) => line.close()));
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Stations, their places and cards; @returns what they log in with. */
async function prepare(
  env: Readonly<Record<string, string>>,
): Promise<{ identity: string; password: string }[]> {
  const server = await startServer(testConfig(env), {
    clock: systemClock,
    random: randomBytes,
    log: silentLog,
  });
  const { network, tokens } = server.backOffice;
  const place = { address: 'Kai 1', city: 'Turku', country: 'FIN', latitude: '60.45', longitude: '22.27' };
  await network.addLocation({
    id: 'LOC1',
    ...place,
    timeZone: 'Europe/Helsinki',
    supply: { maxImportW: 30_000, currency: 'EUR' },
  });
  const made: { identity: string; password: string }[] = [];
  for (let n = 0; n < STATIONS; n += 1) {
    const stationId = `K${n}`;
    const added = await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local');
    assert.ok(added.ok);
    const { identity, password = '' } = added.data;
    made.push({ identity, password });
    const evse = { stationId, evseId: 1, locationId: 'LOC1', evseUid: `E${n}`, connectors: [socket()] };
    assert.ok((await network.placeEvse(evse)).ok);
    assert.ok((await tokens.add({ uid: `CARD-K${n}` }, 'local')).ok);
  }
  await server.close();
  return made;
}

/** A server that is up, and where its stations come to: any free port, another one after a restart. */
async function serve(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const { PATH, HOME, NODE_COMPILE_CACHE, NODE_OPTIONS } = process.env;
  const child = spawn(process.execPath, [...FLAGS, SMAC, 'serve', '--empty'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, NODE_COMPILE_CACHE, NODE_OPTIONS, ...env },
  });
  children.push(child);
  let log = '';
  child.stderr!.setEncoding('utf8').on('data', (part: string) => {
    log += part;
  });
  for await (const part of child.stdout!.setEncoding('utf8')) {
    if (!/running at \S+/.test(part as string)) continue;
    const url = await until(() => /Stations: (ws:\S+\/ocpp)\//.exec(log)?.[1]);
    return { child, url };
  }
  throw new Error(`The server ended before it was up: ${log}`);
}

/** Reports one message after the other; what was not acknowledged is sent again, as OCPP wants it. */
function report(url: string, n: number, who: { identity: string; password: string }) {
  const acknowledged: number[] = [];
  const profileIds = new Set<number>();
  let isOver = false;
  const line = dialStation({
    url,
    ...who,
    versions: ['2.0.1'],
    clock: systemClock,
    random: () => 0.5,
    backOff: { minimumMs: 100, doublings: 0, randomMs: 0 },
    onConnected(connection) {
      connection.onAnyCall((action, payload) => {
        if (action !== 'SetChargingProfile') return { status: 'Rejected' };
        profileIds.add((payload as { chargingProfile: { id: number } }).chargingProfile.id);
        return { status: 'Accepted' };
      });
    },
  });
  lines.push(line);
  const message = (seqNo: number) => {
    const timestamp = new Date(Date.now() + seqNo).toISOString();
    return {
      eventType: seqNo === 0 ? 'Started' : 'Updated',
      timestamp,
      triggerReason: seqNo === 0 ? 'Authorized' : 'MeterValuePeriodic',
      seqNo,
      transactionInfo: { transactionId: `T${n}`, chargingState: 'Charging' },
      ...(seqNo === 0 ? { idToken: { idToken: `CARD-K${n}`, type: 'ISO14443' } } : {}),
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp, sampledValue: [{ value: 1_000 + seqNo }] }],
    };
  };
  const told = (async () => {
    const waiting = () => until(() => line.connection ?? undefined);
    await (await waiting()).callAny('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'One' },
    });
    for (let seqNo = 0; !isOver; ) {
      const payload = message(seqNo);
      for (let done = false; !done; ) {
        const outcome = await (await waiting()).callAny('TransactionEvent', payload);
        done = outcome.kind === 'result';
      }
      acknowledged.push(seqNo);
      seqNo += 1;
    }
  })();
  return {
    line,
    acknowledged,
    profileIds,
    async stop() {
      isOver = true;
      await told;
    },
  };
}

/** Processor time a process has used so far, ms; undefined where the system does not tell. */
function usedMs({ pid }: ChildProcess): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

test('F2 T-KILL: every acknowledged transaction message is there exactly once after a kill -9 under load, no profile twice, and it serves again at once', {
  timeout: 300_000,
}, async () => {
  const env = {
    SMAC_DATA_DIR: dataDir,
    SMAC_PORT: '0',
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '100000',
  };
  await writeDatabase(dataDir);
  const who = await prepare(env);
  const { child: first, url } = await serve(env);
  const startMs = usedMs(first) ?? 0;
  const stations = who.map((each, n) => report(url, n, each));
  const count = () => stations.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  await until(() => count() >= BEFORE);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const known = count();

  const { child: second, url: secondUrl } = await serve(env);
  for (const { line } of stations) line.reconfigure({ url: secondUrl });
  const restartMs = usedMs(second);
  const allowedMs = Math.max(RESTART_MS, TIMES_A_START * startMs);
  assert.ok(
    restartMs === undefined || restartMs <= allowedMs,
    `${restartMs} ms of processor time, ${startMs} ms before`,
  );
  await until(() => count() >= known + AFTER);
  await Promise.all(stations.map((station) => station.stop()));
  second.kill('SIGTERM');
  await once(second, 'exit');

  const store = await openStore({ dataDir, databaseUrl: undefined });
  try {
    const transactions = await store.db
      .selectFrom('ocpp_transaction')
      .selectAll()
      .orderBy('station_id')
      .execute();
    assert.equal(transactions.length, STATIONS, 'nobody was begun twice');
    for (const [n, { id, missing_seq, last_seq }] of transactions.entries()) {
      const { acknowledged, profileIds } = stations[n]!;
      const events = await store.db
        .selectFrom('transaction_event')
        .select('seq')
        .where('transaction_id', '=', id)
        .orderBy('seq')
        .execute();
      assert.deepEqual(
        events.map(({ seq }) => seq),
        acknowledged,
      );
      assert.deepEqual([last_seq, missing_seq], [acknowledged.at(-1), []]);
      const { readings } = await store.db
        .selectFrom('meter_value')
        .select((e) => e.fn.countAll<number>().as('readings'))
        .where('transaction_id', '=', id)
        .executeTakeFirstOrThrow();
      assert.equal(Number(readings), acknowledged.length);
      const held = await store.db
        .selectFrom('station_profile')
        .select('profile_id')
        .where('station_id', '=', `K${n}`)
        .execute();
      // A maximum, a default and a plan: the restarted server uses the same ids, so that nothing stands beside what it replaces.
      assert.ok(held.length <= 3 && profileIds.size <= 3, `${[...profileIds]}`);
    }
  } finally {
    await store.close();
  }
});
