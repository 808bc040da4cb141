import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetwork, OWN_PEER, type Placed } from '../network/index.ts';
import { socket } from '../network/testing/socket.ts';
import { createSites } from '../sites/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { createFallbackLimits } from './fallback-limits.ts';

const supplyOf = (maxImportW: number) => ({ maxImportW, currency: 'EUR' });
const PLACE = {
  address: 'Carrer de la Marina 1',
  city: 'Barcelona',
  country: 'ESP',
  latitude: '41.39',
  longitude: '2.19',
  timeZone: 'Europe/Madrid',
};
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
    assert.ok((await network.addLocation({ id: 'LOC1', ...PLACE, supply: supplyOf(30_000) })).ok);
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
    assert.ok((await network.addLocation({ id: 'LOC1', ...PLACE, supply: supplyOf(9_000) })).ok);
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

test('D1.5-§2.2.1.1-DEF X30 what stations keep to when nobody talks to them is looked at again when a cut begins and when it ends', async () => {
  const store = await memoryStore();
  try {
    const nowMs = clock.now();
    let atMs = nowMs;
    const moving = { ...clock, now: () => atMs };
    const sites = createSites({ store, clock: moving, log });
    const party = { countryCode: 'ES', partyId: 'SMC' };
    const network = await createNetwork({ store, sites, clock: moving, party });
    assert.ok((await network.addLocation({ id: 'LOC1', ...PLACE, supply: supplyOf(75_000) })).ok);
    const placed = { stationId: 'S1', evseId: 1, locationId: 'LOC1', evseUid: 'E1', connectors: [socket()] };
    assert.ok((await network.placeEvse(placed)).ok);
    const [context] = await sites.contexts();
    const cut = { startMs: nowMs + 600_000, durationMs: 3_600_000, value: 37_500 };
    assert.ok((await sites.putSeries(context!.id, 'cap', [cut], { source: 'grid operator' })).ok);
    const told: number[] = [];
    const limits = createFallbackLimits({
      network,
      sites,
      clock: moving,
      moves: (_, moveMs) => void told.push(moveMs),
    });
    const at = async (ms: number) => {
      atMs = ms;
      return (await limits.at(network.evses()[0]!)).siteW;
    };
    assert.equal(await at(nowMs), 75_000);
    assert.equal(await at(cut.startMs), 37_500);
    assert.equal(await at(cut.startMs + cut.durationMs), 75_000);
    assert.deepEqual(told, [cut.startMs, cut.startMs + cut.durationMs]);
  } finally {
    await store.close();
  }
});
