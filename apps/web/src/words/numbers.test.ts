import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gramsPerKwh } from './numbers.ts';

test('CO₂ of electricity is told in whole grams per kWh, in the digits of the language', () => {
  assert.equal(gramsPerKwh('en', 251.6), '252 g CO₂/kWh');
  assert.equal(gramsPerKwh('de', 1_250), '1.250 g CO₂/kWh');
  assert.equal(gramsPerKwh('nl', -0.2), '0 g CO₂/kWh');
});
