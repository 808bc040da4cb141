import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { accepted, ceilings, type LedgerEntry, newEntry, rejected, sending } from '../ledger/entry.ts';
import type { Assignment, Profile } from '../port.ts';
import { decide } from './decide.ts';
import type { GuardedSession } from './decision.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const SLOT = 15 * 60_000;
const H24 = 24 * 3_600_000;
const BAND = { powerW: 150, renewBeforeMs: 12 * 3_600_000 };

function profile(powersW: readonly number[], startMs = T0): Profile {
  return {
    startMs,
    endMs: startMs + H24,
    periods: powersW.map((powerW, i) => ({ startMs: startMs + i * SLOT, powerW })),
  };
}

function flat(powerW: number): Assignment['budget'] {
  return [{ startMs: T0, endMs: T0 + H24, powerW }];
}

function session(
  id: string,
  held: Profile | undefined,
  desired: Profile | undefined,
  more: Partial<GuardedSession> = {},
): GuardedSession {
  let entry = newEntry({ peerId: 'p', sessionId: id }, 'c', 11_000, 4_140);
  if (held) entry = accepted(sending(entry, { reference: 'old', profile: held }), 'old');
  return {
    entry,
    ...(desired ? { desired } : {}),
    inFlight: false,
    reachable: true,
    notBeforeMs: 0,
    ...more,
  };
}

test('requirements 5.8: a rise waits for the confirmed decrease it needs, a decrease leaves at once', () => {
  const falling = session('a', profile([10_000]), profile([4_200]));
  const rising = session('b', profile([4_200]), profile([10_000]));
  const first = decide([rising, falling], flat(15_000), T0, BAND);
  assert.deepEqual(
    first.sends.map((send) => [send.key.sessionId, send.reason]),
    [['a', 'lower']],
  );
  assert.deepEqual(
    first.waiting.map((key) => key.sessionId),
    ['b'],
  );

  const confirmed = session('a', profile([4_200]), profile([4_200]));
  const second = decide([rising, confirmed], flat(15_000), T0, BAND);
  assert.deepEqual(
    second.sends.map((send) => [send.key.sessionId, send.reason]),
    [['b', 'raise']],
  );
});

test('D1.5-Q3B-4 requirements 5.8: a rise into room that was confirmed free a second ago is sent at once and begins when the other car has fallen', () => {
  const falling = { powerW: 10_000, untilMs: T0 + 8_000 };
  const lowered = session('a', profile([4_200]), profile([4_200]), { falling });
  const rising = session('b', profile([4_200]), profile([10_000]));
  const { sends, waiting, overload } = decide([rising, lowered], flat(15_000), T0, BAND);
  assert.deepEqual(waiting, []);
  assert.equal(overload, undefined);
  assert.deepEqual(
    sends.map(({ key, profile: { periods } }) => [
      key.sessionId,
      periods.map(({ startMs, powerW }) => [startMs - T0, powerW]),
    ]),
    [
      [
        'b',
        [
          [0, 5_000],
          [8_000, 10_000],
        ],
      ],
    ],
  );
});

test('requirements 5.8: a rise for which there is room waits for nobody', () => {
  const decision = decide(
    [session('a', profile([4_200]), profile([10_000])), session('b', profile([6_000]), profile([4_200]))],
    flat(22_000),
    T0,
    BAND,
  );
  assert.equal(decision.sends.length, 2);
});

test('a circle of sessions that wait for each other is broken by who gives up first, never above the limit', () => {
  const a = session('a', profile([10_000, 0]), profile([0, 10_000]));
  const b = session('b', profile([0, 10_000]), profile([10_000, 0]));
  const decision = decide([a, b], flat(10_000), T0, BAND);
  assert.ok(decision.sends.length > 0);
  for (const send of decision.sends) {
    for (const period of send.profile.periods) assert.ok(period.powerW === 0);
  }
});

test('a session without a profile counts at its maximum: it is lowered at once, in spite of the pause between messages', () => {
  const started = session('new', undefined, profile([4_200]), { notBeforeMs: T0 + 8_000 });
  const other = session('old', profile([10_000]), profile([5_800]), { notBeforeMs: T0 + 8_000 });
  const decision = decide([started, other], flat(10_000), T0, BAND);
  assert.deepEqual(
    decision.sends.map((send) => send.reason),
    ['safety', 'safety'],
  );
});

test('requirements 5.9: an unreachable station counts at the highest it may hold until that ends, then at its maximum; the others make room', () => {
  const lost = session('lost', profile([8_000]), profile([4_200]), { reachable: false });
  const other = session('other', profile([8_000]), profile([10_000]));
  const decision = decide([lost, other], flat(14_000), T0, BAND);
  assert.deepEqual(
    decision.sends.map((send) => send.profile.periods),
    [[{ startMs: T0, powerW: 6_000 }]],
  );
  assert.equal(decision.overload, undefined);
});

