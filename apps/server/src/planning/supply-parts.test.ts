import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { decide } from '../dispatch/guard/decide.ts';
import { powerAt } from '../dispatch/index.ts';
import { newEntry } from '../dispatch/ledger/entry.ts';
import type { SnapshotSession, StaticInputs } from '../sites/index.ts';
import { assignmentOf } from './assignment.ts';
import { partShares, phaseLimitW, phasesLoaded } from './supply-parts.ts';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS, recordOf, stored } from './testing/snapshots.ts';

const evse = (evseUid: string, firstPhase?: 1 | 2 | 3) => ({
  locationId: 'L1',
  evseUid,
  connectors: [],
  ...(firstPhase === undefined ? {} : { firstPhase }),
});
const statics = (more: Partial<StaticInputs>): StaticInputs => ({ currency: 'EUR', evses: [], ...more });
const carOn = (id: string, phases: 1 | 2 | 3, more: Partial<SnapshotSession['connector']> = {}) =>
  anEntry({
    id,
    session: { vehicle: { phases, maxChargeW: 3_680 * phases } },
    preferences: { departureMs: NOW_MS + 2 * HOUR_MS, departureFirm: true, energyNeedWh: 6_000 },
    connector: more,
  });

test('security 7.1 the rotation of a station says which phases of the supply a car loads', () => {
  const of = (firstPhase: 1 | 2 | 3, phases: 1 | 2 | 3) =>
    phasesLoaded(statics({ evses: [evse('E-S1', firstPhase)] }), carOn('S1', phases));
  assert.deepEqual(of(1, 1), [1]);
  assert.deepEqual(of(3, 1), [3]);
  assert.deepEqual(of(3, 2), [1, 3]);
  assert.deepEqual(of(2, 3), [1, 2, 3]);
  const unknown = statics({ evses: [evse('E-S1')] });
  assert.equal(phasesLoaded(unknown, carOn('S1', 1)), undefined);
  assert.deepEqual(phasesLoaded(unknown, carOn('S1', 1, { powerType: 'DC' })), [1, 2, 3]);
  assert.deepEqual(partShares(unknown, carOn('S1', 1)), { 'phase 1': 1, 'phase 2': 1, 'phase 3': 1 });
});

test('a third of the fuse is the limit of a phase where nothing else is said, and only where phases are known', () => {
  const evses = [evse('E1', 1), evse('E2', 2)];
  assert.equal(phaseLimitW(statics({ evses, capW: 30_000 })), 10_000);
  assert.equal(phaseLimitW(statics({ evses, capW: 30_000, maxPhaseW: 8_000 })), 8_000);
  assert.equal(phaseLimitW(statics({ evses: [evse('E1')], capW: 30_000 })), undefined);
});

const load = (id: string, assignment: ReturnType<typeof assignmentOf>, atMs: number) =>
  assignment.sessions.reduce(
    (sum, { profile, shares }) => sum + Math.max(0, powerAt(profile, atMs) ?? 0) * (shares?.[id] ?? 0),
    0,
  );

test('security 7.1 three cars on one phase are planned and guarded below the limit of that phase, base load counted', async () => {
  const rotations = [1, 1, 1] as const;
  const snapshot = aSnapshot({
    statics: {
      maxImportW: 60_000,
      maxPhaseW: 6_000,
      evses: rotations.map((firstPhase, n) => evse(`E-S${n}`, firstPhase)),
    },
    series: { demand: stored(NOW_MS, 60, [3_000]) },
    sessions: rotations.map((_, n) => carOn(`S${n}`, 1)),
  });
  const problem = built(snapshot);
  assert.deepEqual(
    problem.problem.sessions?.map(({ phases }) => phases),
    [[1], [1], [1]],
  );
  const assignment = assignmentOf(recordOf(problem, await planNow(problem.problem)), problem, snapshot);
  const parts = assignment.parts ?? [];
  assert.deepEqual(
    parts.map(({ id }) => id),
    ['phase 1', 'phase 2', 'phase 3'],
  );
  // A third of the base load is on each phase.
  assert.equal(parts[0]?.budget[0]?.powerW, 5_000);
  const { sends } = decide(
    assignment.sessions.map(({ key, profile, maxPowerW, minPowerW = 0, shares }) => ({
      entry: { ...newEntry(key, 'ctx', maxPowerW, minPowerW), uncontrolled: false },
      desired: profile,
      inFlight: false,
      reachable: true,
      notBeforeMs: 0,
      ...(shares && { shares }),
    })),
    assignment.budget,
    NOW_MS,
    { powerW: 150, renewBeforeMs: HOUR_MS },
    parts,
  );
  assert.equal(sends.length, 3);
  for (const { startMs, powerW } of parts[0]!.budget) {
    const atMs = Math.max(startMs, NOW_MS);
    const drawnW = sends.reduce((sum, { profile }) => sum + (powerAt(profile, atMs) ?? 0), 0);
    assert.ok(drawnW <= powerW! + 1, `${drawnW} W of ${powerW} W at ${new Date(atMs).toISOString()}`);
  }
  assert.ok(load('phase 1', assignment, NOW_MS) > 4_000, 'the phase is used');
});

test('SC8 NL-208 the fuse of a station is a group of the problem and a part of the assignment', async () => {
  const group = {
    id: 'S1',
    maxPowerW: 17_250,
    maxPhaseW: 5_750,
    evses: [
      { locationId: 'L1', evseUid: 'E-A' },
      { locationId: 'L1', evseUid: 'E-B' },
    ],
  };
  const snapshot = aSnapshot({
    statics: {
      maxImportW: 60_000,
      evses: [evse('E-A', 1), evse('E-B', 1), evse('E-C', 1)],
      groups: [group],
    },
    sessions: [carOn('A', 3), carOn('B', 3), carOn('C', 3)],
  });
  const problem = built(snapshot);
  assert.deepEqual(problem.problem.groups, [
    { id: 'S1', sessions: ['p/A', 'p/B'], max_w: 17_250, max_phase_w: 5_750 },
  ]);
  const record = recordOf(problem, await planNow(problem.problem));
  const assignment = assignmentOf(record, problem, snapshot);
  assert.deepEqual(
    assignment.parts?.map(({ id, budget }) => [id, budget[0]?.powerW]),
    [
      ['station S1', 17_250],
      ['phase 1 of station S1', 5_750],
      ['phase 2 of station S1', 5_750],
      ['phase 3 of station S1', 5_750],
    ],
  );
  const shares = Object.fromEntries(assignment.sessions.map(({ key, shares }) => [key.sessionId, shares]));
  assert.equal(shares.A?.['station S1'], 1);
  assert.equal(shares.C?.['station S1'], undefined);
  assert.ok(load('station S1', assignment, NOW_MS) <= 17_250);
});
