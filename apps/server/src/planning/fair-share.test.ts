import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SnapshotSession } from '../sites/index.ts';
import { hurriedShares, sharesByStay } from './fair-share.ts';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS } from './testing/snapshots.ts';

test('X59: among cars that charge at once, who leaves soon comes before who stands for hours, and no stream of them starves the others', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          mostW: fc.integer({ min: 0, max: 150_000 }),
          leastW: fc.constantFrom(0, 1_380, 4_140),
          leavesSoon: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      fc.integer({ min: 1, max: 400_000 }),
      (sessions, roomW) => {
        const budgetW = new Array<number>(8).fill(roomW);
        const shares = sharesByStay(sessions, budgetW);
        const wishedW = sessions.reduce((sum, { mostW }) => sum + mostW, 0);
        if (wishedW <= roomW) return assert.equal(shares, undefined);
        const sum = (soon: boolean) =>
          shares!.reduce((total, w, n) => total + (sessions[n]!.leavesSoon === soon ? w : 0), 0);
        assert.ok(Math.abs(sum(true) + sum(false) - roomW) < 1, 'all of the room is given, and no more');
        for (const [n, { mostW }] of sessions.entries()) assert.ok(shares![n]! <= mostW + 1e-6);
        const wants = (soon: boolean) =>
          sessions.reduce((total, { mostW, leavesSoon }) => total + (leavesSoon === soon ? mostW : 0), 0);
        const leastW = sessions.reduce(
          (total, { mostW, leastW: w, leavesSoon }) =>
            total + (leavesSoon ? 0 : Math.min(mostW, w > 0 ? w : mostW)),
          0,
        );
        const floorW = Math.min(leastW, 0.05 * roomW);
        assert.ok(sum(true) >= Math.min(wants(true), roomW - floorW) - 1);
        assert.ok(sum(false) >= floorW - 1);
        if (wants(true) === 0 || wants(false) === 0) {
          const equal = hurriedShares(
            sessions.map(({ mostW }) => mostW),
            budgetW,
          );
          for (const [n, w] of equal!.entries()) assert.ok(Math.abs(w - shares![n]!) < 1);
        }
      },
    ),
  );
});

const fast = { connector: { powerType: 'DC', chargeW: 50_000 } } as const;
const mostOf = (sessions: readonly SnapshotSession[]) =>
  built(aSnapshot({ statics: { maxImportW: 60_000 }, sessions })).problem.sessions!.map(
    ({ max_charge_w: w }) => Math.round(w),
  );

test('X59, D4.2-§3.3.1-opt: at a full site a car at a fast charger whose driver said nothing comes before cars that said nothing and stand', () => {
  const standing = ['A', 'B', 'C'].map((id) => anEntry({ id }));
  assert.deepEqual(mostOf([...standing, anEntry({ id: 'F', ...fast })]), [3_333, 3_333, 3_333, 50_000]);
  const long = anEntry({ id: 'F', ...fast, session: { startMs: NOW_MS - 2 * HOUR_MS } });
  const [first, , , fourth] = mostOf([...standing, long]);
  assert.ok(first === 11_000 && fourth! < 50_000, 'two hours are no short stay any more');
});

test('X59: who said for certain that it leaves within the hour and wants it fast keeps what it needs from those who said nothing', () => {
  const preferences = {
    profileType: 'FAST',
    departureMs: NOW_MS + HOUR_MS / 2,
    departureFirm: true,
    energyNeedWh: 20_000,
  } as const;
  const standing = ['A', 'B', 'C'].map((id) => anEntry({ id }));
  const [first, , , fourth] = mostOf([...standing, anEntry({ id: 'F', ...fast, preferences })]);
  assert.equal(fourth, 50_000);
  assert.ok(first! < 11_000);
});

test('X59: who leaves for certain keeps what it needs until then with a fifth of the time in hand, not all it can draw', () => {
  const preferences = { profileType: 'FAST', departureFirm: true, energyNeedWh: 16_000 } as const;
  const leaving = (hours: number) =>
    anEntry({ id: 'F', ...fast, preferences: { ...preferences, departureMs: NOW_MS + hours * HOUR_MS } });
  const standing = ['A', 'B', 'C'].map((id) => anEntry({ id }));
  assert.deepEqual(mostOf([...standing, leaving(0.8)]).slice(0, 3), [11_000, 11_000, 11_000]);
  const sooner = mostOf([...standing, leaving(0.5)]);
  assert.deepEqual(sooner.slice(0, 3), [6_667, 6_667, 6_667], '40 kW until then');
});

test('X59, D4.2-§3.3.1-opt: who announced to leave within the hour comes before who stands, and still an hour after that time', () => {
  const standing = ['A', 'B', 'C', 'D'].map((id) => anEntry({ id }));
  const announced = (hours: number) =>
    anEntry({
      id: 'E',
      session: { startMs: NOW_MS - 4 * HOUR_MS },
      preferences: { profileType: 'REGULAR', departureMs: NOW_MS + hours * HOUR_MS },
    });
  const shareOf = (hours: number) => {
    const sessions = [...standing, announced(hours)];
    return Math.round(
      built(aSnapshot({ statics: { maxImportW: 30_000 }, sessions })).problem.sessions!.at(-1)!.max_charge_w,
    );
  };
  assert.equal(shareOf(-0.5), 11_000);
  assert.equal(shareOf(-2), 6_000);
});

test('X59: at a full site who leaves for certain, with time in hand, takes no more than its pace: of whom nobody knows when it leaves comes first with the rest', () => {
  const dc = (id: string, preferences: Parameters<typeof anEntry>[0] = {}) =>
    anEntry({ id, ...fast, ...preferences });
  const certain = dc('C', {
    preferences: {
      profileType: 'FAST',
      departureMs: NOW_MS + HOUR_MS,
      departureFirm: true,
      energyNeedWh: 20_000,
    },
  });
  assert.deepEqual(mostOf([dc('U'), certain]), [35_000, 25_000]);
  const { problem } = built(aSnapshot({ statics: { maxImportW: 200_000 }, sessions: [dc('U'), certain] }));
  assert.equal(problem.sessions![1]!.max_charge_w, 50_000, 'where all fit it charges as fast as it can');
});
