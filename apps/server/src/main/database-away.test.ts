/** F11: a PostgreSQL server that nothing reaches for a minute, under a real server with stations that report over real sockets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dialStation } from '@smac/ocpp';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import { socket } from '../network/testing/socket.ts';
import { openPostgres } from '../store/postgres.ts';
import { onPostgres } from '../store/testing/index.ts';
import { silentLog } from './log.ts';
import { startServer } from './start-server.ts';
import { until } from './testing/played-stations.ts';
import { testConfig } from './testing/test-server.ts';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const STATIONS = 4;
/** Messages acknowledged before the database is cut off, and after it is back. */
const BEFORE = 20;
const AFTER = 20;

/** The way to the database, which can be cut (open connections break, new ones are refused) and swallow everything without a break. */
async function wayTo(url: URL) {
  const open = new Set<Socket>();
  const pairs = new Map<Socket, Socket>();
  let isSwallowing = false;
  const listener = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          open.delete(one);
          other.destroy();
        });
      pairs.set(one, other);
      if (!isSwallowing) one.pipe(other);
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  let isCut = false;
  listener.on('connection', (near) => {
    if (isCut) near.resetAndDestroy();
  });
  return {
    url: through.href,
    swallow() {
      isSwallowing = true;
      for (const each of open) each.unpipe().pause();
    },
    cut() {
      isCut = true;
      for (const each of open) each.destroy();
    },
    mend() {
      isCut = false;
      isSwallowing = false;
      for (const each of open) each.pipe(pairs.get(each)!);
    },
    close() {
      this.cut();
      listener.close();
    },
  };
}

onPostgres('a minute without the database', (database, url) => {
  for (const how of ['cut', 'swallow'] as const)
    test(`F11 RT14 ${how === 'cut' ? 'its connections break' : 'it hangs and breaks no connection'}: nothing that was acknowledged is lost, nothing is stored twice, nothing is refused, and heartbeats are answered all the while`, async () => {
      // The server's lock is free only when the store of the test lets go of it.
      if (how === 'cut') await database.store.close();
      const way = await wayTo(new URL(url));
      const clock = new ManualClock(NOW_MS);
      const dataDir = mkdtempSync(join(tmpdir(), 'smac-away-'));
      const env = {
        SMAC_DATA_DIR: dataDir,
        SMAC_OCPP_PORT: '0',
        SMAC_OCPP_WITHOUT_TLS: 'true',
        SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '100000',
      };
      const store = await openPostgres(way.url, true);
      const server = await startServer(
        testConfig(env),
        { clock, random: randomBytes, log: silentLog },
        { store },
      );
      const { network, tokens } = server.backOffice;
      const place = {
        address: 'Kai 1',
        city: 'Turku',
        country: 'FIN',
        latitude: '60.45',
        longitude: '22.27',
      };
      await network.addLocation({ id: 'LOC1', ...place, timeZone: 'Europe/Helsinki' });

      async function play(n: number) {
        const stationId = `${how}-${n}`;
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
        assert.ok((await tokens.add({ uid: `CARD-${stationId}` }, 'local')).ok);
        const acknowledged: number[] = [];
        const refused: unknown[] = [];
        let isOver = false;
        const line = dialStation({
          url: server.stationDoor()?.url ?? '',
          identity: added.data.identity,
          password: added.data.password ?? '',
          versions: ['2.0.1'],
          clock,
          random: Math.random,
          onConnected: (connection) => connection.onAnyCall(() => ({ status: 'Rejected' })),
        });
        const say = async (action: string, payload: unknown) =>
          (await until(() => line.connection ?? undefined)).callAny(action, payload);
        const boot = { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } };
        assert.equal((await say('BootNotification', boot)).kind, 'result');
        const message = (seqNo: number) => {
          const timestamp = new Date(NOW_MS + seqNo).toISOString();
          return {
            eventType: seqNo === 0 ? 'Started' : 'Updated',
            timestamp,
            triggerReason: seqNo === 0 ? 'Authorized' : 'MeterValuePeriodic',
            seqNo,
            transactionInfo: { transactionId: `T-${stationId}`, chargingState: 'Charging' },
            ...(seqNo === 0 ? { idToken: { idToken: `CARD-${stationId}`, type: 'ISO14443' } } : {}),
            evse: { id: 1, connectorId: 1 },
            meterValue: [{ timestamp, sampledValue: [{ value: 1_000 + seqNo }] }],
          };
        };
        return {
          line,
          acknowledged,
          refused,
          say,
          /** Reports until it is told to stop; what was not acknowledged is sent again, as OCPP wants it. */
          async report() {
            for (let seqNo = 0; !isOver; ) {
              const connection = await until(() => line.connection ?? undefined);
              const outcome = await connection.callAny('TransactionEvent', message(seqNo));
              if (outcome.kind === 'error') refused.push(outcome);
              if (outcome.kind !== 'result') continue;
              acknowledged.push(seqNo);
              seqNo += 1;
            }
          },
          end() {
            isOver = true;
          },
        };
      }

      try {
        const stations = await Promise.all(Array.from({ length: STATIONS }, (_, n) => play(n)));
        const quiet = await play(STATIONS);
        const reports = stations.map((station) => station.report());
        const count = () => stations.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
        await until(() => count() >= BEFORE);
        way[how]();
        const atCut = count();
        const connection = quiet.line.connection;
        for (let second = 0; second < 60; second += 1) {
          clock.advance(1_000);
          // Who has the answer has had every ping before it, too: lines live by them.
          assert.equal((await connection?.callAny('Heartbeat', {}))?.kind, 'result', `after ${second} s`);
        }
        const known = count();
        // What was committed before the cut may still be answered after it.
        assert.ok(known <= atCut + 2 * STATIONS, `${known - atCut} were acknowledged without a database`);
        way.mend();
        // Back-off of the stations and retries of the server go by the clock.
        await until(() => {
          clock.advance(1_000);
          return count() >= known + AFTER;
        });
        for (const station of stations) station.end();
        await Promise.all(reports);
        for (const { refused } of stations) assert.deepEqual(refused, []);
        const rows = await store.db
          .selectFrom('transaction_event')
          .innerJoin('ocpp_transaction', 'ocpp_transaction.id', 'transaction_event.transaction_id')
          .select(['station_id', 'seq'])
          .where('station_id', 'like', `${how}-%`)
          .orderBy('station_id')
          .orderBy('seq')
          .execute();
        assert.deepEqual(
          rows.map(({ station_id, seq }) => `${station_id} ${seq}`),
          stations.flatMap(({ acknowledged }, n) => acknowledged.map((seq) => `${how}-${n} ${seq}`)),
        );
        await Promise.all([...stations, quiet].map(({ line }) => line.close()));
      } finally {
        await server.close();
        way.close();
        rmSync(dataDir, { recursive: true, force: true });
      }
    });
});
