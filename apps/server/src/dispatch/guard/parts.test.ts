import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { accepted, ceilings, type LedgerEntry, newEntry, rejected, sending } from '../ledger/entry.ts';
import type { PartLimit, PartShares, Profile } from '../port.ts';
import { decide } from './decide.ts';
import type { GuardedSession } from './decision.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const SLOT = 15 * 60_000;
const H24 = 24 * 3_600_000;
const BAND = { powerW: 150, renewBeforeMs: 12 * 3_600_000 };

const profile = (powersW: readonly number[], startMs = T0): Profile => ({
  startMs,
  endMs: startMs + H24,
  periods: powersW.map((powerW, i) => ({ startMs: startMs + i * SLOT, powerW })),
});
const flat = (powerW: number) => [{ startMs: T0, endMs: T0 + H24, powerW }];
const phases = (limitW: number): PartLimit[] =>
  [1, 2, 3].map((phase) => ({ id: `phase ${phase}`, budget: flat(limitW) }));
const onPhases = (...used: number[]): PartShares =>
  Object.fromEntries(used.map((phase) => [`phase ${phase}`, 1 / used.length]));

function session(id: string, desiredW: number, more: Partial<GuardedSession> = {}): GuardedSession {
  const entry = accepted(
    sending(newEntry({ peerId: 'p', sessionId: id }, 'c', 3_680, 1_380), {
      reference: 'old',
      profile: profile([0]),
    }),
    'old',
  );
  return {
    entry,
    desired: profile([desiredW]),
    inFlight: false,
    reachable: true,
    notBeforeMs: 0,
    ...more,
  };
}

const powersOf = (sends: ReturnType<typeof decide>['sends']) =>
  Object.fromEntries(sends.map(({ key, profile: { periods } }) => [key.sessionId, periods[0]?.powerW]));

test('security 7.1 single-phase cars on one phase share that phase, on three phases each has its own', () => {
  const wishes = (rotation: readonly number[]) =>
    ['a', 'b', 'c'].map((id, n) => session(id, 3_680, { shares: onPhases(rotation[n]!) }));
  const rotated = decide(wishes([1, 2, 3]), flat(12_000), T0, BAND, phases(4_000));
  assert.deepEqual(powersOf(rotated.sends), { a: 3_680, b: 3_680, c: 3_680 });
  const together = decide(wishes([2, 2, 2]), flat(12_000), T0, BAND, phases(4_000));
  assert.deepEqual(powersOf(together.sends), { b: 2_000, c: 2_000 });
});

test('security 7.1 a car whose phases nobody knows counts whole against every phase', () => {
  const sessions = [
    session('unknown', 2_000, {
      reachable: false,
      entry: newEntry({ peerId: 'p', sessionId: 'unknown' }, 'c', 2_000, 0),
    }),
    session('known', 3_680, { shares: onPhases(3) }),
  ];
  assert.deepEqual(powersOf(decide(sessions, flat(12_000), T0, BAND, phases(4_000)).sends), { known: 2_000 });
});

test('what may be drawn on one phase above its limit is told with the phase and the cause', () => {
  const lost = session('lost', 0, {
    reachable: false,
    shares: onPhases(1),
    entry: newEntry({ peerId: 'p', sessionId: 'lost' }, 'c', 3_680, 0),
  });
  const other = session('other', 1_380, { shares: onPhases(1) });
  const both = decide([lost, other], flat(12_000), T0, BAND, phases(3_000));
  assert.equal(both.overload?.part, 'phase 1');
  assert.equal(both.overload?.excessW, 680);
  assert.deepEqual(
    both.overload?.because.map(({ sessionId }) => sessionId),
    ['lost'],
  );
});

type Answer = 'accept' | 'refuse' | 'silence-old' | 'silence-new';
const powers = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1_380, max: 11_000 })), {
  minLength: 1,
  maxLength: 4,
});
const loads = fc.record({
  phases: fc.constantFrom([1], [2], [3], [1, 2], [3, 1], [1, 2, 3]),
  station: fc.boolean(),
  known: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
const step = fc.record({
  plan: fc.array(powers, { minLength: 4, maxLength: 4 }),
  budgetW: fc.integer({ min: 0, max: 30_000 }),
  partW: fc.array(fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 3 }), {
    minLength: 4,
    maxLength: 4,
  }),
  answers: fc.array(
    fc.constantFrom<Answer>('accept', 'accept', 'accept', 'refuse', 'silence-old', 'silence-new'),
    { minLength: 8, maxLength: 8 },
  ),
  lost: fc.subarray([0, 1, 2, 3], { maxLength: 2 }),
});