test('when the sum cannot be held the guard lowers whom it can and names the overload and its cause', () => {
  const lost = session('lost', undefined, profile([0]), { reachable: false });
  const other = session('other', profile([8_000]), profile([8_000]));
  const decision = decide([lost, other], flat(9_000), T0, BAND);
  assert.deepEqual(
    decision.sends.map((send) => send.profile.periods),
    [[{ startMs: T0, powerW: 0 }]],
  );
  assert.equal(decision.overload?.excessW, 2_000);
  assert.deepEqual(
    decision.overload?.because.map((key) => key.sessionId),
    ['lost'],
  );
});

test('final over-limit guard: an assignment above the budget is clipped fairly and reported', () => {
  const sessions = [session('a', undefined, profile([11_000])), session('b', undefined, profile([11_000]))];
  const decision = decide(sessions, flat(12_000), T0, BAND);
  assert.equal(decision.overPlannedW, 10_000);
  assert.deepEqual(
    decision.sends.map((send) => send.profile.periods[0]?.powerW),
    [6_000, 6_000],
  );
});

test('no clipped limit falls between 0 and the least power of the EV', () => {
  const sessions = ['a', 'b', 'c'].map((id) => session(id, undefined, profile([6_000])));
  const decision = decide(sessions, flat(9_000), T0, BAND);
  const powers = decision.sends.map((send) => send.profile.periods[0]?.powerW);
  assert.deepEqual(powers.sort(), [0, 4_500, 4_500]);
});

test('dead-band: a small change is not sent, unless the limit needs the small decrease', () => {
  const nearly = session('a', profile([8_100]), profile([8_000]));
  assert.equal(decide([nearly], flat(11_000), T0, BAND).sends.length, 0);
  const needed = decide([nearly], flat(8_050), T0, BAND);
  assert.deepEqual(
    needed.sends.map((send) => send.profile.periods[0]?.powerW),
    [8_000],
  );
});

test('dead-band: a small decrease that is needed only later is sent too, before it is urgent', () => {
  const later = session('a', profile([4_000, 8_100]), profile([4_000, 8_000]));
  assert.deepEqual(
    decide([later], flat(8_050), T0, BAND).sends.map((send) => send.profile.periods[1]?.powerW),
    [8_000],
  );
});

test('dead-band: a profile is renewed before half of its validity is over', () => {
  const held = profile([8_000], T0 - 13 * 3_600_000);
  assert.equal(decide([session('a', held, profile([8_000]))], flat(11_000), T0, BAND).sends.length, 1);
});

test('SC7 NL-207: what a station of few periods could not take whole is sent again before the missing detail comes', () => {
  const entry = accepted(
    sending(newEntry({ peerId: 'p', sessionId: 'a' }, 'c', 11_000, 4_140), {
      reference: 'r',
      profile: profile([8_000]),
    }),
    'r',
    { exactUntilMs: T0 + 4 * 3_600_000 },
  );
  const sendsAt = (nowMs: number) =>
    decide([{ ...session('a', undefined, profile([8_000])), entry }], flat(11_000), nowMs, BAND).sends.length;
  assert.equal(sendsAt(T0 + 2 * 3_600_000), 0);
  assert.equal(sendsAt(T0 + 3 * 3_600_000), 1);
});

test('at most one message per session while an answer is awaited, and none to a session nobody planned', () => {
  const waiting = session('a', profile([8_000]), profile([4_200]), { inFlight: true });
  const unplanned = session('b', profile([4_200]), undefined);
  assert.equal(decide([waiting, unplanned], flat(12_000), T0, BAND).sends.length, 0);
});

const powers = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 4_140, max: 11_000 })), {
  minLength: 1,
  maxLength: 6,
});
type Answer = 'accept' | 'refuse' | 'silence-old' | 'silence-new';
const step = fc.record({
  plan: fc.array(powers, { minLength: 4, maxLength: 4 }),
  budgetW: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 6 }),
  answers: fc.array(
    fc.constantFrom<Answer>('accept', 'accept', 'accept', 'refuse', 'silence-old', 'silence-new'),
    {
      minLength: 8,
      maxLength: 8,
    },
  ),
  lost: fc.subarray([0, 1, 2, 3]),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
});

