import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { randomStack } from '../testing/random-stack.ts';
import type { CompositeContext, CompositePeriod } from '../types.ts';
import { compositeSchedule } from './composite-schedule.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('D1.5-§2.2.1.1-COMP: the order of installation changes nothing', () => {
  fc.assert(
    fc.property(seeds, fc.infiniteStream(fc.nat()), (seed, order) => {
      const { installed, context, startMs, durationS } = randomStack(seed);
      const permuted = installed
        .map((each) => ({ each, key: order.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      assert.deepEqual(
        compositeSchedule(permuted, context, startMs, durationS),
        compositeSchedule(installed, context, startMs, durationS),
      );
    }),
    { numRuns: 400 },
  );
});

test('the sweep misses no change: at any second it says what the window of that second says', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (seed, where) => {
      const { installed, context, startMs, durationS } = randomStack(seed);
      const fixed = withFixedStart(context, startMs);
      const swept = compositeSchedule(installed, fixed, startMs, durationS);
      assert.ok(swept.ok);
      const second = Math.floor(where * durationS);
      const alone = compositeSchedule(installed, fixed, startMs + second * 1000, 1);
      assert.ok(alone.ok);
      const expected = swept.value.periods.findLast((period) => period.startPeriod <= second)!;
      assert.deepEqual({ ...alone.value.periods[0], startPeriod: 0 }, { ...expected, startPeriod: 0 });
    }),
    { numRuns: 1500 },
  );
});

test('periods ascend from 0 in whole seconds within the window, and neighbours differ', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { installed, context, startMs, durationS } = randomStack(seed);
      const result = compositeSchedule(installed, context, startMs, durationS);
      assert.ok(result.ok);
      const { periods } = result.value;
      assert.equal(periods[0]?.startPeriod, 0);
      for (const [index, period] of periods.entries()) {
        assert.ok(Number.isInteger(period.startPeriod) && period.startPeriod < durationS);
        if (index === 0) continue;
        assert.ok(period.startPeriod > periods[index - 1]!.startPeriod);
        assert.notDeepEqual({ ...period, startPeriod: 0 }, { ...periods[index - 1], startPeriod: 0 });
      }
    }),
    { numRuns: 500 },
  );
});

test('D1.5-§2.2.1.1-MAX: no EVSE is let above a Max or External limit of the station, without LocalGeneration', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { installed, context, startMs, durationS } = randomStack(seed);
      const without = installed.filter((each) => each.profile.chargingProfilePurpose !== 'LocalGeneration');
      const stationOnly = without.filter(
        ({ evseId, profile: { chargingProfilePurpose: purpose } }) =>
          evseId === 0 &&
          (purpose === 'ChargingStationMaxProfile' || purpose === 'ChargingStationExternalConstraints'),
      );
      const inAmpere: CompositeContext = { ...context, unit: 'A' };
      const all = compositeSchedule(without, inAmpere, startMs, durationS);
      const station = compositeSchedule(stationOnly.filter(isInAmpere), inAmpere, startMs, durationS);
      assert.ok(all.ok && station.ok);
      const some = without.every((each) => !stationOnly.includes(each) || isInAmpere(each));
      if (!some) return; // a higher stack in W may lead instead
      for (const period of all.value.periods) {
        const bound = station.value.periods.findLast((each) => each.startPeriod <= period.startPeriod)?.limit;
        if (bound !== undefined) assert.ok(highest(period) <= bound + 1e-9);
      }
    }),
    { numRuns: 500 },
  );
});

function isInAmpere({ profile }: ReturnType<typeof randomStack>['installed'][number]): boolean {
  return profile.chargingSchedule[0]!.chargingRateUnit === 'A';
}

function highest(period: CompositePeriod): number {
  return Math.max(...[period.limit, period.limit_L2, period.limit_L3].filter((lane) => lane !== undefined));
}

/** Relative profiles without a start of their own count from the window: give every EVSE a start, so windows agree. */
function withFixedStart(context: CompositeContext, startMs: number): CompositeContext {
  return {
    ...context,
    evses: context.evses.map((evse) => ({
      ...evse,
      transaction: {
        ...(evse.transaction ?? { transactionId: 'none', startMs }),
        energyMayFlowSinceMs: evse.transaction?.energyMayFlowSinceMs ?? startMs - 60_000,
      },
    })),
  };
}
