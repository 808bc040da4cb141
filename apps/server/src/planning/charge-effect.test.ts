import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeEffect, type MeasuredCharge } from './charge-effect.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 5, 1, 18);
const hourly = (...values: number[]) =>
  values.map((value, hour) => ({
    startMs: START_MS + hour * HOUR_MS,
    durationMs: HOUR_MS,
    value,
  }));
const near = (found: number | undefined, wanted: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - wanted) < 1e-9, `${found} instead of ${wanted}`);

/** Plugged in for four hours; nothing in the first two, 7 kWh in the third, 3.5 kWh in the fourth. */
const late: MeasuredCharge = {
  startMs: START_MS,
  endMs: START_MS + 4 * HOUR_MS,
  energyWh: 10_500,
  readings: [
    { atMs: START_MS + 2 * HOUR_MS, energyWh: 0 },
    { atMs: START_MS + 3 * HOUR_MS, energyWh: 7000 },
  ],
  fullPowerW: 7000,
  vehicle: {},
  price: hourly(0.5, 0.4, 0.1, 0.2),
  co2: hourly(300, 300, 100, 100),
};

test('SMC_012-USER the receipt of one charge: cost and CO2 as they were against the same energy at full power from plug-in', () => {
  const effect = chargeEffect(late);
  // 7 kWh x 0.10 + 3.5 kWh x 0.20, against 7 kWh x 0.50 + 3.5 kWh x 0.40.
  near(effect?.cost?.actual, 1.4);
  near(effect?.cost?.uncontrolled, 4.9);
  // 10.5 kWh x 100 g, against 10.5 kWh x 300 g.
  near(effect?.co2Kg?.actual, 1.05);
  near(effect?.co2Kg?.uncontrolled, 3.15);
  assert.equal(effect?.wear, null, 'nothing is known of the battery');
});

test('SMC_012-USER a charge that came out dearer says so, and what has no price or intensity is left open', () => {
  const dearer = chargeEffect({ ...late, price: hourly(0.1, 0.1, 0.5, 0.5), co2: hourly(300) });
  near(dearer?.cost?.actual, 5.25);
  near(dearer?.cost?.uncontrolled, 1.05);
  assert.equal(dearer?.co2Kg, null, 'not half of a figure');
  assert.equal(chargeEffect({ ...late, energyWh: 0, readings: [] }), undefined);
  // A socket of whose power nothing is known: the most that was measured.
  near(chargeEffect({ ...late, fullPowerW: undefined })?.fullPowerW, 7000);
});

test('SMC_012-USER wear: cycles as counted by hand; standing full costs more than filling late, giving back costs more than both', () => {
  const vehicle = {
    batteryWh: 21_000,
    chargeEfficiency: 1,
    dischargeEfficiency: 1,
    soc: { soc: 1, source: 'station' as const, atMs: START_MS + 4 * HOUR_MS, energyWh: 10_500 },
  };
  const wear = chargeEffect({ ...late, vehicle })?.wear;
  assert.ok(wear);
  // From half full to full in both: a quarter of a full cycle.
  near(wear.equivalentFullCycles.actual, 0.25);
  near(wear.equivalentFullCycles.uncontrolled, 0.25);
  assert.ok(wear.actual < wear.uncontrolled, 'three hours less at a high state of charge');
  assert.equal(wear.dischargedWh, 0);
  const gave = chargeEffect({
    ...late,
    vehicle,
    readings: [
      { atMs: START_MS + HOUR_MS, energyWh: -7000 },
      { atMs: START_MS + 2 * HOUR_MS, energyWh: 0 },
      { atMs: START_MS + 3 * HOUR_MS, energyWh: 7000 },
    ],
  });
  near(gave?.wear?.dischargedWh, 7000);
  // 14 kWh more through 21 kWh, halved.
  near(gave?.wear?.equivalentFullCycles.actual, 0.25 + 7 / 21);
  assert.ok((gave?.wear?.actual ?? 0) > wear.uncontrolled);
  // -7 x 0.5 + 7 x 0.4 + 7 x 0.1 + 3.5 x 0.2: what was given back is paid for at its price.
  near(gave?.cost?.actual, 0.7);
});