test('guard property: over 10,000 random sequences nothing that leaves raises the sum of what may be drawn above the budget, and what stations really hold stays below the ledger', () => {
  let sequences = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
      sequences += 1;
      const entries: LedgerEntry[] = [0, 1, 2, 3].map((n) =>
        newEntry({ peerId: 'p', sessionId: `${n}` }, 'c', 11_000, 4_140),
      );
      const really: (Profile | undefined)[] = [undefined, undefined, undefined, undefined];
      let reference = 0;
      for (const [n, { plan, budgetW, answers, lost, order }] of steps.entries()) {
        const nowMs = T0 + n * SLOT;
        const gridMs = Array.from(
          { length: 36 },
          (_, i) => nowMs + (i < 10 ? i * SLOT : (i - 8) * 3_600_000),
        );
        const budget = budgetW.map((powerW, i) => ({
          startMs: nowMs + i * SLOT,
          endMs: i === budgetW.length - 1 ? nowMs + H24 : nowMs + (i + 1) * SLOT,
          powerW,
        }));
        const limitAt = (ms: number) =>
          budget.find((slot) => ms >= slot.startMs && ms < slot.endMs)?.powerW ?? budget.at(-1)!.powerW;
        const inFlight: (string | undefined)[] = [undefined, undefined, undefined, undefined];
        let answer = 0;
        for (let pass = 0; pass < 4; pass += 1) {
          const before = sum(entries, gridMs);
          const guarded = entries.map((entry, s) => ({
            entry,
            desired: profile(plan[s]!, nowMs),
            inFlight: inFlight[s] !== undefined,
            reachable: !lost.includes(s),
            notBeforeMs: 0,
          }));
          const { sends } = decide(guarded, budget, nowMs, BAND);
          for (const send of sends) {
            const s = Number(send.key.sessionId);
            assert.ok(!lost.includes(s) && inFlight[s] === undefined);
            for (const period of send.profile.periods) {
              assert.ok(Number.isInteger(period.powerW));
              assert.ok(
                period.powerW === 0 || period.powerW >= 4_140,
                `${period.powerW} W is below the minimum`,
              );
            }
            reference += 1;
            inFlight[s] = `${reference}`;
            entries[s] = sending(entries[s]!, { reference: `${reference}`, profile: send.profile });
          }
          const after = sum(entries, gridMs);
          for (const [i, ms] of gridMs.entries()) {
            assert.ok(
              after[i]! <= Math.max(before[i]!, limitAt(ms)) + 1,
              `at slot ${i} the sum rose from ${before[i]} to ${after[i]} W with a budget of ${limitAt(ms)} W`,
            );
          }
          // The answers come one by one, in any order; a silent station may or may not have taken the profile.
          for (const s of order) {
            const sent = inFlight[s];
            if (sent === undefined) continue;
            const newest = entries[s]!.mayHold.at(-1)!.profile;
            const outcome = answers[answer % answers.length]!;
            answer += 1;
            if (outcome === 'accept') entries[s] = accepted(entries[s]!, sent);
            if (outcome === 'refuse') entries[s] = rejected(entries[s]!, sent);
            if (outcome === 'accept' || outcome === 'silence-new') really[s] = newest;
            inFlight[s] = undefined;
            if (answer % 3 === 0) break;
          }
          for (const [s, entry] of entries.entries()) {
            const ceiling = ceilings(entry, gridMs);
            const held = really[s]
              ? ceilings(
                  accepted(
                    sending(newEntry(entry.key, 'c', 11_000, 0), { reference: 'r', profile: really[s]! }),
                    'r',
                  ),
                  gridMs,
                )
              : undefined;
            for (let i = 0; i < gridMs.length; i += 1) assert.ok((held?.[i] ?? 0) <= ceiling[i]! + 1);
          }
        }
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(sequences >= 10_000);
});

test('guard property: when every station answers, the sum ends within the budget and every wish that fits is met', () => {
  fc.assert(
    fc.property(
      fc.array(powers, { minLength: 4, maxLength: 4 }),
      fc.array(powers, { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 0, max: 44_000 }),
      (held, wanted, budgetW) => {
        let entries = held.map(
          (powersW, n) => session(`${n}`, n === 3 ? undefined : profile(powersW), undefined).entry,
        );
        let rounds = 0;
        for (; rounds < 12; rounds += 1) {
          const { sends } = decide(
            entries.map((entry, s) => ({
              entry,
              desired: profile(wanted[s]!),
              inFlight: false,
              reachable: true,
              notBeforeMs: 0,
            })),
            flat(budgetW),
            T0,
            BAND,
          );
          if (sends.length === 0) break;
          for (const send of sends) {
            const s = Number(send.key.sessionId);
            entries = entries.with(
              s,
              accepted(
                sending(entries[s]!, { reference: `round ${rounds}`, profile: send.profile }),
                `round ${rounds}`,
              ),
            );
          }
        }
        assert.ok(rounds < 12, 'the guard never comes to rest');
        const gridMs = Array.from({ length: 8 }, (_, i) => T0 + i * SLOT);
        const total = sum(entries, gridMs);
        for (const [i, ms] of gridMs.entries()) {
          assert.ok(total[i]! <= budgetW + 1);
          const wishes = wanted.map((powersW) => powersW[Math.min(i, powersW.length - 1)]!);
          if (wishes.reduce((a, b) => a + b, 0) > budgetW) continue;
          for (const [s, entry] of entries.entries()) {
            assert.ok(
              Math.abs(ceilings(entry, [ms])[0]! - wishes[s]!) <= BAND.powerW,
              `session ${s} at slot ${i}: wished ${wishes[s]}, holds ${ceilings(entry, [ms])[0]}`,
            );
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

function sum(entries: readonly LedgerEntry[], gridMs: readonly number[]): number[] {
  const all = entries.map((entry) => ceilings(entry, gridMs));
  return gridMs.map((_, i) => all.reduce((total, powersW) => total + powersW[i]!, 0));
}