test('guard property: per phase and per station nothing that leaves raises what may be drawn above the limit, whatever the stations answer', () => {
  fc.assert(
    fc.property(
      fc.array(loads, { minLength: 4, maxLength: 4 }),
      fc.array(step, { minLength: 1, maxLength: 3 }),
      (loaded, steps) => {
        const ids = ['phase 1', 'phase 2', 'phase 3', 'station'];
        const sharesOf = ({ phases: used, station, known }: (typeof loaded)[number]) =>
          known ? { ...onPhases(...used), ...(station ? { station: 1 } : {}) } : undefined;
        let entries: LedgerEntry[] = loaded.map((_, n) =>
          newEntry({ peerId: 'p', sessionId: `${n}` }, 'c', 11_000, 1_380),
        );
        let reference = 0;
        for (const [n, { plan, budgetW, partW, answers, lost }] of steps.entries()) {
          const nowMs = T0 + n * SLOT;
          const gridMs = Array.from({ length: 8 }, (_, i) => nowMs + i * SLOT);
          const parts = ids.map((id, p) => ({
            id,
            budget: partW[p]!.map((powerW, i) => ({
              startMs: nowMs + i * SLOT,
              endMs: i === partW[p]!.length - 1 ? nowMs + H24 : nowMs + (i + 1) * SLOT,
              powerW,
            })),
          }));
          const counted = () =>
            ids.map((id) =>
              gridMs.map((_, i) =>
                entries.reduce((sum, entry, s) => {
                  const shares: PartShares | undefined = sharesOf(loaded[s]!);
                  return sum + ceilings(entry, gridMs)[i]! * (shares === undefined ? 1 : (shares[id] ?? 0));
                }, 0),
              ),
            );
          const inFlight = new Map<number, string>();
          let answer = 0;
          for (let pass = 0; pass < 3; pass += 1) {
            const before = counted();
            const { sends } = decide(
              entries.map((entry, s) => {
                const shares = sharesOf(loaded[s]!);
                return {
                  entry,
                  desired: profile(plan[s]!, nowMs),
                  inFlight: inFlight.has(s),
                  reachable: !lost.includes(s),
                  notBeforeMs: 0,
                  ...(shares === undefined ? {} : { shares }),
                };
              }),
              flat(budgetW),
              nowMs,
              BAND,
              parts,
            );
            for (const send of sends) {
              const s = Number(send.key.sessionId);
              reference += 1;
              inFlight.set(s, `${reference}`);
              entries = entries.with(
                s,
                sending(entries[s]!, { reference: `${reference}`, profile: send.profile }),
              );
              for (const { powerW } of send.profile.periods)
                assert.ok(powerW === 0 || powerW >= 1_380, `${powerW} W is below the minimum`);
            }
            const after = counted();
            for (const [p, part] of parts.entries()) {
              for (const [i, atMs] of gridMs.entries()) {
                const limitW = part.budget.find(({ endMs }) => atMs < endMs)!.powerW;
                assert.ok(
                  after[p]![i]! <= Math.max(before[p]![i]!, limitW) + 1,
                  `${part.id} rose from ${before[p]![i]} to ${after[p]![i]} W with ${limitW} W`,
                );
              }
            }
            for (const [s, sent] of [...inFlight].slice(0, 2)) {
              const outcome = answers[answer++ % answers.length]!;
              if (outcome === 'accept') entries = entries.with(s, accepted(entries[s]!, sent));
              if (outcome === 'refuse') entries = entries.with(s, rejected(entries[s]!, sent));
              inFlight.delete(s);
            }
          }
        }
      },
    ),
    { numRuns: 600 },
  );
});

test('guard property: when every station answers, no phase and no station ends above its limit and what fits is met', () => {
  fc.assert(
    fc.property(
      fc.array(loads, { minLength: 4, maxLength: 4 }),
      fc.array(fc.integer({ min: 1_380, max: 11_000 }), { minLength: 4, maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 4, maxLength: 4 }),
      (loaded, wanted, partW) => {
        const ids = ['phase 1', 'phase 2', 'phase 3', 'station'];
        const shares = loaded.map(
          ({ phases: used, station }): PartShares => ({
            ...onPhases(...used),
            ...(station ? { station: 1 } : {}),
          }),
        );
        const parts = ids.map((id, p) => ({ id, budget: flat(partW[p]!) }));
        let entries = loaded.map((_, n) => newEntry({ peerId: 'p', sessionId: `${n}` }, 'c', 11_000, 1_380));
        let rounds = 0;
        for (; rounds < 12; rounds += 1) {
          const { sends } = decide(
            entries.map((entry, s) => ({
              entry,
              desired: profile([wanted[s]!]),
              inFlight: false,
              reachable: true,
              notBeforeMs: 0,
              shares: shares[s]!,
            })),
            flat(44_000),
            T0,
            BAND,
            parts,
          );
          if (sends.length === 0) break;
          for (const send of sends) {
            const s = Number(send.key.sessionId);
            const held = sending(entries[s]!, { reference: `${rounds}`, profile: send.profile });
            entries = entries.with(s, accepted(held, `${rounds}`));
          }
        }
        assert.ok(rounds < 12, 'the guard never comes to rest');
        const heldW = entries.map((entry) => ceilings(entry, [T0])[0]!);
        const load = (id: string, powersW: readonly number[]) =>
          powersW.reduce((sum, powerW, s) => sum + powerW * (shares[s]![id] ?? 0), 0);
        for (const [p, id] of ids.entries()) assert.ok(load(id, heldW) <= partW[p]! + 1);
        if (ids.every((id, p) => load(id, wanted) <= partW[p]!)) {
          for (const [s, powerW] of heldW.entries()) assert.ok(Math.abs(powerW - wanted[s]!) <= BAND.powerW);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
