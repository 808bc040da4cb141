import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMIT_W, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

test('SC11 twenty stations share one connection: whatever they are told, the sum stays below its limit', {
  timeout: 300_000,
}, async () => {
  const stations: Played[] = [];
  for (let n = 0; n < 20; n += 1) stations.push(await server.play('1.6', `plaza-${n}`));
  await Promise.all(stations.map((station) => station.boot()));
  for (const [n, station] of stations.entries()) {
    assert.ok((await server.backOffice.tokens.add({ uid: `PLAZA${n}` }, 'local')).ok);
    await station.start(`PLAZA${n}`);
  }
  await until(() => stations.every((station) => station.profiles('TxProfile').length > 0));
  await until(async () => {
    const entries = await Promise.all(stations.map(({ stationId }) => server.backOffice.book.of(stationId)));
    const held = entries.flat().filter(({ transactionId }) => transactionId !== undefined);
    if (held.length < 20 || held.some(({ state }) => state !== 'accepted')) return false;
    const instants = held.flatMap(({ plan }) => plan!.periods.map(({ startMs }) => startMs));
    const at = (plan: (typeof held)[number]['plan'], ms: number) =>
      plan!.periods.findLast(({ startMs }) => startMs <= ms)?.powerW ?? 0;
    return instants.every((ms) => held.reduce((sum, { plan }) => sum + at(plan, ms), 0) <= LIMIT_W);
  });
  for (const station of stations) await station.stop(0);
});
