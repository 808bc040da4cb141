import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import {
  aContext,
  aLocation,
  anEvse,
  aSession,
  bench,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  quarterHours,
  readSi,
} from './testing/fixtures.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

const ownEvse = (uid: string) => [
  { location_id: `L${uid}`, evse_uid: uid, connectors: [{ connector_id: '1', power: 11_000 }] },
];

eachDatabase('snapshots', (database) => {
  test('snapshots asked for at once are each what they would be alone: limits above, calendar, series of its own time, sessions and their zones', async () => {
    const { sites } = bench(database.store);
    const [owner, other] = [newOwner(), newOwner()];
    await sites.putLocation(owner, aLocation('LA', [anEvse('A')]));
    await sites.putLocation(owner, aLocation('LB', [anEvse('B')], { time_zone: 'Europe/Madrid' }));
    await sites.putContext(
      owner,
      aContext('Top', {
        max_power: 9_000,
        evses: ownEvse('T'),
        demand: quarterHours(NOW_MS, [500]),
      }),
      readSi,
    );
    const price = quarterHours(NOW_MS - 49 * HOUR_MS, [0.1, 0.2, 0.3, 0.4, 0.5]);
    await sites.putContext(owner, aContext('A', { parent_id: 'TOP', evses: ownEvse('A'), price }), readSi);
    await sites.putContext(owner, aContext('B', { parent_id: 'Top', evses: ownEvse('B') }), readSi);
    // Another party's context of the same name is nobody's parent here.
    await sites.putContext(other, aContext('Top', { max_power: 1_000, evses: ownEvse('A') }), readSi);
    for (const [of, uid, id] of [
      [owner, 'A', 'S1'],
      [owner, 'B', 'S2'],
      [owner, 'B', 'S3'],
      [other, 'A', 'S1'],
    ] as const)
      await sites.putSession(of, aSession(id, { location_id: `L${uid}`, evse_uid: uid }));
    const contexts = (await sites.contexts()).filter(({ peerId }) =>
      [owner.peerId, other.peerId].includes(peerId),
    );
    const idOf = (objectId: string, peerId = owner.peerId) =>
      contexts.find((context) => context.objectId === objectId && context.peerId === peerId)!.id;
    const policy = {
      evses: [],
      weekdays: [1],
      fromHour: 0,
      toHour: 24,
      timeZone: 'Europe/Madrid',
      maxW: 7_000,
    };
    await sites.setServicePolicies(idOf('B'), [policy, { ...policy, maxW: 5_000 }]);
    const wanted = [
      ...contexts.map(({ id }) => [id, NOW_MS] as const),
      [idOf('A'), NOW_MS + HOUR_MS / 2] as const,
      ['nobody', NOW_MS] as const,
    ];
    const atOnce = await Promise.all(wanted.map(([id, atMs]) => sites.snapshot(id, atMs)));
    for (const [n, [id, atMs]] of wanted.entries())
      assert.deepEqual(atOnce[n], await sites.snapshot(id, atMs), `${id} at ${atMs}`);
    const of = (id: string, atMs = NOW_MS) =>
      atOnce[wanted.findIndex(([wantedId, ms]) => wantedId === id && ms === atMs)];
    const [a, aLater, b, foreign] = [
      of(idOf('A')),
      of(idOf('A'), NOW_MS + HOUR_MS / 2),
      of(idOf('B')),
      of(idOf('Top', other.peerId)),
    ];
    assert.equal(of('nobody'), undefined);
    assert.deepEqual(
      a?.parents.map(({ contextId, maxImportW, share, series }) => [
        contextId,
        maxImportW,
        Math.round(share * 3),
        series.demand?.map(({ value }) => value),
      ]),
      [[idOf('Top'), 9_000, 1, [500]]],
    );
    assert.deepEqual([foreign?.parents, foreign?.sessions.length], [[], 1]);
    assert.deepEqual(
      [a, b].map((snapshot) =>
        snapshot?.sessions.map(({ session, timeZone }) => `${session.sessionId} ${timeZone}`),
      ),
      [['S1 Europe/Amsterdam'], ['S2 Europe/Madrid', 'S3 Europe/Madrid']],
    );
    assert.deepEqual(
      b?.policies.map(({ maxW }) => maxW),
      [7_000, 5_000],
    );
    // What persistence may look back to is counted from the moment of each.
    assert.deepEqual(
      [a, aLater].map((snapshot) => snapshot?.series.price.map(({ value }) => value)),
      [
        [0.1, 0.2, 0.3, 0.4, 0.5],
        [0.3, 0.4, 0.5],
      ],
    );
  });

  test('a context below another that is itself below a third has the parts of both, a party without any tree none', async () => {
    const { sites } = bench(database.store, NOW_MS + 2 * DAY_MS);
    const [owner, other] = [newOwner(), newOwner()];
    await sites.putContext(owner, aContext('Grid', { max_power: 50_000, evses: [] }), readSi);
    await sites.putContext(
      owner,
      aContext('Hall', { parent_id: 'Grid', max_power: 20_000, evses: [] }),
      readSi,
    );
    await sites.putContext(owner, aContext('Row', { parent_id: 'Hall', evses: ownEvse('R') }), readSi);
    await sites.putContext(other, aContext('Row', { evses: ownEvse('R') }), readSi);
    const contexts = await sites.contexts();
    const limitsOf = async (peerId: string) => {
      const row = contexts.find((context) => context.peerId === peerId && context.objectId === 'Row')!;
      const snapshot = await sites.snapshot(row.id, NOW_MS);
      return snapshot?.parents.map(({ maxImportW }) => maxImportW);
    };
    assert.deepEqual(await Promise.all([limitsOf(owner.peerId), limitsOf(other.peerId)]), [
      [20_000, 50_000],
      [],
    ]);
  });
});
