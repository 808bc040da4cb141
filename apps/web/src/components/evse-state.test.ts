import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Evse, nextChange, stateOf } from './evse-state.ts';

const START = '2026-06-01T10:00:00Z';

function evse(wish: Partial<Evse>, session: Partial<NonNullable<Evse['session']>> | null = {}): Evse {
  return {
    locationId: 'L',
    evseUid: 'E',
    label: 'E',
    status: 'CHARGING',
    maxW: 11_000,
    meteredW: [],
    plannedW: [],
    session:
      session === null
        ? null
        : {
            key: { peerId: 'own', sessionId: '1' },
            status: 'ACTIVE',
            locationId: 'L',
            evseUid: 'E',
            start: START,
            energyWh: 0,
            energyNeedWh: null,
            soc: null,
            departure: null,
            profileType: 'CHEAP',
            plannedW: null,
            actualW: 0,
            plannedStart: null,
            plannedEnd: null,
            expected: null,
            shortfallWh: 0,
            reasons: [],
            ...session,
          },
    ...wish,
  };
}

test('D1.5-Q5-8-ui an EVSE says in one word what it does: charging, feeding back, waiting, done, faulted, free', () => {
  assert.equal(stateOf(evse({}, { actualW: 7000 }), 0), 'charging');
  assert.equal(stateOf(evse({}, { actualW: -7000 }), 0), 'feeding');
  assert.equal(stateOf(evse({ plannedW: [0, 0, 11_000] }), 0), 'waiting');
  assert.equal(stateOf(evse({ plannedW: [11_000, 0, 11_000] }), 0), 'occupied', 'it may charge now');
  assert.equal(stateOf(evse({ plannedW: [0, 0] }, { energyWh: 9_950, energyNeedWh: 10_000 }), 0), 'done');
  assert.equal(stateOf(evse({ plannedW: [0, 0] }), 0), 'occupied');
  assert.equal(stateOf(evse({ status: 'OUTOFORDER' }, { actualW: 7000 }), 0), 'faulted');
  assert.equal(stateOf(evse({ status: 'AVAILABLE' }, null), 0), 'free');
  assert.equal(stateOf(evse({ status: 'RESERVED' }, null), 0), 'reserved');
  assert.equal(stateOf(evse({ status: 'UNKNOWN' }, null), 0), 'unknown');
});

test('the next change is the next slot with noticeably more or less power', () => {
  const picture = { start: START, slotMinutes: 15 };
  const at = (slot: number) => Date.parse(START) + slot * 900_000;
  const next = (plannedW: readonly (number | null)[], nowSlot = 0) =>
    nextChange(picture, evse({ plannedW }), nowSlot);
  assert.deepEqual(next([0, 0, 11_000]), { kind: 'starts', atMs: at(2), powerW: 11_000 });
  assert.deepEqual(next([11_000, 10_900, 0]), { kind: 'stops', atMs: at(2), powerW: 0 });
  assert.deepEqual(next([11_000, 7_000]), { kind: 'changes', atMs: at(1), powerW: 7_000 });
  assert.deepEqual(next([0, -5_000]), { kind: 'feeds', atMs: at(1), powerW: -5_000 });
  assert.equal(next([0, 0, 0]), undefined);
  assert.equal(next([11_000, null]), undefined);
});
