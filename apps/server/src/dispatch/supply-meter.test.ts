import assert from 'node:assert/strict';
import test from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { events, H24, type Rig, rig, T0 } from './testing/dispatch-rig.ts';

const BOTH = ['a', 'b'];
const VALID_MS = 60_000;

/** A supply point of 40 kW, forecast base load 10 kW: 30 kW for two cars that want 11 kW each. */
async function site(r: Rig): Promise<void> {
  const budget = [
    { startMs: T0, endMs: T0 + 900_000, powerW: 30_000, baseW: 10_000 },
    { startMs: T0 + 900_000, endMs: T0 + H24, powerW: 30_000, baseW: 10_000 },
  ];
  await r.dispatcher.execute({ ...r.assignment({ a: 11_000, b: 11_000 }, 30_000), budget });
  await r.idle();
}

async function cars(r: Rig, powerW: number): Promise<void> {
  for (const sessionId of BOTH) {
    await r.dispatcher.measured({ peerId: r.peerId, sessionId }, powerW, r.clock.now());
  }
}

async function meter(r: Rig, powerW: number): Promise<void> {
  const atMs = r.clock.now();
  await r.dispatcher.supplyMeasured(r.contextId, { powerW, atMs, untilMs: atMs + VALID_MS });
  await r.idle();
}

