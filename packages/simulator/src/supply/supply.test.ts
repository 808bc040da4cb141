import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { CATALOGUE, pickCar } from '../ev/catalogue.ts';
import { GENEROUS } from '../ev/discharge-terms.ts';
import { DC_CARS, vehicleOf } from '../ev/vehicle.ts';
import { generatePv } from '../generators/pv.ts';
import { createRandom } from '../random/random.ts';
import type { Series } from '../series/series.ts';
import { type EvseOptions, rotationOf } from '../station/evse-options.ts';
import { OnClock } from '../station/on-clock.ts';
import { usualLimits } from '../station/profiles/limits.ts';
import { Station } from '../station/station.ts';
import { Fuse } from './fuse.ts';
import { SiteSupply, type SiteSupplyOptions } from './site-supply.ts';
import { StationaryBattery } from './stationary-battery.ts';

const t0 = Date.parse('2026-06-02T00:00:00Z');
const SECOND = 1_000;
const HOUR = 3_600_000;
const close = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what} ${actual} is not within ${tolerance} of ${expected}`,
  );
const kona = vehicleOf(CATALOGUE.find((entry) => entry.model.name === 'Hyundai Kona')!.model);
const fast = {
  maxW: 50_000,
  maxCurrentA: 200,
  efficiency: 0.95,
  maxDischargeW: 20_000,
  rampAPerS: 25,
  cableCheckS: 10,
  preChargeS: 2,
};

const stationOf = (n: number, change: Partial<EvseOptions> = {}, startMs = t0) =>
  new Station({
    id: `S${n}`,
    evses: [{ evseId: 1, currentType: 'AC', phases: 3, maxCurrentA: 32, rotation: rotationOf(n), ...change }],
    limits: usualLimits('2.1'),
    random: createRandom(n),
    startMs,
    meterError: 0,
    sampleIntervalS: 0,
  });
const siteOf = (count: number, change: Partial<SiteSupplyOptions> = {}, evse: Partial<EvseOptions> = {}) =>
  new SiteSupply({
    startMs: t0,
    stations: Array.from({ length: count }, (_, n) => stationOf(n, evse)),
    random: createRandom(1),
    meterError: 0,
    ...change,
  });
const flat = (valueW: number, steps = 24): Series => ({
  startMs: t0,
  stepMs: HOUR,
  values: new Array<number>(steps).fill(valueW),
});

function limitTo(site: SiteSupply, id: string, limit: number): void {
  const refusal = site.station(id).install({
    evseId: 1,
    profile: {
      id: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: [
        { chargingRateUnit: 'A', startScheduleMs: t0, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
      ],
    },
  });
  assert.equal(refusal, undefined);
}

function charge(site: SiteSupply, id: string, soc = 0.3): void {
  const station = site.station(id);
  station.plug(1, { vehicle: kona, soc });
  station.authorise(1, { idToken: 'T' });
}

test('every second of a site is recorded against the limit that held: seconds above it are counted, with and without grace', () => {
  const site = siteOf(2, { limitW: 25_000, baseW: flat(2_000) });
  charge(site, 'S0');
  charge(site, 'S1');
  site.advanceTo(t0 + 600 * SECOND);
  assert.equal(site.record.seconds, 600);
  assert.deepEqual(site.record.overLimitSeconds(), []);
  close(site.record.netW(599), 2_000 + 2 * 11_040, 1);
  site.setLimit(12_000);
  site.advanceTo(t0 + 630 * SECOND);
  limitTo(site, 'S0', 6);
  limitTo(site, 'S1', 6);
  site.advanceTo(t0 + 900 * SECOND);
  const over = site.record.overLimitSeconds();
  assert.equal(over[0], 600);
  assert.ok(over.length >= 30 && over.length <= 40, `${over.length} s`);
  assert.equal(over.at(-1)! - over[0]! + 1, over.length);
  assert.deepEqual(site.record.overLimitSeconds(1, 60), []);
  assert.throws(() => site.record.netW(900), RangeError);
});

test('the grid meter counts what load, generation, battery and every plug sum up to; import and export apart', () => {
  const move = fc.record({
    station: fc.integer({ min: 0, max: 3 }),
    act: fc.constantFrom('plug', 'unplug', 'limit'),
    value: fc.integer({ min: 0, max: 32 }),
    waitS: fc.integer({ min: 1, max: 4_000 }),
  });
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 15 }), fc.boolean(), (moves, hasBattery) => {
      const site = siteOf(4, {
        baseW: flat(3_000, 48),
        pvW: flat(9_000, 48),
        ...(hasBattery
          ? {
              battery: {
                capacityWh: 20_000,
                maxChargeW: 10_000,
                maxDischargeW: 10_000,
                soc: 0.5,
                policy: { kind: 'self-consumption' } as const,
              },
            }
          : {}),
      });
      for (const { station, act, value, waitS } of moves) {
        const plugged = site.station(`S${station}`).evse(1).car !== undefined;
        if (act === 'plug' && !plugged) charge(site, `S${station}`);
        if (act === 'unplug' && plugged) site.station(`S${station}`).unplug(1);
        if (act === 'limit') limitTo(site, `S${station}`, value);
        site.advanceTo(site.atMs + waitS * SECOND);
      }
      const hours = (site.atMs - t0) / HOUR;
      const plugsWh = [0, 1, 2, 3].reduce((sum, n) => sum + site.station(`S${n}`).evse(1).meter.importWh, 0);
      const battery = site.battery;
      const storedWh = battery === undefined ? 0 : battery.storedWh - 10_000 + battery.lossWh;
      const netWh = site.meter.importWh - site.meter.exportWh;
      close(site.evWh, plugsWh, 4 + plugsWh * 1e-5, 'plugs');
      close(netWh, site.evWh - 6_000 * hours + storedWh, 3 + plugsWh * 1e-5, 'net');
    }),
    { numRuns: 40 },
  );
});

test('the currents of the lines: rotated one-phase cars, base load by line, the main fuse', () => {
  const peugeot = vehicleOf(CATALOGUE.find((entry) => entry.model.name === 'Peugeot 208')!.model);
  const site = siteOf(4, { baseW: flat(2_300), baseShare: [1, 0, 0], fuseA: 40 });
  for (let n = 0; n < 4; n++) {
    const station = site.station(`S${n}`);
    station.plug(1, { vehicle: peugeot, soc: 0.1 });
    station.authorise(1, { idToken: 'T' });
  }
  site.advanceTo(t0 + 120 * SECOND);
  assert.deepEqual(site.linesA().map(Math.round), [74, 32, 32]);
  assert.equal(Math.round(site.record.worstLineA(119)), 74);
  site.advanceTo(t0 + 2 * HOUR);
  assert.equal(site.hasFuseMelted, true);
  assert.equal(site.station('S0').status(1), 'Faulted');
  assert.equal(site.station('S0').powerW(), 0);
});

test('a gG fuse carries 1.25 times its rating for ever and melts after an hour at 1.6 times', () => {
  const melts = (load: number) => {
    const fuse = new Fuse(100);
    for (let minute = 1; minute <= 600; minute++) {
      fuse.carry(load * 100, 60_000);
      if (fuse.hasMelted) return minute;
    }
    return Number.POSITIVE_INFINITY;
  };
  assert.equal(melts(1.25), Number.POSITIVE_INFINITY);
  close(melts(1.6), 60, 1);
  assert.ok(melts(2) < 35);
});

test('US-TUR-site Turku: 6 x 22 kW, PV and a battery that takes the surplus and shaves the peak', () => {
  const pvW = generatePv({
    startMs: t0,
    endMs: t0 + 24 * HOUR,
    timeZone: 'Europe/Helsinki',
    peakW: 60_000,
    latitude: 60.5,
    longitude: 22.3,
    random: createRandom(4),
  });
  const site = siteOf(6, {
    limitW: 60_000,
    pvW,
    baseW: flat(4_000),
    battery: {
      capacityWh: 80_000,
      maxChargeW: 30_000,
      maxDischargeW: 30_000,
      soc: 0.2,
      policy: { kind: 'self-consumption' },
    },
  });
  const noonMs = t0 + 9 * HOUR;
  site.advanceTo(noonMs);
  assert.ok(site.battery!.soc > 0.3, `${site.battery!.soc}`);
  const storedSoc = site.battery!.soc;
  for (let n = 0; n < 6; n++) {
    const station = site.station(`S${n}`);
    station.plug(1, { vehicle: { ...kona, ac: { ...kona.ac, maxCurrentA: 32 } }, soc: 0.2 });
    station.authorise(1, { idToken: 'T' });
    limitTo(site, `S${n}`, 20);
  }
  site.advanceTo(noonMs + HOUR);
  assert.ok(site.battery!.soc < storedSoc);
  const seconds = noonMs / SECOND - t0 / SECOND;
  assert.ok(site.record.meanW(seconds + 120, seconds + 600) < 6 * 20 * 690 + 4_000 - 25_000);
  assert.ok(site.meter.exportWh < 100, 'self-consumption exports next to nothing while the battery has room');
});

test('a stationary battery keeps to its powers and its capacity, and loses on the way', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -40_000, max: 40_000 }), fc.integer({ min: 1, max: 7_200 })), {
        maxLength: 30,
      }),
      (course) => {
        const battery = new StationaryBattery({
          capacityWh: 20_000,
          maxChargeW: 10_000,
          maxDischargeW: 8_000,
          soc: 0.5,
          policy: { kind: 'peak-shaving', importW: 5_000 },
        });
        let outsideWh = 0;
        for (const [netW, lastsS] of course) {
          battery.decide(netW);
          assert.ok(battery.powerW <= 10_000 && battery.powerW >= -8_000);
          assert.ok(netW + battery.powerW <= Math.max(5_000, netW - 8_000) + 1e-6 || battery.soc < 0.06);
          const ms = Math.min(lastsS * SECOND, battery.lastsMs);
          outsideWh += (battery.powerW * ms) / HOUR;
          battery.run(ms);
          assert.ok(battery.soc <= 1 + 1e-9 && battery.soc >= 0.05 - 1e-9);
        }
        close(outsideWh, battery.storedWh - 10_000 + battery.lossWh, 1e-3);
        assert.ok(battery.lossWh >= -1e-9);
      },
    ),
  );
});

test('a hub grows at night: a station that joins takes part from then on', () => {
  const site = siteOf(1);
  charge(site, 'S0');
  site.advanceTo(t0 + HOUR);
  site.add(stationOf(7, {}, t0 + HOUR));
  charge(site, 'S7');
  site.advanceTo(t0 + 2 * HOUR);
  close(site.netW(), 2 * 11_040, 1);
  assert.throws(() => site.station('S9'), RangeError);
});

test('an outage of the site stops every station in the same second, and PV with it', () => {
  const site = siteOf(3, { pvW: flat(5_000) }, { currentType: 'DC', dcCharger: fast });
  for (let n = 0; n < 3; n++) {
    const station = site.station(`S${n}`);
    station.plug(1, { vehicle: DC_CARS.v2g, soc: 0.6, discharge: GENEROUS });
    station.authorise(1, { idToken: 'T' });
  }
  site.advanceTo(t0 + 300 * SECOND);
  assert.ok(site.netW() > 50_000);
  site.setMains({ voltageV: [0, 0, 0], frequencyHz: 0 });
  assert.equal(site.netW(), 0);
  site.advanceTo(t0 + 400 * SECOND);
  assert.equal(site.record.netW(399), 0);
  site.setMains({ voltageV: [230, 230, 230], frequencyHz: 50 });
  site.advanceTo(t0 + 600 * SECOND);
  assert.ok(site.netW() > 50_000);
});

test('on a clock the site keeps its stations going without anybody asking', async () => {
  const clock = new VirtualClock(t0);
  const live = new OnClock(clock, siteOf(2));
  live.act((site) => charge(site, 'S1'));
  await clock.runUntil(t0 + HOUR, async () => {});
  live.act((site) => {
    assert.equal(site.record.seconds, 3_600);
    close(site.evWh, 11_040, 60);
  });
  live.stop();
  assert.equal(clock.nextDueMs(), undefined);
});

test('150 stations for a day at one-second resolution, the same twice, in a fraction of a minute of CPU', () => {
  const day = (stations: number) => {
    const random = createRandom('Budapest');
    const site = siteOf(stations, { limitW: 400_000, baseW: flat(20_000) });
    const started = process.cpuUsage();
    for (let quarter = 0; quarter < 96; quarter++) {
      site.advanceTo(t0 + quarter * 900 * SECOND);
      for (let n = 0; n < stations; n++) {
        const roll = random.next();
        const station = site.station(`S${n}`);
        if (station.evse(1).car === undefined) {
          if (roll > 0.06) continue;
          station.plug(1, { vehicle: vehicleOf(pickCar(random)), soc: random.between(0.1, 0.8) });
          station.authorise(1, { idToken: 'T' });
        } else if (roll < 0.05) station.unplug(1);
        else if (roll < 0.5) limitTo(site, `S${n}`, random.below(33));
        while (station.journal.first() !== undefined) station.journal.confirm(station.journal.first()!);
      }
    }
    site.advanceTo(t0 + 24 * HOUR);
    const { user, system } = process.cpuUsage(started);
    return { cpuS: (user + system) / 1e6, seconds: site.record.seconds, evWh: site.evWh };
  };
  const large = day(150);
  assert.equal(large.seconds, 86_400);
  assert.ok(large.evWh > 500_000);
  assert.ok(large.cpuS < 30, `${large.cpuS} s of CPU`);
  const { cpuS: _, ...one } = day(20);
  const { cpuS: __, ...two } = day(20);
  assert.deepEqual(one, two);
});
