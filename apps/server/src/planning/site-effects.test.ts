import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SlotFacts, siteEffects } from './site-effects.ts';

const slot = (facts: Partial<SlotFacts>): SlotFacts => ({
  actualWh: 0,
  uncontrolledWh: 0,
  baseW: 0,
  co2GPerKwh: undefined,
  flexW: 0,
  ...facts,
});

test('energy of the cars counts as own generation only as far as the site had some left over', () => {
  const slots = [
    slot({ actualWh: 3_000, baseW: -8_000 }),
    slot({ actualWh: 3_000, baseW: -20_000 }),
    slot({ actualWh: 3_000, baseW: 5_000 }),
  ];
  assert.equal(siteEffects(slots, 0.25).ownGenerationWh, 2_000 + 3_000);
});

test('CO2 is compared over the slots whose intensity is known, and not told where none is', () => {
  const slots = [
    slot({ actualWh: 1_000, uncontrolledWh: 4_000, co2GPerKwh: 400 }),
    slot({ actualWh: 4_000, uncontrolledWh: 1_000, co2GPerKwh: 100 }),
    slot({ actualWh: 9_000, uncontrolledWh: 9_000 }),
  ];
  const { co2Kg, uncontrolledCo2Kg } = siteEffects(slots, 0.25);
  assert.deepEqual([co2Kg, uncontrolledCo2Kg], [0.8, 1.7]);
  assert.equal(siteEffects([slot({ actualWh: 1 })], 0.25).co2Kg, null);
});

test('a flex order is done as far as the cars moved in its direction, and by no more than it asked for', () => {
  const slots = [
    slot({ actualWh: 1_000, uncontrolledWh: 3_000, flexW: -10_000 }),
    slot({ actualWh: 0, uncontrolledWh: 9_000, flexW: -10_000 }),
    slot({ actualWh: 5_000, uncontrolledWh: 4_000, flexW: -10_000 }),
    slot({ actualWh: 5_000, uncontrolledWh: 4_000, flexW: 8_000 }),
  ];
  const { flexAskedWh, flexDoneWh } = siteEffects(slots, 0.25);
  assert.equal(flexAskedWh, 3 * 2_500 + 2_000);
  assert.equal(flexDoneWh, 2_000 + 2_500 + 0 + 1_000);
});
