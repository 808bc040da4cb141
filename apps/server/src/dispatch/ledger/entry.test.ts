import assert from 'node:assert/strict';
import test from 'node:test';
import type { Profile } from '../port.ts';
import {
  accepted,
  ceilings,
  confirmedByReading,
  newEntry,
  observedActive,
  rejected,
  sending,
} from './entry.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const KEY = { peerId: 'p', sessionId: 's' };

function profile(powerW: number, hours = 2): Profile {
  return { startMs: T0, endMs: T0 + hours * HOUR, periods: [{ startMs: T0, powerW }] };
}

function now(entry: Parameters<typeof ceilings>[0], atMs = T0): number {
  return ceilings(entry, [atMs])[0]!;
}

const started = newEntry(KEY, 'c', 11_000, 4_140);
const holding = accepted(sending(started, { reference: '1', profile: profile(6_000) }), '1');

test('requirements 5.9: without a profile the maximum counts, with one the profile until its end, then the maximum again', () => {
  assert.equal(now(started), 11_000);
  assert.equal(now(holding), 6_000);
  assert.equal(now(holding, T0 + 2 * HOUR), 11_000);
});

test('requirements 5.8: while an answer is awaited the higher of old and new counts', () => {
  const lower = sending(holding, { reference: '2', profile: profile(4_200) });
  const higher = sending(holding, { reference: '2', profile: profile(9_000) });
  assert.deepEqual([now(lower), now(higher)], [6_000, 9_000]);
  assert.deepEqual([now(accepted(lower, '2')), now(accepted(higher, '2'))], [4_200, 9_000]);
  assert.deepEqual([now(rejected(lower, '2')), now(rejected(higher, '2'))], [6_000, 6_000]);
});

test('an answer to an older attempt forgets what was sent before it, and nothing that was sent after', () => {
  const two = sending(sending(holding, { reference: '2', profile: profile(9_000) }), {
    reference: '3',
    profile: profile(5_000),
  });
  assert.deepEqual(
    accepted(two, '2').mayHold.map((held) => held.reference),
    ['2', '3'],
  );
  assert.equal(accepted(two, 'never sent'), two);
});

test('a reading that equals one of the profiles settles which one is held', () => {
  const two = sending(holding, { reference: '2', profile: profile(4_200) });
  assert.equal(now(confirmedByReading(two, profile(4_200, 1), T0)), 4_200);
  assert.equal(now(confirmedByReading(two, profile(6_000, 1), T0)), 6_000);
});

test('D1.5-§2.3.1.1-MIX: a reading below every profile (a local limit) settles nothing: it may be lifted any time', () => {
  const two = sending(holding, { reference: '2', profile: profile(4_200) });
  assert.equal(now(confirmedByReading(two, profile(2_000, 1), T0)), 6_000);
});

test('a reading above every profile counts as held, until its end, then the maximum', () => {
  const entry = confirmedByReading(holding, profile(8_000, 1), T0);
  assert.equal(now(entry), 8_000);
  assert.equal(now(entry, T0 + HOUR), 11_000);
});

test('a report raises what is counted inside its window and never lowers it', () => {
  assert.equal(now(observedActive(holding, profile(9_000, 1))), 9_000);
  assert.equal(now(observedActive(holding, profile(9_000, 1)), T0 + HOUR), 6_000);
  assert.equal(now(observedActive(holding, profile(1_000, 1))), 6_000);
});

test('a limit above the physical maximum counts as the maximum, a discharge as nothing', () => {
  const high = accepted(sending(started, { reference: '1', profile: profile(50_000) }), '1');
  const negative = accepted(sending(started, { reference: '1', profile: profile(-5_000) }), '1');
  assert.deepEqual([now(high), now(negative)], [11_000, 0]);
});

test('K28 a station that took less than the whole profile counts with what it says it holds, and after its end with its fallback', () => {
  const both = sending(holding, { reference: '2', profile: profile(9_000) });
  const holds = { ...profile(8_000), endMs: T0 + HOUR };
  const entry = accepted(both, '2', { holds });
  assert.deepEqual(entry.mayHold, [{ reference: '2', profile: holds }]);
  assert.deepEqual([...ceilings(entry, [T0, T0 + HOUR])], [8_000, entry.maxPowerW]);
});
