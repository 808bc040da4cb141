import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Profile } from '../dispatch/index.ts';
import { Reality } from './feedback.ts';
import type { PlanRecord } from './plan-record.ts';
import { DEFAULT_PLANNING_POLICY } from './policy.ts';
import type { Surroundings } from './surroundings.ts';
import { anEntry, NOW_MS } from './testing/snapshots.ts';

const SECOND_MS = 1_000;

/** A car at a fast charger of a full site, offered 80 kW from the start; its station tells power and energy together. */
function fastCharging() {
  const { session } = anEntry({ id: 'F', connector: { powerType: 'DC', chargeW: 150_000 } });
  const told = { atMs: NOW_MS, powerW: 0, energyWh: 0 };
  const observedW: number[] = [];
  const held: Profile = {
    startMs: NOW_MS,
    endMs: NOW_MS + 24 * 3_600_000,
    periods: [{ startMs: NOW_MS, powerW: 80_000 }],
  };
  const reality = new Reality({
    policy: DEFAULT_PLANNING_POLICY,
    clock: { now: () => told.atMs, after: () => () => {} },
    dispatcher: { held: () => held, drawn: () => ({ powerW: told.powerW, atMs: told.atMs }) },
    sites: {
      setObservedMaximum: async (_: unknown, powerW: number) => {
        observedW.push(Math.round(powerW));
      },
    },
  } as unknown as Surroundings);
  reality.look([session]);
  const record = {
    sessions: [{ id: 'p/F', minPowerW: 0, believedMaxW: 150_000, maxPowerW: 150_000 }],
    plan: { site: { limit_w: [100_000], net_w: [100_000] } },
  } as unknown as PlanRecord;
  return {
    observedW,
    /** What the meter shows so long after the last time: the mean power since, and the power at the instant. */
    async shows(seconds: number, meanW: number, powerW: number): Promise<boolean> {
      told.atMs += seconds * SECOND_MS;
      told.energyWh += (meanW * seconds) / 3_600;
      told.powerW = powerW;
      const { atMs: energyAtMs, energyWh } = told;
      return reality.reading({ ...session, energyAtMs, energyWh }, record);
    },
  };
}

test('X56: a battery that gets full is believed to take what it takes at this instant, not the mean of better times', async () => {
  const car = fastCharging();
  await car.shows(0, 0, 0);
  await car.shows(60, 60_000, 80_000);
  assert.equal(await car.shows(60, 78_000, 75_000), true);
  assert.deepEqual(car.observedW, [76_500]);
});

test('X56: a car that stops by itself leaves its power to others as soon as its station says so, and keeps 1 kW to begin again', async () => {
  const car = fastCharging();
  await car.shows(0, 0, 0);
  await car.shows(60, 60_000, 80_000);
  assert.equal(await car.shows(20, 79_000, 0), true, 'between two readings of the meter');
  assert.deepEqual(car.observedW, [1_000]);
});

test('X56: a car on its way up is not judged by where it is, and a report in between does not put off the judgement', async () => {
  const car = fastCharging();
  await car.shows(0, 0, 0);
  await car.shows(24, 0, 0);
  await car.shows(36, 20_000, 60_000);
  assert.equal(await car.shows(30, 62_000, 70_000), false);
  assert.equal(await car.shows(30, 70_000, 70_000), true);
  assert.deepEqual(car.observedW, [71_400]);
});
