import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem } from '@smac/optimiser';
import type { ContextSnapshot } from '../sites/index.ts';
import { roomForNewcomers, saidAsRoom } from './newcomers.ts';
import { anEntry, aSnapshot, built, HOUR_MS, NOW_MS, stored } from './testing/snapshots.ts';

const POLICY = { newcomerShare: 0.5, newcomerHours: 3 };
const evse = (evseUid: string) => ({
  locationId: 'L1',
  evseUid,
  connectors: [{ connectorId: '1', chargeW: 11_000, dischargeW: 0 }],
});
const park = (limitW: number, ...names: string[]): Pick<ContextSnapshot['context'], 'statics'> => ({
  statics: { currency: 'EUR', maxImportW: limitW, evses: names.map(evse) },
});
const entry = anEntry({
  preferences: { departureMs: NOW_MS + 2 * HOUR_MS, departureFirm: true, energyNeedWh: 10_000 },
});

function lowered(snapshot: ContextSnapshot, scale = 1): number[] | undefined {
  const flexW = roomForNewcomers(built(snapshot), snapshot, POLICY, scale)?.problem.site?.flex_w;
  return flexW && [...flexW];
}

test('UC-005 room for cars yet to come grows from nothing now to half of what is left below the limit in three hours', () => {
  const snapshot = aSnapshot({ ...park(20_000, 'E-S1', 'E-2', 'E-3'), sessions: [entry] });
  const flexW = lowered(snapshot)!;
  assert.equal(flexW[0], 0);
  assert.equal(Math.round(flexW[6]!), -5_000);
  assert.equal(Math.round(flexW[12]!), -10_000);
  assert.equal(Math.round(flexW[60]!), -10_000);
  assert.equal(Math.round(lowered(snapshot, 0.5)![60]!), -5_000);
});

test('UC-005 no more room is kept than the EVSEs that are free by then can draw', () => {
  const snapshot = aSnapshot({ ...park(50_000, 'E-S1'), sessions: [entry] });
  const flexW = lowered(snapshot)!;
  assert.ok(
    flexW.slice(0, 8).every((w) => w === 0),
    'the only EVSE is taken for two hours',
  );
  assert.equal(Math.round(flexW[12]!), -11_000);
  const full = aSnapshot({
    ...park(50_000, 'E-S1'),
    sessions: [
      anEntry({
        preferences: { departureMs: NOW_MS + 30 * HOUR_MS, departureFirm: true, energyNeedWh: 10_000 },
      }),
    ],
  });
  assert.equal(lowered(full), undefined);
});

test('UC-005 room is a share of what base load and flex leave below the limit', () => {
  const series = {
    demand: stored(NOW_MS, 15, Array(96).fill(4_000)),
    flex: stored(NOW_MS, 15, Array(96).fill(-2_000)),
  };
  const snapshot = aSnapshot({ ...park(20_000, 'E-S1', 'E-2', 'E-3'), series, sessions: [entry] });
  const flexW = lowered(snapshot)!;
  assert.equal(flexW[0], -2_000);
  assert.equal(Math.round(flexW[12]!), -2_000 - 7_000);
});

test('UC-005 without a limit there is nothing to keep free', () => {
  const statics = { currency: 'EUR', evses: [evse('E-2')] };
  const snapshot = aSnapshot({ sessions: [entry] });
  const free = { ...snapshot, context: { ...snapshot.context, statics } };
  assert.equal(roomForNewcomers(built(free), free, POLICY, 1), undefined);
});

test('room for cars yet to come is said to be that, and a flex order only where one was given', () => {
  const held = {
    code: 'limited_by_flex_order',
    sentence: 'A flex order lowers the limit of the supply point to 9 kW.',
  };
  const plan = {
    sessions: [{ id: 'a', reasons: [held, { code: 'no_need', sentence: 'x' }] }],
  } as unknown as Plan;
  const asked = (flex_w?: number[]) =>
    ({ start: '', slots: 1, site: flex_w === undefined ? {} : { flex_w } }) as Problem;
  const said = saidAsRoom(plan, asked([0])).sessions[0]?.reasons;
  assert.deepEqual(said, [
    {
      code: 'kept_for_newcomers',
      sentence: 'Room for cars that come later lowers the limit of the supply point to 9 kW.',
    },
    { code: 'no_need', sentence: 'x' },
  ]);
  assert.deepEqual(saidAsRoom(plan, asked([-5_000])).sessions[0]?.reasons[0], held);
});
