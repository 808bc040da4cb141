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
  const planned = { id: 'p/F', minPowerW: 0, believedMaxW: 150_000, maxPowerW: 150_000 };
  let vehicle = session.vehicle;
  const told = { atMs: NOW_MS, powerW: 0, energyWh: 0 };
  const observedW: number[] = [];
  const held = (powerW: number): Profile => ({
    startMs: NOW_MS,
    endMs: NOW_MS + 24 * 3_600_000,
    periods: [{ startMs: NOW_MS, powerW }],
  });
  let holding = held(80_000);
  const reality = new Reality({
    policy: DEFAULT_PLANNING_POLICY,
    clock: { now: () => told.atMs, after: () => () => {} },
    dispatcher: { held: () => holding, drawn: () => ({ powerW: told.powerW, atMs: told.atMs }) },
    sites: {
      setObservedMaximum: async (_: unknown, powerW: number) => {
        observedW.push(Math.round(powerW));
      },
    },
  } as unknown as Surroundings);
  reality.look([session]);
  const record = {
    sessions: [planned],
    plan: { site: { limit_w: [100_000], net_w: [100_000] } },
  } as unknown as PlanRecord;
  return {
    observedW,
    /** The next plan, and its profile at the station: the car is believed to take what was seen last, and gets it. */
    plans(): void {
      const powerW = observedW.at(-1)!;
      vehicle = { ...vehicle, observedMaxW: powerW };
      planned.believedMaxW = powerW;
      holding = held(powerW);
      reality.look([session]);
    },
    /** What the meter shows so long after the last time: the mean power since, and the power at the instant. */
    async shows(seconds: number, meanW: number, powerW: number): Promise<boolean> {
      told.atMs += seconds * SECOND_MS;
      told.energyWh += (meanW * seconds) / 3_600;
      told.powerW = powerW;
      const { atMs: energyAtMs, energyWh } = told;
      return reality.reading({ ...session, vehicle, energyAtMs, energyWh }, record);
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

test('X56: a car that stopped after it was tried with more is opened again as soon as it goes on, one that does not take it later', async () => {
  const car = fastCharging();
  await car.shows(0, 0, 0);
  await car.shows(60, 60_000, 80_000);
  await car.shows(60, 62_000, 60_000);
  car.plans();
  await car.shows(60, 60_900, 60_900);
  assert.deepEqual(car.observedW, [61_200, 64_260], 'tried with 5 % more');
  car.plans();
  await car.shows(60, 40_000, 0);
  car.plans();
  assert.equal(await car.shows(60, 1_000, 1_000), true, 'it draws again');
  assert.deepEqual(car.observedW.slice(2), [1_000, 150_000]);
  car.plans();
  await car.shows(60, 1_000, 1_000);
  car.plans();
  assert.equal(await car.shows(60, 1_000, 1_000), false, 'it did not take what it was offered');
});

test('X56: a car whose register stands still has stopped only where its power says so', async () => {
  const car = fastCharging();
  await car.shows(0, 0, 0);
  await car.shows(60, 60_000, 80_000);
  assert.equal(await car.shows(60, 0, 80_000), false, 'a coarse register');
  assert.equal(await car.shows(60, 160_000, 80_000), false, 'it moves for both minutes');
  assert.equal(await car.shows(60, 0, 0), true);
  assert.deepEqual(car.observedW, [1_000]);
});