eachDatabase('the meter of a supply point', (database) => {
  const allowed = (r: Rig) => r.target.allowedW(BOTH, r.clock.now(), 11_000);

  test('security 7.1 F10: base load that rises by 20 kW inside a quarter hour lowers the cars with the next reading; when it falls they rise again; a stale reading leaves the forecast', async () => {
    const r = rig(database.store);
    await site(r);
    r.clock.advance(60_000);
    await cars(r, 11_000);
    await meter(r, 32_000);
    assert.equal(allowed(r), 22_000, 'as forecast');
    r.clock.advance(10_000);
    await cars(r, 11_000);
    await meter(r, 52_000);
    assert.equal(allowed(r), 10_000, '40 kW less 30 kW, at once');
    // The same reading while the cars still follow takes nothing more, and the lower sum is no room.
    r.clock.advance(5_000);
    await meter(r, 52_000);
    await cars(r, 5_000);
    await meter(r, 40_000);
    assert.equal(allowed(r), 10_000);
    r.clock.advance(30_000);
    await cars(r, 5_000);
    await meter(r, 22_000);
    assert.equal(allowed(r), 22_000, 'the base load is 12 kW now: all have room');
    r.clock.advance(30_000);
    await cars(r, 11_000);
    await meter(r, 59_000);
    assert.equal(allowed(r), 0, '37 kW of base leave 3 kW, less than any car takes');
    r.clock.advance(VALID_MS + 1);
    await r.idle();
    r.clock.advance(10_000);
    await r.idle();
    assert.equal(allowed(r), 22_000, 'nobody knows better than the forecast');
    const told = (await events(database.store, r.contextId)).map(({ code }) => code);
    assert.deepEqual(told, [], 'the plan asked for no more than it could know');
    await r.dispatcher.close();
  });

  test('security 7.1 what the meter shows goes on into the next quarter hour: cars do not rise at its border to what the forecast would allow', async () => {
    const r = rig(database.store);
    await site(r);
    r.clock.advance(60_000);
    await cars(r, 11_000);
    await meter(r, 52_000);
    assert.equal(allowed(r), 10_000);
    r.clock.advance(810_000);
    await cars(r, 5_000);
    await meter(r, 40_000);
    assert.equal(r.target.allowedW(BOTH, T0 + 900_000, 11_000), 10_000, 'told before it begins');
    r.clock.advance(35_000);
    await r.idle();
    assert.equal(allowed(r), 10_000);
    r.clock.advance(VALID_MS);
    await r.idle();
    r.clock.advance(10_000);
    await r.idle();
    assert.equal(allowed(r), 22_000, 'nobody knows better than the forecast');
    const told = (await events(database.store, r.contextId)).map(({ code }) => code);
    assert.deepEqual(told, []);
    await r.dispatcher.close();
  });

  test('security 7.1 a new plan made on the forecast does not lift what the meter shows; a reading that comes before the first plan counts', async () => {
    const r = rig(database.store);
    await meter(r, 25_000);
    await site(r);
    assert.equal(allowed(r), 15_000);
    r.clock.advance(20_000);
    await site(r);
    assert.equal(allowed(r), 15_000);
    await r.dispatcher.close();
  });

  test('security 7.1 base load below its forecast leaves room that cars may really use: what they draw is no excess then', async () => {
    const r = rig(database.store);
    const budget = [{ startMs: T0, endMs: T0 + H24, powerW: 12_000, baseW: 28_000 }];
    await r.dispatcher.execute({ ...r.assignment({ a: 6_000, b: 6_000 }, 12_000), budget });
    await r.idle();
    r.clock.advance(60_000);
    await meter(r, 20_000);
    await cars(r, 6_300);
    await r.idle();
    assert.equal(allowed(r), 12_000);
    await r.dispatcher.close();
  });

  test('T-LIE security 7.4: what a car draws while its station says 0 W shows at the supply point, and the others leave it its room', async () => {
    const r = rig(database.store);
    await site(r);
    r.clock.advance(60_000);
    // 10 kW of base load, and 11 kW of a car that is said to draw nothing.
    await r.dispatcher.measured({ peerId: r.peerId, sessionId: 'a' }, 0, r.clock.now());
    await r.dispatcher.measured({ peerId: r.peerId, sessionId: 'b' }, 11_000, r.clock.now());
    await meter(r, 32_000);
    assert.ok(allowed(r) <= 40_000 - 21_000, `${allowed(r)} W beside 21 kW that no station owns up to`);
    await r.dispatcher.close();
  });

  test('security 7.4 a meter that shows an absurd export lifts nobody above the limit of the supply point', async () => {
    const r = rig(database.store);
    const budget = [{ startMs: T0, endMs: T0 + H24, powerW: 6_000, baseW: 4_000 }];
    await r.dispatcher.execute({ ...r.assignment({ a: 5_000, b: 0 }, 6_000), budget });
    await r.idle();
    r.clock.advance(60_000);
    await meter(r, -1e9);
    const wanted = { ...r.assignment({ a: 11_000 }, null).sessions[0]!.profile };
    await r.dispatcher.wish({ peerId: r.peerId, sessionId: 'a' }, wanted);
    r.clock.advance(20_000);
    await r.idle();
    assert.equal(allowed(r), 10_000);
    await r.dispatcher.close();
  });

  test('F8 a limit that fell holds below the meter too, and without a limit no reading matters', async () => {
    const r = rig(database.store);
    await site(r);
    r.clock.advance(60_000);
    await cars(r, 11_000);
    await meter(r, 32_000);
    r.dispatcher.limit(r.contextId, {
      budget: [{ startMs: T0, endMs: T0 + H24, powerW: 0, baseW: 4_000 }],
    });
    r.clock.advance(2_000);
    await r.idle();
    assert.equal(allowed(r), 0);
    await r.dispatcher.close();
    const free = rig(database.store);
    await free.dispatcher.execute(free.assignment({ a: 11_000, b: 11_000 }, null));
    await free.idle();
    await meter(free, 900_000);
    assert.equal(allowed(free), 22_000);
    await free.dispatcher.close();
  });

  test('F2 F10 a server that restarts knows what the meter showed last, and how old that is; when it is stale the forecast holds', async () => {
    const before = rig(database.store);
    await site(before);
    before.clock.advance(60_000);
    await cars(before, 11_000);
    await meter(before, 52_000);
    assert.equal(allowed(before), 10_000);
    await before.dispatcher.close();
    before.clock.advance(20_000);
    const r = rig(database.store, before);
    await r.dispatcher.start();
    await site(r);
    assert.equal(allowed(r), 10_000, 'a plan made on the forecast lifts nobody above what the meter showed');
    // Other supply points are in the same database.
    const told = (by: Rig, what: RegExp) => by.log.lines.some((line) => what.test(line));
    assert.ok(
      told(r, /showed 52\.0 kW 20 s ago, 30\.0 kW of it beside the cars: it counts until it is stale/),
    );
    r.clock.advance(VALID_MS);
    await r.idle();
    assert.equal(allowed(r), 22_000, 'stale: the forecast');
    await r.dispatcher.close();
    const late = rig(database.store, r);
    await late.dispatcher.start();
    assert.ok(told(late, /showed 52\.0 kW 80 s ago, .* too old, the forecast holds/));
    await late.dispatcher.close();
  });
});
