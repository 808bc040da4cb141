import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PilotSignal } from '../pilot/control-pilot.ts';
import { dutyOfCurrent } from '../pilot/duty.ts';
import { BEHAVIOURS, type BehaviourName } from './behaviour.ts';
import { bidirectional, CATALOGUE } from './catalogue.ts';
import { acceptedBy, coldFactor } from './charge-curve.ts';
import { ConnectedCar } from './connected-car.ts';
import { acConnection, type DcCharger, dcConnection, toBatteryW, toMainsW } from './connection.ts';
import { GENEROUS } from './discharge-terms.ts';
import { atTemperature, DC_CARS, type VehicleModel, vehicleOf } from './vehicle.ts';

const HOUR = 3_600_000;
const close = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what} ${actual} is not within ${tolerance} of ${expected}`,
  );
const model = (name: string) => CATALOGUE.find((entry) => entry.model.name === name)!.model;
const station = { phases: 3, voltageV: 230 } as const;
const FAST: DcCharger = {
  maxW: 150_000,
  maxCurrentA: 400,
  efficiency: 0.95,
  maxDischargeW: 20_000,
  rampAPerS: 25,
  cableCheckS: 20,
  preChargeS: 4,
};
const pwm = (currentA: number): PilotSignal => ({ kind: 'pwm', dutyPercent: dutyOfCurrent(currentA) });

function onAc(vehicle: VehicleModel, soc = 0.3, phases: 1 | 2 | 3 = 3) {
  const connection = acConnection(vehicle.ac, vehicle.behaviour, vehicle.ac.maxDischargeW, {
    ...station,
    phases,
  });
  const car = new ConnectedCar({ vehicle, connection, atMs: 0, soc, discharge: GENEROUS });
  car.switchTo(true);
  return car;
}

function onDc(vehicle: VehicleModel, soc: number, charger = FAST) {
  const connection = dcConnection(vehicle.dc!, charger, station);
  const car = new ConnectedCar({ vehicle, connection, atMs: 0, soc, discharge: GENEROUS });
  car.switchTo(true);
  return car;
}

/** Mean mains power over the last minute of a stretch, W. */
function settledW(car: ConnectedCar, signal: PilotSignal, fromMs: number, lastsMs = 120_000): number {
  car.hear(signal);
  car.advanceTo(fromMs + lastsMs);
  return car.powerW();
}

const course = fc.record({
  vehicle: fc.oneof(
    fc
      .tuple(fc.constantFrom(...CATALOGUE), fc.constantFrom(...(Object.keys(BEHAVIOURS) as BehaviourName[])))
      .map(([entry, name]) => vehicleOf(bidirectional(entry.model), BEHAVIOURS[name])),
    fc.constantFrom(...Object.values(DC_CARS)),
  ),
  soc: fc.double({ min: 0, max: 1, noNaN: true }),
  maxSoc: fc.double({ min: 0.5, max: 1, noNaN: true }),
  wishWh: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true }), { nil: undefined }),
  steps: fc.array(
    fc.record({
      heard: fc.oneof(
        fc.double({ min: 0, max: 40, noNaN: true }).map((currentA) => pwm(currentA)),
        fc
          .double({ min: -25_000, max: 160_000, noNaN: true })
          .map((targetW) => ({ kind: 'digital' as const, targetW })),
        fc.constant({ kind: 'fault' as const }),
      ),
      isClosed: fc.boolean(),
      lastsS: fc.integer({ min: 1, max: 5_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});
type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

function drive(run: Course, stepMs: number, seen: (car: ConnectedCar) => void = () => {}): ConnectedCar {
  const { vehicle, soc, maxSoc, wishWh } = run;
  const connection =
    'dc' in vehicle && vehicle.dc !== undefined
      ? dcConnection(vehicle.dc, FAST, station)
      : acConnection(vehicle.ac, vehicle.behaviour, vehicle.ac.maxDischargeW, station);
  const car = new ConnectedCar({
    vehicle,
    connection,
    atMs: 0,
    soc,
    maxSoc,
    discharge: GENEROUS,
    ...(wishWh === undefined ? {} : { wishWh }),
  });
  let at = 0;
  for (const { heard, isClosed, lastsS } of run.steps) {
    car.hear(heard);
    car.switchTo(isClosed);
    const end = at + lastsS * 1000;
    while (at < end) {
      at = Math.min(end, at + stepMs);
      car.advanceTo(at);
      seen(car);
    }
  }
  return car;
}

test('energy is conserved: mains = battery + losses + heating, whatever a car hears', () => {
  fc.assert(
    fc.property(course, (run) => {
      const car = drive(run, HOUR);
      const storedWh = (car.soc - run.soc) * run.vehicle.capacityWh;
      close(car.importedWh - car.exportedWh, storedWh + car.lossWh + car.heatWh, 0.01, 'balance');
      assert.ok(car.lossWh >= -1e-6);
    }),
    { numRuns: 150 },
  );
});

test('a step of an hour is as exact as steps of 7 s', () => {
  fc.assert(
    fc.property(course, (run) => {
      const coarse = drive(run, HOUR);
      const fine = drive(run, 7_000);
      close(fine.importedWh, coarse.importedWh, 0.2, 'import');
      close(fine.exportedWh, coarse.exportedWh, 0.2, 'export');
      close(fine.soc, coarse.soc, 1e-5, 'soc');
    }),
    { numRuns: 40 },
  );
});

test('state of charge stays between 0, the reserve and the limit; an open contactor carries nothing', () => {
  fc.assert(
    fc.property(course, (run) => {
      drive(run, 11_000, (car) => {
        assert.ok(car.soc <= Math.max(run.soc, run.maxSoc) + 2e-3, `${car.soc}`);
        assert.ok(car.soc >= Math.min(run.soc, GENEROUS.minSoc) - 1e-9);
      });
      const last = run.steps.at(-1)!;
      if (!last.isClosed) assert.equal(drive(run, HOUR).powerW(), 0);
    }),
    { numRuns: 60 },
  );
});

test('D1.5-Q1-14a below 6 A and at 100 % a car draws 0, and never anything between 0 and 6 A once it has settled', () => {
  const car = onAc(vehicleOf(model('Hyundai Kona')));
  for (const [n, currentA] of [16, 5.9, 6, 0, 13.3, 3].entries()) {
    const drawnA = settledW(car, pwm(currentA), n * 120_000) / 690;
    close(drawnA, currentA < 6 ? 0 : currentA, 0.11, `${currentA} A`);
  }
});

test('AC power is the sum of the phases: 6, 16 and 32 A on one and three phases', () => {
  const big = {
    ...vehicleOf(model('Hyundai Kona')),
    ac: { phases: 3, maxCurrentA: 32, maxDischargeW: 0 },
  } as const;
  for (const [currentA, one, three] of [
    [6, 1_380, 4_140],
    [16, 3_680, 11_040],
    [32, 7_360, 22_080],
  ] as const) {
    close(settledW(onAc(big, 0.2, 1), pwm(currentA), 0), one, 30);
    close(settledW(onAc(big, 0.2, 3), pwm(currentA), 0), three, 80);
  }
});

test('draw per phase is the least of pilot, station phases and on-board charger', () => {
  const peugeot = vehicleOf(model('Peugeot 208'));
  close(settledW(onAc(peugeot, 0.2, 3), pwm(32), 0), 7_360, 30);
  const kona = vehicleOf(model('Hyundai Kona'));
  close(settledW(onAc(kona, 0.2, 3), pwm(32), 0), 11_040, 1);
  close(settledW(onAc(kona, 0.2, 1), pwm(32), 0), 3_680, 1);
  close(settledW(onAc(kona, 0.2, 2), pwm(16), 0), 7_360, 1);
});

test('D1.5-Q1-15b every behaviour follows offers between its least and its most current', () => {
  const drawnA = (name: BehaviourName, currentA: number) =>
    settledW(onAc(vehicleOf(model('Hyundai Kona'), BEHAVIOURS[name])), pwm(currentA), 0) / 690;
  close(drawnA('good', 9.75), 9.7, 0.06);
  close(drawnA('rounder', 9.75), 8, 1e-6);
  close(drawnA('rounder', 6), 6, 1e-6);
  close(drawnA('no-6A', 7.9), 0, 1e-9);
  close(drawnA('no-6A', 8), 8, 0.11);
  close(drawnA('overdrawer', 10), 10.8, 0.11);
  close(drawnA('simplified', 16), 10, 1e-6);
});

test('a car that cannot charge with 6 A pauses or breaks off, by its kind', () => {
  const fussy = onAc(vehicleOf(model('Hyundai Kona'), BEHAVIOURS.fussy));
  close(settledW(fussy, pwm(16), 0), 11_040, 1);
  close(settledW(fussy, pwm(6), 120_000), 0, 1e-9);
  assert.equal(fussy.pilotState, 'E');
});

test('an AC car reacts 1 to 5 s after the pilot, rises in 5 to 15 s and falls within 5 s', () => {
  const car = onAc(vehicleOf(model('Hyundai Kona')));
  const hears = (currentA: number, atMs: number) => {
    car.advanceTo(atMs);
    car.hear(pwm(currentA));
  };
  hears(16, 0);
  const reached = (goalW: number, fromMs: number) => {
    for (let at = fromMs; ; at += 100) {
      car.advanceTo(at);
      if (Math.abs(car.powerW() - goalW) < 1) return (at - fromMs) / 1000;
      assert.ok(at < fromMs + 60_000);
    }
  };
  const startS = reached(11_040, 0);
  assert.ok(startS >= 5 && startS <= 20, `first full current after ${startS} s`);
  hears(6, 60_000);
  const downS = reached(4_140, 60_000);
  assert.ok(downS <= 5, `down in ${downS} s`);
  hears(16, 120_000);
  const upS = reached(11_040, 120_000);
  assert.ok(upS >= 3 && upS <= 15, `up in ${upS} s`);
  hears(0, 180_000);
  const offS = reached(0, 180_000);
  assert.ok(offS <= 3, `off in ${offS} s`);
  car.advanceTo(183_001);
  assert.equal(car.pilotState, 'B');
});

test('D1.5-Q1-15a D1.5-§2.1.1-SLEEP a good car resumes after any pause, a sleeper after a toggle, a dead sleeper after replugging only', () => {
  for (const [name, after, afterToggle] of [
    ['good', true, true],
    ['sleeper', false, true],
    ['dead-sleeper', false, false],
  ] as const) {
    const car = onAc(vehicleOf(model('Volkswagen ID.4'), BEHAVIOURS[name]));
    car.hear(pwm(16));
    car.advanceTo(HOUR);
    car.hear(pwm(0));
    car.advanceTo(3 * HOUR);
    const resumed = settledW(car, pwm(16), 3 * HOUR) > 1_000;
    assert.equal(resumed, after, name);
    car.hear({ kind: 'fault' });
    car.advanceTo(3 * HOUR + 130_000);
    car.hear(pwm(0));
    const toggled = settledW(car, pwm(16), 3 * HOUR + 130_000) > 1_000;
    assert.equal(toggled, afterToggle, name);
  }
});

test('D1.5-Q1-15c a car with a timer of its own starts when it is due, not when current is offered', () => {
  const car = onAc(vehicleOf(model('Kia Niro'), BEHAVIOURS.delayed));
  car.hear(pwm(16));
  car.advanceTo(HOUR - 1_000);
  assert.equal(car.importedWh, 0);
  car.advanceTo(HOUR + 60_000);
  assert.ok(car.powerW() > 11_000);
});

test('a preheater takes power although it is full; the energy is heat, not charge', () => {
  const car = onAc(vehicleOf(model('Hyundai Kona'), BEHAVIOURS.preheater), 0.97);
  car.hear(pwm(16));
  car.advanceTo(4 * HOUR);
  assert.equal(car.isFull, true);
  close(car.powerW(), 4_140, 1);
  assert.ok(car.heatWh > 5_000);
  assert.ok(car.soc <= 1);
});

test('D1.5-Q1-16 an overdrawer draws 8 % above the offer, everybody else at most the offer', () => {
  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
    const car = onAc(vehicleOf(model('Kia Niro'), behaviour), 0.2);
    car.hear(pwm(10));
    for (let at = 0; at < 2 * HOUR; at += 30_000) {
      car.advanceTo(at);
      assert.ok(car.powerW() <= 6_900 * (name === 'overdrawer' ? 1.08 : 1) + 1e-6, name);
    }
  }
});

test('D1.5-§2.1.1 a full car opens S2: the pilot shows B again and says nothing else', () => {
  const car = onAc(vehicleOf(model('plug-in hybrid')), 0.9);
  car.hear(pwm(16));
  car.advanceTo(HOUR / 60);
  assert.equal(car.pilotState, 'C');
  car.advanceTo(6 * HOUR);
  assert.equal(car.isFull, true);
  assert.equal(car.pilotState, 'B');
});

test('charging efficiency by power and phases: measured rows of EV2Gym within 3 points', () => {
  const kona = vehicleOf(model('Hyundai Kona'));
  const efficiency = (phases: 1 | 3, currentA: number) => {
    const connection = acConnection({ phases: 3, maxCurrentA: 32 }, kona.behaviour, 0, {
      phases,
      voltageV: 230,
    });
    const mainsW = currentA * phases * 230;
    return toBatteryW(connection, mainsW) / mainsW;
  };
  for (const [phases, currentA, percent] of [
    [1, 6, 75],
    [1, 10, 84],
    [1, 16, 87],
    [1, 32, 90],
    [3, 6, 87],
    [3, 10, 90],
    [3, 16, 90],
  ] as const) {
    close(efficiency(phases, currentA) * 100, percent, 2.6, `${phases} x ${currentA} A`);
  }
  const connection = acConnection({ phases: 2, maxCurrentA: 16 }, kona.behaviour, 0, station);
  assert.equal(connection.phases, 2);
  close(toMainsW(connection, toBatteryW(connection, 5_000)), 5_000, 1e-6);
});

test('the taper over hours is the sum of fine steps, with a curve that rises, bends and falls', () => {
  for (const [vehicle, soc] of [
    [DC_CARS.model3, 0.05],
    [DC_CARS.id3, 0.25],
    [DC_CARS.zoe, 0.4],
  ] as const) {
    const car = onDc(vehicle, soc);
    car.hear({ kind: 'digital', targetW: 160_000 });
    car.advanceTo(60_000);
    let fine = car.soc;
    const toDc = (mainsW: number) => mainsW * 0.95;
    const dcMaxW = toDc(car.connection.maxW);
    for (let s = 60; s < 2_400; s += 0.05) {
      fine += (Math.min(acceptedBy(vehicle.curve, fine), dcMaxW) * 0.05) / 3_600 / vehicle.capacityWh;
    }
    car.advanceTo(2_400_000);
    close(car.soc, Math.min(1, fine), 2e-4, vehicle.name);
  }
});

test('P(SoC) of the cars in the catalogue of DC curves', () => {
  for (const [vehicle, soc, kilowatt] of [
    [DC_CARS.id3, 0.3, 100],
    [DC_CARS.id3, 0.5, 75],
    [DC_CARS.id3, 0.75, 50],
    [DC_CARS.id3, 1, 20],
    [DC_CARS.model3, 0.2, 187.5],
    [DC_CARS.model3, 0.6, 110],
    [DC_CARS.zoe, 0.8, 27],
  ] as const) {
    close(acceptedBy(vehicle.curve, soc) / 1000, kilowatt, 1e-9);
  }
});

test('a cold battery takes less: 30 % at -10 degrees, all of it from 20 degrees on', () => {
  close(coldFactor(-10), 0.3, 1e-9);
  assert.equal(coldFactor(25), 1);
  const cold = onDc(atTemperature(DC_CARS.id3, -10), 0.2);
  close(settledW(cold, { kind: 'digital', targetW: 150_000 }, 0), 30_000 / 0.95, 1);
});

test('DC: cable check and pre-charge first, then 20 to 25 A/s, 93 to 96 % efficiency, no gap below 6 A', () => {
  const car = onDc(DC_CARS.id3, 0.2);
  car.hear({ kind: 'digital', targetW: 60_000 });
  car.advanceTo(27_900);
  assert.equal(car.importedWh, 0);
  car.advanceTo(29_000);
  const before = car.powerW();
  car.advanceTo(30_000);
  close((car.powerW() - before) * 0.95, 25 * 400, 10);
  car.advanceTo(60_000);
  close(car.powerW(), 60_000, 1);
  const at = { soc: car.soc, importedWh: car.importedWh };
  car.advanceTo(360_000);
  close(((car.soc - at.soc) * DC_CARS.id3.capacityWh) / (car.importedWh - at.importedWh), 0.95, 1e-6);
  close(settledW(car, { kind: 'digital', targetW: 900 }, 360_000), 900, 1e-6);
});

test('D1.5-Q4-5 discharge: on one phase never above 3.7 kW, AC from 1.4 kW, DC within inlet and charger', () => {
  const v2g = vehicleOf(bidirectional(model('Kia Niro')));
  const dis = (car: ConnectedCar, targetW: number) => settledW(car, { kind: 'digital', targetW }, 0);
  close(dis(onAc(v2g, 0.8, 1), -7_400), -3_680, 1);
  const peugeot = vehicleOf(bidirectional(model('Peugeot 208')));
  close(dis(onAc(peugeot, 0.8, 1), -7_400), -3_700, 1);
  close(dis(onAc(v2g, 0.8, 3), -22_000), -11_000, 1);
  assert.equal(dis(onAc(v2g, 0.8, 3), -1_300), 0);
  close(dis(onDc(DC_CARS.v2g, 0.8), -50_000), -19_000, 1);
  close(dis(onDc(DC_CARS.v2g, 0.8), -5_000), -5_000, 1);
});

test('D1.5-Q4-6 discharging starts from a full battery, then the car is charged again', () => {
  const car = onDc(DC_CARS.v2g, 1);
  car.hear({ kind: 'digital', targetW: -10_000 });
  car.advanceTo(HOUR);
  assert.ok(car.exportedWh > 9_000);
  const low = car.soc;
  car.hear({ kind: 'digital', targetW: 10_000 });
  car.advanceTo(2 * HOUR);
  assert.ok(car.soc > low + 0.1);
});

test('D1.5-§1.1-3 consent, minimum state of charge, session energy and cycles of the warranty end discharging', () => {
  const out = (discharge: Partial<typeof GENEROUS>, soc = 0.8) => {
    const vehicle = DC_CARS.v2g;
    const connection = dcConnection(vehicle.dc, FAST, station);
    const car = new ConnectedCar({
      vehicle,
      connection,
      atMs: 0,
      soc,
      discharge: { ...GENEROUS, ...discharge },
    });
    car.switchTo(true);
    car.hear({ kind: 'digital', targetW: -20_000 });
    car.advanceTo(8 * HOUR);
    assert.equal(car.powerW(), 0);
    return car;
  };
  assert.equal(out({ isAllowedByDriver: false }).exportedWh, 0);
  close(out({ minSoc: 0.5 }).soc, 0.5, 1e-6);
  close(out({ maxSessionWh: 5_000 }).dischargedWh, 5_000, 0.1);
  close(out({ maxCycles: 0.1 }).dischargedWh, 6_000, 0.1);
});

test('V2G round trip lies between 75 and 85 % on AC, losses are counted both ways', () => {
  const car = onAc(vehicleOf(bidirectional(model('Kia Niro'))), 0.5);
  car.hear({ kind: 'digital', targetW: 11_000 });
  car.advanceTo(HOUR);
  const importedWh = car.importedWh;
  car.hear({ kind: 'digital', targetW: -11_000 });
  let at = HOUR;
  while (car.soc > 0.5) {
    at += 10_000;
    car.advanceTo(at);
  }
  const roundTrip = car.exportedWh / importedWh;
  assert.ok(roundTrip > 0.75 && roundTrip < 0.85, `${roundTrip}`);
});
