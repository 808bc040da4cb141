import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptAfrrSignal } from '../composite/afrr-signal.ts';
import { at, contextOf, evseOf, limitsOf, NOON, profileOf, requestOf } from '../testing/builders.ts';
import { clearProfiles } from './clear.ts';
import { updateDynamicProfile } from './dynamic-update.ts';
import { afterReboot, afterReconnect, afterTransaction } from './lifetime.ts';
import { usePriorityCharging } from './priority-charging.ts';

const max = at(0, profileOf('ChargingStationMaxProfile', 32, {}, { id: 1 }));
const fallback = at(0, profileOf('TxDefaultProfile', 6, {}, { id: 2 }));
const own = at(1, profileOf('TxDefaultProfile', 8, {}, { id: 3, stackLevel: 1 }));
const tx = at(1, profileOf('TxProfile', 16, {}, { id: 4, stackLevel: 1 }));
const priority = at(0, profileOf('PriorityCharging', 32, {}, { id: 5 }));
const external = at(0, profileOf('ChargingStationExternalConstraints', 20, {}, { id: 6 }));
const sun = at(0, profileOf('LocalGeneration', 4, {}, { id: 7 }));
const all = [max, fallback, own, tx, priority, external, sun];

function idsAfterClear(criteria: Parameters<typeof clearProfiles>[1]): number[] {
  return clearProfiles(all, criteria).cleared.map((each) => each.profile.id);
}

test('1.6 errata 3.25/3.26: id alone wins, other criteria are ANDed, nothing given clears all', () => {
  assert.deepEqual(idsAfterClear({ id: 3, evseId: 2, purpose: 'TxProfile', stackLevel: 7 }), [3]);
  assert.deepEqual(idsAfterClear({ stackLevel: 1 }), [3, 4]);
  assert.deepEqual(idsAfterClear({ stackLevel: 1, purpose: 'TxProfile' }), [4]);
  assert.deepEqual(idsAfterClear({ purpose: 'TxDefaultProfile', evseId: 0 }), [2]);
  assert.deepEqual(idsAfterClear({}), [1, 2, 3, 4, 5]);
});

test('ClearChargingProfile: nothing matched is Unknown and clears nothing', () => {
  const clearing = clearProfiles(all, { id: 99 });
  assert.equal(clearing.status, 'Unknown');
  assert.deepEqual(clearing.installed, all);
});

test('K10.FR.04/06/08/09: External and LocalGeneration are never cleared by the CSMS', () => {
  assert.equal(clearProfiles(all, { id: 6 }).status, 'Unknown');
  assert.equal(clearProfiles(all, { purpose: 'LocalGeneration' }).status, 'Unknown');
  assert.deepEqual(clearProfiles(all, {}).installed, [external, sun]);
});

test('D1.5-§2.2.1.1-TX: a TxProfile vanishes with its transaction, others stay', () => {
  assert.deepEqual(
    afterTransaction(all, { evseId: 1, transactionId: 'tx-1' }),
    all.filter((each) => each !== tx),
  );
  assert.deepEqual(afterTransaction(all, { evseId: 1, transactionId: 'tx-9' }), all);
  const { transactionId: _, ...remote } = tx.profile;
  assert.deepEqual(afterTransaction([at(1, remote)], { evseId: 1, transactionId: 'tx-9' }), []);
  assert.deepEqual(afterTransaction([at(2, remote)], { evseId: 1, transactionId: 'tx-9' }).length, 1);
});

test('K01.FR.27: Max, TxDefault and Priority survive a reboot; 1.6 errata 3.37: all but TxProfile', () => {
  assert.deepEqual(afterReboot(all, '2.1'), [max, fallback, own, priority]);
  assert.deepEqual(afterReboot([max, own, tx], '1.6'), [max, own]);
});

test('K01.FR.102/103: after reconnecting only invalidAfterOfflineDuration keeps a profile invalid', () => {
  const back = at(1, { ...own.profile, id: 8, maxOfflineDuration: 60 });
  const gone = at(1, { ...own.profile, id: 9, maxOfflineDuration: 60, invalidAfterOfflineDuration: true });
  assert.deepEqual(afterReconnect([back, gone], NOON, NOON + 60_000), [back]);
  assert.deepEqual(afterReconnect([back, gone], NOON, NOON + 59_999), [back, gone]);
});

test('K21: UsePriorityCharging says NoProfile, TxNotFound or Accepted', () => {
  const transactions = [{ evseId: 1, transactionId: 'tx-1' }];
  assert.deepEqual(usePriorityCharging(all, transactions, 'tx-1'), { status: 'Accepted' });
  assert.deepEqual(usePriorityCharging([max], transactions, 'tx-1'), { status: 'NoProfile' });
  assert.deepEqual(usePriorityCharging(all, transactions, 'tx-2'), {
    status: 'Rejected',
    reasonCode: 'TxNotFound',
  });
  assert.deepEqual(usePriorityCharging([at(2, priority.profile)], transactions, 'tx-1'), {
    status: 'NoProfile',
  });
});

const dynamic = at(
  1,
  profileOf(
    'TxProfile',
    13,
    { duration: 300 },
    { id: 20, chargingProfileKind: 'Dynamic', dynUpdateTimeMs: NOON - 600_000 },
  ),
);

test('K28: an update replaces the values given and revives a profile whose duration was over', () => {
  assert.deepEqual(limitsOf([dynamic, fallback]), [[0, 6]]);
  const result = updateDynamicProfile(requestOf({ installed: [dynamic, fallback] }), 20, { limit: 11 }, NOON);
  assert.ok(result.ok);
  assert.deepEqual(limitsOf(result.value), [
    [0, 11],
    [300, 6],
  ]);
});

test('K28: an update of an unknown or not Dynamic profile, or without a field, is refused', () => {
  const request = requestOf({ installed: [dynamic, fallback] });
  const code = (id: number, update: object): string => {
    const result = updateDynamicProfile(request, id, update, NOON);
    return result.ok ? 'accepted' : `${result.refusal.rule} ${result.refusal.code}`;
  };
  assert.equal(code(99, { limit: 6 }), 'K28 InvalidProfileId');
  assert.equal(code(2, { limit: 6 }), 'K28 InvalidProfile');
  assert.equal(code(20, {}), 'K28 MissingParam');
});

test('V2X.05: an update may not put the setpoint outside its limits', () => {
  const result = updateDynamicProfile(requestOf({ installed: [dynamic] }), 20, { setpoint: 20 }, NOON);
  assert.ok(!result.ok);
  assert.deepEqual([result.refusal.rule, result.refusal.code], ['V2X.05', 'InvalidSchedule']);
});

test('Q08.FR.11: AFRRSignal needs a leading period with v2xSignalWattCurve', () => {
  const following = at(
    1,
    profileOf(
      'TxProfile',
      [
        {
          startPeriod: 0,
          operationMode: 'LocalFrequency',
          v2xBaseline: 0,
          v2xFreqWattCurve: [
            { frequency: 49.8, power: -1 },
            { frequency: 50.2, power: 1 },
          ],
          v2xSignalWattCurve: [{ signal: 1, power: 100 }],
        },
      ],
      { chargingRateUnit: 'W' },
      { id: 30 },
    ),
  );
  const context = contextOf({ evses: [evseOf(1), evseOf(2)] });
  assert.deepEqual(acceptAfrrSignal([following], context, NOON), { ok: true, value: { evseIds: [1] } });
  const refused = acceptAfrrSignal([tx], context, NOON);
  assert.ok(!refused.ok && refused.refusal.code === 'NoSignalWattCurve');
});
