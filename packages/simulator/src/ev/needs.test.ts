import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConnectedCar } from './connected-car.ts';
import { type Connection, dcConnection } from './connection.ts';
import { Iso15118Session, type Iso15118Step, stepsToLoop } from './iso15118-sequence.ts';
import {
  allowsDischarge,
  type DriverSettings,
  displayParameters,
  energyRequest,
  ownPowerProfile,
} from './needs.ts';
import { DC_CARS, type VehicleModel } from './vehicle.ts';

const HOUR = 3_600_000;
const connection: Connection = dcConnection(
  DC_CARS.v2g.dc,
  {
    maxW: 50_000,
    maxCurrentA: 200,
    efficiency: 0.95,
    maxDischargeW: 20_000,
    rampAPerS: 25,
    cableCheckS: 10,
    preChargeS: 2,
  },
  { voltageV: 230 },
);
const settings: DriverSettings = {
  mode: 'Dynamic',
  departureMs: 8 * HOUR,
  targetSoc: 0.8,
  minSoc: 0.3,
  maxSoc: 0.9,
  v2x: { minSoc: 0.4, maxSoc: 0.85 },
};
const carAt = (soc: number, vehicle: VehicleModel = DC_CARS.v2g) =>
  new ConnectedCar({ vehicle, connection, atMs: 0, soc });

test('D1.5-§2.1.2.3 dynamic mode: target 0 = done, minimum above 0 = charge now and no discharge, V2X only above its band', () => {
  const rows = [
    { soc: 0.2, target: 36_000, minimum: 6_000, mayDischarge: false },
    { soc: 0.35, target: 27_000, minimum: -3_000, mayDischarge: false },
    { soc: 0.5, target: 18_000, minimum: -12_000, mayDischarge: true },
    { soc: 0.85, target: 0, minimum: -33_000, mayDischarge: true },
  ];
  for (const { soc, target, minimum, mayDischarge } of rows) {
    const request = energyRequest(carAt(soc), settings, HOUR);
    assert.equal(request.targetWh, target);
    assert.equal(request.minimumWh, minimum);
    assert.equal(request.departureS, 7 * 3_600);
    assert.equal(allowsDischarge(request), mayDischarge, `soc ${soc}`);
  }
  const { v2x: _, ...without } = settings;
  assert.equal(allowsDischarge(energyRequest(carAt(0.9), without, 0)), false);
});

test('D1.5-Q1-10 D1.5-Q1-11 D1.5-Q1-13a D1.5-R3-1 D1.5-R1-2-sim a -20 car tells state of charge and capacity, or keeps them', () => {
  const shown = displayParameters(carAt(0.5), settings);
  assert.equal(shown.presentSoc, 0.5);
  assert.equal(shown.batteryCapacityWh, 60_000);
  assert.equal(shown.chargingComplete, false);
  assert.deepEqual(displayParameters(carAt(0.5, { ...DC_CARS.v2g, tellsSoc: false }), settings), {});
  assert.deepEqual(displayParameters(carAt(0.5, { ...DC_CARS.v2g, speaks: 'IEC 61851' }), settings), {});
  assert.deepEqual(displayParameters(carAt(0.5, DC_CARS.id3), settings), { presentSoc: 0.5 });
});

test('RemainingTimeToTargetSOC is what is missing at the power of now', () => {
  const car = carAt(0.5);
  car.switchTo(true);
  car.hear({ kind: 'digital', targetW: 20_000 });
  car.advanceTo(60_000);
  const { remainingTimeToTargetS } = displayParameters(car, settings);
  assert.ok(Math.abs(remainingTimeToTargetS! - ((0.8 - car.soc) * 60_000 * 3_600) / 19_000) < 2);
});

test('D1.5-§1.2-TOPa D1.5-§2.2.1.2-RENEG scheduled mode: the EV decides within the schedule and still meets its need', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 11_000 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 60_000 }),
      fc.constantFrom('early' as const, 'late' as const),
      (powers, needWh, charges) => {
        const offered = powers.map((powerW, n) => ({ fromMs: n * 900_000, powerW }));
        const own = ownPowerProfile(offered, needWh, powers.length * 900_000, charges);
        const totalWh = own.reduce((sum, slot) => sum + slot.powerW / 4, 0);
        own.forEach((slot, n) => {
          assert.ok(slot.powerW <= offered[n]!.powerW + 1e-9 && slot.powerW >= 0);
        });
        const possibleWh = powers.reduce((sum, powerW) => sum + powerW / 4, 0);
        assert.ok(Math.abs(totalWh - Math.min(needWh, possibleWh)) < 1e-6);
      },
    ),
  );
  const car = carAt(0.5);
  car.switchTo(true);
  car.follow([
    { fromMs: 0, powerW: 5_000 },
    { fromMs: HOUR, powerW: 12_000 },
  ]);
  car.hear({ kind: 'digital', targetW: 20_000 });
  car.advanceTo(HOUR - 1);
  assert.ok(Math.abs(car.powerW() - 5_000) < 1);
  car.advanceTo(HOUR + 60_000);
  assert.ok(Math.abs(car.powerW() - 12_000) < 1);
});

test('D1.5-§2.1.2.1 D1.5-§2.1.2.2 the sequence of ISO 15118-20, and a pause that comes back under the same session id', () => {
  const session = new Iso15118Session('S-1', { currentType: 'DC', installsCertificate: true });
  const seen = [session.step];
  while (!session.mayTakePower) seen.push(session.proceed());
  assert.deepEqual(seen, stepsToLoop({ currentType: 'DC', installsCertificate: true }));
  assert.ok(seen.indexOf('CableCheck') > seen.indexOf('ScheduleExchange'));
  assert.equal(session.renegotiate(), true);
  assert.equal(session.step, 'ScheduleExchange');
  while (!session.mayTakePower) session.proceed();
  session.pause();
  assert.equal(session.step, 'SessionStop');
  assert.equal(session.mayTakePower, false);
  session.resume();
  const again: Iso15118Step[] = [session.step];
  while (!session.mayTakePower) again.push(session.proceed());
  assert.ok(!again.includes('ServiceDetail') && !again.includes('CertificateInstallation'));
  assert.equal(session.sessionId, 'S-1');
  session.terminate();
  session.resume();
  assert.equal(session.mayTakePower, false);
  assert.ok(!stepsToLoop({ currentType: 'AC' }).includes('PreCharge'));
});
