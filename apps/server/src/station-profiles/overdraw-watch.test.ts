import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import { Activity } from '../time/activity.ts';
import type { TransactionChange, TransactionState } from '../transactions/index.ts';
import { type OverdrawNote, watchOverdraw } from './overdraw-watch.ts';
import type { BookEntry } from './profile-book.ts';

const T0 = Date.parse('2026-06-01T10:00:00Z');
const HOUR_MS = 3_600_000;
const OFFERED_W = 6_000;

function rig(generatedW = 0) {
  const clock = new ManualClock(T0);
  const activity = new Activity();
  const notes: OverdrawNote[] = [];
  const stops: string[] = [];
  const ears: ((change: TransactionChange) => void)[] = [];
  const states = new Map<string, TransactionState>();
  const answers = { accepted: false as boolean };
  /** Happens while the book is read. */
  const during: (() => void)[] = [];
  const plan = {
    startMs: T0 - HOUR_MS,
    endMs: T0 + 5 * HOUR_MS,
    periods: [{ startMs: T0 - HOUR_MS, powerW: OFFERED_W }],
  };
  const watch = watchOverdraw({
    clock,
    activity,
    log: { error: (fields) => assert.fail(JSON.stringify(fields)) },
    generatedW: () => generatedW,
    tell: (note) => notes.push(note),
    book: {
      of: async (stationId) => {
        for (const happen of during.splice(0)) happen();
        return [...states.values()].map(
          ({ id, evseId }): BookEntry => ({
            stationId,
            evseId,
            state: 'accepted',
            transactionId: id,
            plan,
            setMs: T0 - HOUR_MS,
            profile: {
              id: evseId,
              stackLevel: 0,
              chargingProfilePurpose: 'TxProfile',
              chargingProfileKind: 'Absolute',
              chargingSchedule: [],
            },
          }),
        );
      },
    },
    transactions: {
      get: async (id) => states.get(id),
      async stop(id) {
        stops.push(id);
        return answers.accepted
          ? { accepted: true }
          : { accepted: false, detail: 'The station answered Rejected.' };
      },
      onChange(ear) {
        ears.push(ear);
        return () => {};
      },
    },
  });
  const change = async (kind: TransactionChange['kind'], evseId: number, powerW: number) => {
    const id = `T${evseId}`;
    const before = states.get(id);
    const transaction: TransactionState = {
      id,
      stationId: 'S1',
      stationRef: id,
      version: '2.0.1',
      evseId,
      connectorId: 1,
      state: kind === 'ended' ? 'ended' : 'active',
      startMs: T0 - HOUR_MS,
      powerW,
      powerReadMs: clock.now(),
      lastSeq: 0,
      missingSeq: [],
      flags: [],
      updatedMs: clock.now(),
    };
    states.set(id, transaction);
    for (const ear of ears) ear({ kind, transaction, before });
    await activity.idle();
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await activity.idle();
  };
  /** A reading is judged once: every one is of its own second. */
  const reads = async (evseId: number, powerW: number) => {
    await pass(1_000);
    await change('updated', evseId, powerW);
  };
  return { notes, stops, answers, during, reads, pass, change, watch };
}

test('security 7.4 D1.5-Q1-16 every EVSE of a station has its own alarm; a refused stop is tried again at growing distances until the draw is over', async () => {
  const { notes, stops, reads, pass, watch } = rig();
  for (let n = 0; n < 3; n += 1) {
    await reads(1, 8_000);
    await reads(2, 9_000);
    await pass(8_000);
  }
  const of = (code: string) => notes.filter((note) => note.code === code);
  assert.deepEqual(
    of('overdraw').map(({ evseId, level }) => [evseId, level]),
    [
      [1, 'alarm'],
      [2, 'alarm'],
    ],
  );
  assert.deepEqual(stops, ['T1', 'T2']);
  assert.match(of('overdraw-stopped')[0]?.text ?? '', /could not be ended: The station answered Rejected/);
  // The second car comes back under its offer: nobody ends it any more, and people hear so.
  await reads(2, 5_900);
  assert.deepEqual(
    of('overdraw-over').map(({ evseId, level }) => [evseId, level]),
    [[2, 'info']],
  );
  stops.length = 0;
  const times: number[] = [];
  for (let second = 30; second <= 600; second += 10) {
    await pass(9_000);
    await reads(1, 8_000);
    if (stops.length > times.length) times.push(second);
  }
  assert.deepEqual(stops, ['T1', 'T1', 'T1', 'T1']);
  const gaps = times.slice(1).map((second, n) => second - times[n]!);
  assert.deepEqual(gaps, [60, 120, 240]);
  watch.close();
});

test('security 7.4 D1.5-Q1-16 a station that agrees to end charging and does not is asked again; the end of the transaction ends it', async () => {
  const { notes, stops, answers, reads, pass, change } = rig();
  answers.accepted = true;
  for (let n = 0; n < 3; n += 1) await reads(1, 8_000);
  assert.equal(stops.length, 1);
  await pass(30_000);
  assert.equal(stops.length, 2);
  await change('ended', 1, 8_000);
  await pass(HOUR_MS);
  assert.equal(stops.length, 2);
  assert.match(notes.at(-1)?.text ?? '', /told to end 2 times/);
});

test('SC.01 K27 a car that draws what the site makes itself on top of its plan is no overdraw', async () => {
  const { notes, stops, reads } = rig(3_000);
  for (let n = 0; n < 5; n += 1) await reads(1, OFFERED_W + 3_000);
  assert.deepEqual([notes, stops], [[], []]);
  await reads(1, OFFERED_W + 5_000);
  assert.equal(notes.length, 1);
});

test('security 7.4 D1.5-Q1-16 a reading that is compared while its transaction ends raises no alarm and stops nobody', async () => {
  const { notes, stops, during, reads, pass, change } = rig();
  await reads(1, OFFERED_W);
  // The transaction ends while the reading is compared with its offer.
  during.push(() => void change('ended', 1, 11_000));
  await reads(1, 11_000);
  await pass(HOUR_MS);
  assert.deepEqual([notes, stops], [[], []]);
});
