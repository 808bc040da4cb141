import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { compositeSchedule } from '@smac/ocpp/profiles';
import { type RandomStack, randomStack } from '../../../../ocpp/src/profiles/testing/random-stack.ts';
import { composite } from './composite.ts';
import type { Held } from './held.ts';
import { usualLimits } from './limits.ts';
import { nextChangeMs } from './next-change.ts';
import { ProfileStore } from './profile-store.ts';

/** `SMAC_ORACLE_STACKS=10000` for the whole run; 250 in every `npm test`. */
const stacks = Number(process.env.SMAC_ORACLE_STACKS ?? 250);

const LIMITS: readonly (keyof Held)[] = [
  'limit',
  'limit_L2',
  'limit_L3',
  'dischargeLimit',
  'dischargeLimit_L2',
  'dischargeLimit_L3',
  'setpoint',
  'setpoint_L2',
  'setpoint_L3',
  'setpointReactive',
  'setpointReactive_L2',
  'setpointReactive_L3',
  'numberPhases',
  'phaseToUse',
];

/** Where the two differ, in words; undefined = they agree at every second of the window. */
function difference({ installed, context, startMs, durationS, seed }: RandomStack): string | undefined {
  const theirs = compositeSchedule(installed, context, startMs, durationS);
  if (!theirs.ok) return `seed ${seed}: the algebra refuses: ${theirs.refusal.code}`;
  const request = { evseId: context.evseId, unit: context.unit, startMs, durationS };
  const ours = composite(installed, context, request);
  let k = 0;
  let n = 0;
  for (let second = 0; second < durationS; second++) {
    while (theirs.value.periods[k + 1] !== undefined && theirs.value.periods[k + 1]!.startPeriod <= second)
      k++;
    while (ours.periods[n + 1] !== undefined && ours.periods[n + 1]!.startPeriod <= second) n++;
    const [a, b] = [theirs.value.periods[k]!, ours.periods[n]!];
    for (const field of LIMITS) {
      const [x, y] = [a[field], b[field]];
      const agree =
        typeof x === 'number' && typeof y === 'number'
          ? Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x))
          : x === y;
      if (!agree) return `seed ${seed}, second ${second}, ${field}: algebra ${x}, station ${y}`;
    }
    if (a.operationMode !== b.operationMode) {
      return `seed ${seed}, second ${second}, operationMode: algebra ${a.operationMode}, station ${b.operationMode}`;
    }
  }
  return undefined;
}

test(`T-COMPOSITE D1.5-§2.2.1.1-COMP the platform's composite schedule is the one the station carries out, second by second (${stacks} random stacks)`, () => {
  const differences: string[] = [];
  for (let seed = 1; seed <= stacks; seed++) {
    const maxDurationS = stacks > 1_000 ? 1_800 : 700;
    const found = difference(randomStack(seed, { maxDurationS }));
    if (found !== undefined) differences.push(found);
  }
  assert.deepEqual(differences.slice(0, 20), [], `${differences.length} of ${stacks} stacks differ`);
});

test('a station that looks only where something may change answers the same as one that looks at every second', () => {
  for (let seed = 50_001; seed <= 50_060; seed++) {
    const { installed, context, startMs, durationS } = randomStack(seed, { maxDurationS: 2_400 });
    const request = { evseId: context.evseId, unit: context.unit, startMs, durationS };
    const skipTo = (second: number) => {
      const atMs = startMs + second * 1000;
      return Math.max(
        second + 1,
        Math.ceil((nextChangeMs(installed, context, atMs, startMs) - startMs) / 1000),
      );
    };
    assert.deepEqual(
      composite(installed, context, request, skipTo),
      composite(installed, context, request),
      `seed ${seed}`,
    );
  }
});

test('a station takes every stack that the rules of installation accept, whatever the order', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const { installed, context, startMs } = randomStack(seed);
    const wide = { maxStackLevel: 7, maxProfiles: 1_000, maxPeriods: 100 };
    const store = new ProfileStore(usualLimits(context.version, { ...wide, supportsPhaseSwitching: true }));
    for (const entry of installed) {
      const purpose = entry.profile.chargingProfilePurpose;
      const isOwn = purpose === 'ChargingStationExternalConstraints' || purpose === 'LocalGeneration';
      if (isOwn) store.installLocally(entry, startMs);
      else
        assert.deepEqual(
          store.install(entry, context.evses, startMs),
          undefined,
          `seed ${seed}, ${entry.profile.id}`,
        );
    }
    if (context.version !== '1.6') assert.equal(store.all.length, installed.length);
  }
});
