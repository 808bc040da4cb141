import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fromWire, toWire, UNKNOWN_CONNECTOR } from './wire-profile.ts';

const T0 = Date.UTC(2026, 10, 21, 12);
const period = fc.record({
  second: fc.integer({ min: 1, max: 80_000 }),
  powerW: fc.double({ min: 0, max: 400_000, noNaN: true }),
});

test('UC-006 V1.1 property: on the wire no limit is higher than granted and none more than 0.1 W lower; times survive both ways', () => {
  fc.assert(
    fc.property(fc.uniqueArray(period, { selector: (each) => each.second, maxLength: 20 }), (more) => {
      const periods = [{ second: 0, powerW: 5_000.55 }, ...more]
        .sort((a, b) => a.second - b.second)
        .map(({ second, powerW }) => ({ startMs: T0 + second * 1000, powerW }));
      const wire = toWire({ startMs: T0, endMs: T0 + 86_400_000, periods }, false);
      const back = fromWire(
        { start_date_time: wire.start_date_time!, charging_profile: wire },
        0,
        UNKNOWN_CONNECTOR,
      );
      assert.equal(back?.endMs, T0 + 86_400_000);
      for (const [i, { startMs, powerW }] of periods.entries()) {
        assert.equal(back?.periods[i]?.startMs, startMs);
        const limitW = back?.periods[i]?.powerW ?? Number.NaN;
        assert.ok(limitW <= powerW && limitW > powerW - 0.1 - 1e-6, `${powerW} W became ${limitW} W`);
      }
    }),
  );
});

test('OCPI mod_charging_profiles: A counts per phase; a profile without duration ends with the window; one without periods says nothing', () => {
  const active = (charging_profile: Parameters<typeof fromWire>[0]['charging_profile']) => ({
    start_date_time: '2026-11-21T12:00:00Z',
    charging_profile,
  });
  const amperes = active({
    charging_rate_unit: 'A',
    charging_profile_period: [{ start_period: 0, limit: 16 }],
  });
  const single = { voltageV: 230, phases: 1 };
  assert.deepEqual(fromWire(amperes, 600_000, single), {
    startMs: T0,
    endMs: T0 + 600_000,
    periods: [{ startMs: T0, powerW: 3_680 }],
  });
  assert.equal(fromWire(amperes, 600_000, UNKNOWN_CONNECTOR)?.periods[0]?.powerW, 11_040);
  assert.equal(fromWire(active({ charging_rate_unit: 'W' }), 600_000, single), undefined);
});
