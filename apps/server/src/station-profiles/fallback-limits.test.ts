import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetwork, OWN_PEER, type Placed } from '../network/index.ts';
import { socket } from '../network/testing/socket.ts';
import { createSites } from '../sites/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { createFallbackLimits } from './fallback-limits.ts';

const clock = { now: () => Date.parse('2026-06-01T12:00:00Z'), after: () => () => {} };
const log = { info() {}, warn() {}, error() {} };

test('D1.5-§2.2.1.1-DEF a fleet that asks at once shares one read of its supply point, and who asks after a change sees it', async () => {
  const store = await memoryStore();
  try {
    const sites = createSites({ store, clock, log });
    const network = await createNetwork({
      store,
      sites,
      clock,
      party: { countryCode: 'ES', partyId: 'SMC' },
    });
    const place = {
      address: 'Carrer de la Marina 1',
      city: 'Barcelona',
      country: 'ESP',
      latitude: '41.39',
      longitude: '2.19',
      timeZone: 'Europe/Madrid',
    };
    const supply = (maxImportW: number) => ({ maxImportW, currency: 'EUR' });
    assert.ok((await network.addLocation({ id: 'LOC1', ...place, supply: supply(30_000) })).ok);
    for (const number of [1, 2, 3]) {
      const placed = await network.placeEvse({
        stationId: `S${number}`,
        evseId: 1,
        locationId: 'LOC1',
        evseUid: `E${number}`,
        connectors: [socket()],
      });
      assert.ok(placed.ok);
    }
    const read: string[] = [];
    const seen = <T>(what: string, answer: T): T => {
      read.push(what);
      return answer;
    };
    const limits = createFallbackLimits({
      network,
      clock,
      sites: {
        context: (id) => seen('context', sites.context(id)),
        contexts: () => seen('contexts', sites.contexts()),
        series: (...asked) => seen('series', sites.series(...asked)),
      },
    });
    const asAll = () => Promise.all(network.evses().map((each: Placed) => limits.at(each)));
    const [first] = await asAll();
    assert.equal(first?.siteW, 30_000);
    assert.ok([...first.shares.values()].every((watts) => watts > 0 && watts <= 10_000));
    read.length = 0;
    const early = asAll();
    assert.ok((await network.addLocation({ id: 'LOC1', ...place, supply: supply(9_000) })).ok);
    const late = await asAll();
    await early;
    assert.deepEqual(
      late.map(({ siteW }) => siteW),
      [9_000, 9_000, 9_000],
    );
    assert.deepEqual(read.sort(), ['context', 'context', 'series', 'series']);
    assert.equal(network.owner.peerId, OWN_PEER);
  } finally {
    await store.close();
  }
});
