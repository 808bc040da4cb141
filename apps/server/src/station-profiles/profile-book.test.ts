import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstalledProfile } from '@smac/ocpp/profiles';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import { memoryStore } from '../store/testing/index.ts';
import { profileBook } from './profile-book.ts';

const profile = (id: number): InstalledProfile => ({
  evseId: 1,
  profile: {
    id,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: [
      { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 + (id % 10) }] },
    ],
  },
});

test('an answer that comes while its profile is being struck out does not write it back', async () => {
  const store = await memoryStore();
  const book = profileBook(store, new ManualClock(0));
  await book.sent('S1', profile(1));
  await Promise.all([book.gone('S1', [1]), book.answered('S1', 1, 'accepted')]);
  assert.deepEqual(await book.of('S1'), []);
  assert.deepEqual(await profileBook(store, new ManualClock(0)).of('S1'), [], 'nor is it in the database');
  await store.close();
});

test('TC_K_29_CSMS what stations were given is known, also of those whose page was let go from memory while others wrote', async () => {
  const store = await memoryStore();
  const book = profileBook(store, new ManualClock(0), 2);
  const stations = Array.from({ length: 12 }, (_, n) => `S${n}`);
  // All write at once: more pages are open than are kept.
  await Promise.all(
    stations.map(async (stationId, n) => {
      await book.sent(stationId, profile(n));
      await book.answered(stationId, n, 'accepted');
      await book.sent(stationId, profile(100 + n));
    }),
  );
  for (const [n, stationId] of stations.entries()) {
    const held = await book.of(stationId);
    assert.deepEqual(
      held.map((entry) => [entry.profile.id, entry.state]),
      [
        [n, 'accepted'],
        [100 + n, 'sent'],
      ],
    );
  }
  await book.gone('S0', [0]);
  for (const stationId of stations.slice(1)) await book.of(stationId);
  assert.deepEqual(
    (await book.of('S0')).map((entry) => entry.profile.id),
    [100],
  );
  await store.close();
});
