import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../random/random.ts';
import { acceptedW } from './battery.ts';
import { Car } from './car.ts';
import { bidirectional, CALM, CATALOGUE, type CarModel, OVERDRAWER, SLEEPY } from './catalogue.ts';
import { batterySideW, drawnW, mainsSideW, minMainsW } from './charger.ts';
import { Meter } from './meter.ts';

const HOUR = 3_600_000;
const models = CATALOGUE.map((entry) => entry.model);
const named = (name: string) => models.find((model) => model.name === name)!;
const close = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what} ${actual} is not within ${tolerance} of ${expected}`,
  );

/** Offers in time order with the time between them; some ask for discharge. */
const course = fc.record({
  model: fc.constantFrom(...models, ...models.map(bidirectional)),
  soc: fc.double({ min: 0, max: 1, noNaN: true }),
  maxSoc: fc.double({ min: 0.5, max: 1, noNaN: true }),
  wishWh: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true }), { nil: undefined }),
  offers: fc.array(
    fc.record({
      limitW: fc.double({ min: -12_000, max: 25_000, noNaN: true }),
      lastsS: fc.integer({ min: 1, max: 7_200 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

function drive(run: Course, stepMs: number, seen?: (car: Car, atMs: number, limitsW: number[]) => void): Car {
  const car = new Car({
    model: run.model,
    soc: run.soc,
    maxSoc: run.maxSoc,
    atMs: 0,
    ...(run.wishWh === undefined ? {} : { wishWh: run.wishWh }),
  });
  let at = 0;
  let before = 0;
  for (const { limitW, lastsS } of run.offers) {
    car.offer(limitW, at);
    const end = at + lastsS * 1000;
    const start = at;
    while (at < end) {
      at = Math.min(end, at + stepMs);
      car.advanceTo(at);
      seen?.(car, at, at - start > 10_000 ? [limitW] : [limitW, before]);
    }
    before = limitW;
  }
  return car;
}

test('energy is conserved: mains = battery + losses, whatever is offered', () => {
  fc.assert(
    fc.property(course, (run) => {
      const car = drive(run, HOUR);
      const state = car.state();
      const intoBatteryWh = (state.soc - run.soc) * run.model.battery.capacityWh;
      close(state.importedWh - state.exportedWh, intoBatteryWh + car.lossWh, 0.01, 'balance');
      assert.ok(car.lossWh >= -1e-6);
    }),
  );
});

test('a step of an hour is as exact as steps of 20 s', () => {
  fc.assert(
    fc.property(course, (run) => {
      const coarse = drive(run, HOUR).state();
      const fine = drive(run, 20_000).state();
      close(fine.importedWh, coarse.importedWh, 0.05, 'import');
      close(fine.exportedWh, coarse.exportedWh, 0.05, 'export');
      close(fine.soc, coarse.soc, 1e-5, 'soc');
    }),
    { numRuns: 60 },
  );
});

test('D1.5-Q1-15b a car stays within the offered limit, its state of charge within its bounds', () => {
  fc.assert(
    fc.property(course, (run) => {
      drive(run, 5_000, (car, _at, limitsW) => {
        const { powerW, soc } = car.state();
        assert.ok(powerW <= Math.max(0, ...limitsW) + 1e-6, `${powerW} W above ${limitsW}`);
        assert.ok(powerW >= Math.min(0, ...limitsW) - 1e-6);
        assert.ok(soc <= Math.max(run.soc, run.maxSoc) + 1e-9 && soc >= Math.min(run.soc, 0.2) - 1e-9);
      });
    }),
    { numRuns: 60 },
  );
});

test('D1.5-Q1-14a a car draws 0 below 6 A and never anything between 0 and 6 A', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.double({ min: 0, max: 25_000, noNaN: true }),
      (model, offeredW) => {
        const drawn = drawnW(model.charger, offeredW);
        assert.ok(drawn === 0 || drawn >= minMainsW(model.charger) - 1e-9);
        assert.ok(drawn <= offeredW + 1e-6);
        if (offeredW < minMainsW(model.charger) - 1e-6) assert.equal(drawn, 0);
      },
    ),
  );
  const kona = named('Hyundai Kona');
  assert.equal(drawnW(kona.charger, 6 * 230 * 3 - 1), 0);
  assert.equal(drawnW(kona.charger, 6 * 230 * 3), 4_140);
});

test('a car that rounds takes whole amperes', () => {
  const rounder = named('Skoda Enyaq');
  assert.equal(drawnW(rounder.charger, 9_500), 13 * 690);
});

test('charging efficiency falls from about 90 % at 16 A to about 75 % at 6 A on one phase', () => {
  const { charger } = named('Peugeot 208');
  close(batterySideW(charger, 32 * 230) / (32 * 230), 0.906, 0.01);
  close(batterySideW(charger, 6 * 230) / (6 * 230), 0.75, 0.01);
  fc.assert(
    fc.property(fc.double({ min: 500, max: 10_000, noNaN: true }), (mainsW) =>
      close(mainsSideW(charger, batterySideW(charger, mainsW)), mainsW, 1e-6),
    ),
  );
});

test('the taper matches a numerical integration of P = Pmax (1 - s) / (1 - knee)', () => {
  const hybrid = named('plug-in hybrid');
  const car = new Car({ model: hybrid, soc: 0.85, atMs: 0 });
  car.offer(3_680, 0);
  car.advanceTo(HOUR);
  let soc = 0.85;
  const startS = hybrid.temper.riseS;
  for (let s = startS * 100; s < 3_600 * 100; s++) {
    const powerW = Math.min(batterySideW(hybrid.charger, 3_680), acceptedW(hybrid.battery, soc));
    if (mainsSideW(hybrid.charger, powerW) < minMainsW(hybrid.charger)) break;
    soc += powerW / 360_000 / hybrid.battery.capacityWh;
  }
  close(car.state().soc, soc, 2e-5);
  assert.ok(soc > 0.9 && soc < 1);
});

test('a recorded wish ends the charging where the recorded car stopped', () => {
  const car = new Car({ model: named('Tesla Model 3'), soc: 0.3, wishWh: 7_500, atMs: 0 });
  car.offer(11_000, 0);
  car.advanceTo(2 * HOUR);
  close(car.state().importedWh, 7_500, 0.01);
  assert.equal(car.state().full, true);
  assert.equal(car.state().powerW, 0);
});

test('D1.5-Q1-15a a calm car resumes after long pauses, again and again; a sleeper only after a wake-up', () => {
  for (const [temper, energies] of [
    [CALM, [true, true, true]],
    [SLEEPY, [true, false, true]],
  ] as const) {
    const model: CarModel = { ...named('Volkswagen ID.4'), temper };
    const car = new Car({ model, soc: 0.2, atMs: 0 });
    const taken: boolean[] = [];
    let at = 0;
    for (let round = 0; round < 3; round++) {
      if (round === 2) car.wake(at);
      car.offer(11_000, at);
      taken.push(car.advanceTo(at + 600_000).importWh > 1_000);
      car.offer(0, at + 600_000);
      car.advanceTo(at + 2 * HOUR);
      at += 2 * HOUR;
    }
    assert.deepEqual(taken, energies);
  }
});

test('D1.5-Q1-16 a car that keeps to the offer draws at most it, an overdrawer draws 8 % more', () => {
  const drawn = (temper: CarModel['temper']) => {
    const car = new Car({ model: { ...named('Kia Niro'), temper }, soc: 0.3, atMs: 0 });
    car.offer(6_900, 0);
    car.advanceTo(60_000);
    return car.state().powerW;
  };
  assert.equal(drawn(CALM), 6_900);
  close(drawn(OVERDRAWER), 7_452, 1e-6);
});

test('D1.5-Q4-5 D1.5-Q4-6 feed-in: at most 3.7 kW on one phase, from a full battery, down to the reserve', () => {
  const one = bidirectional(named('Peugeot 208'));
  assert.ok(one.maxDischargeW <= 3_700);
  const car = new Car({ model: one, soc: 1, reserveSoc: 0.6, atMs: 0 });
  car.offer(-7_400, 0);
  car.advanceTo(HOUR);
  assert.equal(car.state().powerW, -3_700);
  close(car.state().exportedWh, (3_700 * (3_600 - one.temper.riseS)) / 3_600, 0.01);
  car.advanceTo(12 * HOUR);
  close(car.state().soc, 0.6, 1e-6);
  assert.equal(car.state().powerW, 0);
  const lowestSoc = car.state().soc;
  car.offer(7_360, 12 * HOUR);
  car.advanceTo(14 * HOUR);
  assert.ok(car.state().soc > lowestSoc + 0.2);
});

test('a car takes its first current when the station is ready, not at plug-in', () => {
  const car = new Car({ model: named('Kia Niro'), soc: 0.3, atMs: 0, readyMs: 20_000 });
  car.offer(11_000, 0);
  car.advanceTo(20_000);
  assert.equal(car.state().importedWh, 0);
  car.advanceTo(80_000);
  close(car.state().importedWh, 11_040 * (60 / 3_600) * (11_000 / 11_040), 1);
});

test('the two registers of a meter only grow and stay within 0.5 % of the truth', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.boolean())),
      (seed, flows) => {
        const meter = new Meter(createRandom(seed), 0.005);
        let trueWh = 0;
        let before = 0;
        for (const [wh, isImport] of flows) {
          meter.record(isImport ? wh : 0, isImport ? 0 : wh);
          trueWh += isImport ? wh : 0;
          assert.ok(meter.importWh >= before);
          before = meter.importWh;
        }
        assert.ok(Math.abs(meter.importWh - trueWh) <= trueWh * 0.005 + 1);
      },
    ),
  );
});
