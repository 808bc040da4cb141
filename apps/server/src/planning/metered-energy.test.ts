import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addMetered, meteredEnergy } from './metered-energy.ts';

const SLOT_MS = 900_000;
const ref = { peerId: 'own', sessionId: 'S1' };

test('SMC_012 what flowed between two readings is spread evenly over the slots between them', () => {
  const readings = [
    { ref, atMs: 2 * SLOT_MS + SLOT_MS / 2, energyWh: 100 },
    { ref, atMs: 4 * SLOT_MS, energyWh: 400 },
  ];
  const [session] = meteredEnergy(readings, { fromMs: 0, slotMs: SLOT_MS, slots: 10 }).values();
  assert.deepEqual(session, { firstSlot: 2, wh: [100, 200] });
});

test('SMC_012 property: the slots of a period hold exactly what was metered within it', () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 5 * SLOT_MS }), fc.integer({ min: 0, max: 9_000 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(fc.integer({ min: -20, max: 20 }), steps, (startSlot, rises) => {
      let atMs = startSlot * SLOT_MS;
      let energyWh = 0;
      const readings = [{ ref, atMs, energyWh }];
      for (const [afterMs, moreWh] of rises) {
        atMs += afterMs;
        energyWh += moreWh;
        readings.push({ ref, atMs, energyWh });
      }
      const slots = 30;
      const sum = new Float64Array(slots);
      for (const session of meteredEnergy(readings, { fromMs: 0, slotMs: SLOT_MS, slots }).values()) {
        addMetered(sum, session);
      }
      const within = readings.slice(1).reduce((total, reading, n) => {
        const before = readings[n]!;
        const overlapMs = Math.min(reading.atMs, slots * SLOT_MS) - Math.max(before.atMs, 0);
        const share = Math.max(0, overlapMs) / (reading.atMs - before.atMs);
        return total + (reading.energyWh - before.energyWh) * share;
      }, 0);
      const found = sum.reduce((total, wh) => total + wh, 0);
      assert.ok(Math.abs(found - within) < 1e-6 * (1 + within), `${found} Wh instead of ${within}`);
    }),
  );
});
