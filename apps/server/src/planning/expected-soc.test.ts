import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vehicle } from '../sites/index.ts';
import { ExpectedSoc } from './expected-soc.ts';

const at = (soc: number, energyWh: number, batteryWh?: number): { vehicle: Vehicle; energyWh: number } => ({
  vehicle: {
    soc: { soc, source: 'cpo', atMs: energyWh, energyWh },
    ...(batteryWh === undefined ? {} : { batteryWh }),
  },
  energyWh,
});

test('D4.2-T1.07: a state of charge that is what the energy made expect is no reason for a plan, another one is', () => {
  const expected = new ExpectedSoc();
  assert.ok(expected.isNews('a', at(0.3, 0, 50_000)), 'the first one');
  assert.equal(expected.isNews('a', at(0.32, 1_000, 50_000)), false);
  assert.equal(expected.isNews('a', at(0.39, 5_000, 50_000)), false);
  assert.ok(expected.isNews('a', at(0.45, 6_000, 50_000)), 'four per cent above');
  assert.equal(expected.isNews('a', at(0.47, 7_000, 50_000)), false, 'expected from there on');
  assert.ok(expected.isNews('a', at(0.47, 7_000, 70_000)), 'another battery');
  expected.forget('a');
  assert.ok(expected.isNews('a', at(0.5, 8_000, 70_000)));
});

test('D4.2-T1.07: where nobody knows the battery, a plan is made once and the charge changes nothing', () => {
  const expected = new ExpectedSoc();
  assert.ok(expected.isNews('a', at(0.3, 0)));
  assert.equal(expected.isNews('a', at(0.5, 1_000)), false);
  assert.ok(expected.isNews('a', at(0.52, 2_000, 50_000)), 'it is known now');
});
