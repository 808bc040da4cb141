import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { BEHAVIOURS, type BehaviourName } from '../ev/behaviour.ts';
import { bidirectional, CATALOGUE } from '../ev/catalogue.ts';
import { GENEROUS } from '../ev/discharge-terms.ts';
import { DC_CARS, vehicleOf } from '../ev/vehicle.ts';
import { isGenuine } from '../meter/signed-value.ts';
import { createRandom } from '../random/random.ts';
import type { Arrival } from './evse.ts';
import type { EvseOptions } from './evse-options.ts';
import { OnClock } from './on-clock.ts';
import { usualLimits } from './profiles/limits.ts';
import type { Profile, Purpose, Schedule, SchedulePeriod } from './profiles/profile.ts';
import { shareCurrents } from './share-currents.ts';
import { Station } from './station.ts';
import type { StationEvent } from './station-event.ts';
import type { StationOptions } from './station-options.ts';

const t0 = Date.parse('2026-03-02T06:00:00Z');
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const close = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what} ${actual} is not within ${tolerance} of ${expected}`,
  );
const model = (name: string) => CATALOGUE.find((entry) => entry.model.name === name)!.model;
const ac = (evseId: number, change: Partial<EvseOptions> = {}): EvseOptions => ({
  evseId,
  currentType: 'AC',
  phases: 3,
  maxCurrentA: 32,
  ...change,
});
const FAST = {
  maxW: 50_000,
  maxCurrentA: 200,
  efficiency: 0.95,
  maxDischargeW: 20_000,
  rampAPerS: 25,
  cableCheckS: 10,
  preChargeS: 2,
};
const dc = (evseId: number): EvseOptions => ({
  evseId,
  currentType: 'DC',
  phases: 3,
  maxCurrentA: 125,
  dcCharger: FAST,
});

function stationWith(change: Partial<StationOptions> = {}) {
  const events: StationEvent[] = [];
  const station = new Station({
    id: 'S',
    evses: [ac(1)],
    limits: usualLimits('2.1'),
    random: createRandom(7),
    startMs: t0,
    meterError: 0,
    ...change,
  });
  station.onEvent((event) => events.push(event));
  return { station, events };
}

const kona = (name: BehaviourName = 'good'): Arrival => ({
  vehicle: vehicleOf(
    { ...model('Hyundai Kona'), charger: { ...model('Hyundai Kona').charger, maxCurrentA: 32 } },
    BEHAVIOURS[name],
  ),
  soc: 0.2,
});
const v2g = (soc = 0.6): Arrival => ({ vehicle: DC_CARS.v2g, soc, discharge: GENEROUS });

function charge(station: Station, evseId = 1, arrival: Arrival = kona()): void {
  station.plug(evseId, arrival);
  station.authorise(evseId, { idToken: 'TOKEN' });
}

let nextId = 100;
function profile(
  purpose: Purpose,
  periods: readonly SchedulePeriod[],
  change: Partial<Profile> = {},
  schedule: Partial<Schedule> = {},
): Profile {
  nextId += 1;
  return {
    id: nextId,
    stackLevel: 0,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      { chargingRateUnit: 'A', startScheduleMs: t0, chargingSchedulePeriod: periods, ...schedule },
    ],
    ...change,
  };
}
const flat = (limit: number): readonly SchedulePeriod[] => [{ startPeriod: 0, limit }];
const accepted = (refusal: unknown) => assert.equal(refusal, undefined);

const lineA = (station: Station) => station.lineCurrentsA()[0];

test('a plan is carried out period by period, from authorisation to unplugging; session energy is the difference of the registers', () => {
  const { station, events } = stationWith();
  charge(station);
  const transactionId = station.transaction(1)!.id;
  accepted(
    station.install({
      evseId: 1,
      profile: profile(
        'TxProfile',
        [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 1_800, limit: 0 },
          { startPeriod: 3_600, limit: 6 },
        ],
        { transactionId },
      ),
    }),
  );
  const seen: number[] = [];
  for (const minute of [20, 40, 70]) {
    station.advanceTo(t0 + minute * MINUTE);
    seen.push(Math.round(lineA(station)));
  }
  assert.deepEqual(seen, [16, 0, 6]);
  station.unplug(1);
  const told = events.flatMap((event) => (event.kind === 'transaction' ? [event.event] : []));
  assert.deepEqual(
    told.map((event) => event.seqNo),
    told.map((_, n) => n),
  );
  assert.deepEqual([told[0]!.eventType, told.at(-1)!.eventType], ['Started', 'Ended']);
  assert.deepEqual(
    [...new Set(told.map((event) => event.chargingState))],
    ['SuspendedEVSE', 'SuspendedEV', 'Charging'],
  );
  const energyWh = told.at(-1)!.reading.importWh - told[0]!.reading.importWh;
  close(energyWh, (11_040 * (1_800 - 8)) / 3_600 + (4_140 * 595) / 3_600, 25);
  assert.equal(station.transaction(1), undefined);
});

test('SuspendedEV when the car does not want, SuspendedEVSE when the station does not let it', () => {
  const { station } = stationWith();
  charge(station, 1, { ...kona(), wishWh: 1_000 });
  station.advanceTo(t0 + MINUTE);
  assert.equal(station.chargingState(1), 'Charging');
  station.advanceTo(t0 + HOUR);
  assert.equal(station.chargingState(1), 'SuspendedEV');
  accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(0)) }));
  station.advanceTo(t0 + HOUR + MINUTE);
  assert.equal(station.chargingState(1), 'SuspendedEVSE');
});

test('D1.5-Q1-15c D1.5-§2.1.1-SLEEP a sleeper is woken by the station after a pause, a dead sleeper only by its driver', () => {
  for (const [name, wakes] of [
    ['sleeper', true],
    ['dead-sleeper', false],
  ] as const) {
    const { station } = stationWith();
    charge(station, 1, kona(name));
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 600, limit: 0 },
          { startPeriod: 4_200, limit: 16 },
        ]),
      }),
    );
    station.advanceTo(t0 + 4_200 * SECOND + MINUTE);
    assert.equal(lineA(station) > 15, wakes, name);
    const soc = station.evse(1).car!.soc;
    station.unplug(1);
    charge(station, 1, { ...kona(name), soc });
    station.advanceTo(t0 + 4_200 * SECOND + 2 * MINUTE);
    assert.ok(lineA(station) > 15);
  }
});

test('vendors differ below 6 A: pause, 6 A unless 0, never a pause', () => {
  for (const [belowMinimum, at3A, at0A] of [
    ['pauses', 0, 0],
    ['holds-6A-unless-0', 6, 0],
    ['never-pauses', 6, 6],
  ] as const) {
    const { station } = stationWith({ evses: [ac(1, { belowMinimum })] });
    charge(station);
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', [
          { startPeriod: 0, limit: 3 },
          { startPeriod: 600, limit: 0 },
        ]),
      }),
    );
    station.advanceTo(t0 + 5 * MINUTE);
    close(lineA(station), at3A, 0.1, belowMinimum);
    station.advanceTo(t0 + 15 * MINUTE);
    close(lineA(station), at0A, 0.1, belowMinimum);
  }
});

test('watts are the total of the phases in use, amperes hold per phase, the cable caps both', () => {
  const { station } = stationWith({ evses: [ac(1), ac(2)] });
  charge(station, 1);
  charge(station, 2, { vehicle: vehicleOf(model('Peugeot 208')), soc: 0.2, cableOhm: 680 });
  station.advanceTo(t0 + MINUTE);
  close(station.evse(1).powerW() / 690, 32, 0.1);
  close(station.evse(2).powerW() / 230, 20, 0.1);
  accepted(
    station.install({
      evseId: 0,
      profile: profile('TxDefaultProfile', flat(9_000), {}, { chargingRateUnit: 'W' }),
    }),
  );
  station.advanceTo(t0 + 2 * MINUTE);
  close(station.evse(1).powerW(), 9_000, 75);
  assert.ok(station.evse(2).powerW() <= 9_000);
});

test('SC8 SC12 NL-208 two cars on 25 A: the sum is 25 A while both want more, never above it, and what one leaves the other takes', () => {
  const { station } = stationWith({ evses: [ac(1), ac(2)], fuseA: 25 });
  charge(station, 1);
  station.advanceTo(t0 + 5 * MINUTE);
  close(lineA(station), 25, 0.11);
  charge(station, 2, { ...kona(), wishWh: 3_000 });
  let mostA = 0;
  let used = 0;
  for (let s = 0; s < 600; s++) {
    station.advanceTo(t0 + 5 * MINUTE + s * SECOND);
    mostA = Math.max(mostA, lineA(station));
    if (s >= 60) used += lineA(station) / 540;
  }
  assert.ok(mostA <= 25 + 1e-6, `${mostA} A`);
  assert.ok(used >= 0.98 * 25, `${used} A on average`);
  close(station.grantedA(1), 12.5, 0.11);
  close(station.grantedA(2), 12.5, 0.11);
  station.advanceTo(t0 + 40 * MINUTE);
  assert.equal(station.evse(2).car!.isFull, true);
  close(station.evse(1).car!.currentA(), 19, 0.2);
  station.unplug(2);
  station.advanceTo(t0 + 45 * MINUTE);
  close(lineA(station), 25, 0.11);
});

test('SC8 a car that draws less than its share leaves the rest to the other; one that cannot get 6 A waits', () => {
  const { station } = stationWith({ evses: [ac(1), ac(2)], fuseA: 25 });
  charge(station, 1);
  charge(station, 2, kona('simplified'));
  station.advanceTo(t0 + 5 * MINUTE);
  close(station.evse(2).car!.currentA(), 10, 0.2);
  close(station.evse(1).car!.currentA(), 12.8, 0.2);
  const tight = stationWith({ evses: [ac(1), ac(2)], fuseA: 11 }).station;
  charge(tight, 1);
  charge(tight, 2);
  tight.advanceTo(t0 + 5 * MINUTE);
  close(tight.evse(1).car!.currentA(), 11, 0.11);
  assert.equal(tight.evse(2).car!.currentA(), 0);
});

test('fair shares of a fuse: no line above its fuse, nobody below 6 A, nothing left that somebody could use', () => {
  const claim = fc.record({
    minA: fc.constant(6),
    maxA: fc.integer({ min: 6, max: 32 }),
    lines: fc.constantFrom(
      [true, true, true] as const,
      [true, false, false] as const,
      [false, true, false] as const,
    ),
  });
  fc.assert(
    fc.property(
      fc.array(claim, { maxLength: 6 }),
      fc.integer({ min: 0, max: 80 }),
      fc.integer({ min: 0, max: 60_000 }),
      (claims, a, totalW) => {
        const shares = shareCurrents(claims, { lineA: [a, a, a], totalW, voltageV: 230 });
        const onLine = [0, 1, 2].map((k) =>
          shares.reduce((sum, share, n) => sum + (claims[n]!.lines[k] ? share : 0), 0),
        );
        const usedW = shares.reduce(
          (sum, share, n) => sum + share * 230 * claims[n]!.lines.filter(Boolean).length,
          0,
        );
        assert.ok(Math.max(...onLine) <= a + 1e-6 && usedW <= totalW + 1e-3);
        shares.forEach((share, n) => {
          assert.ok(share === 0 || share >= 6 - 1e-9);
          const isStuck =
            claims[n]!.lines.some((uses, k) => uses && onLine[k]! >= a - 1e-5) || usedW >= totalW - 0.1;
          assert.ok(share === 0 || share >= claims[n]!.maxA - 1e-6 || isStuck);
        });
      },
    ),
  );
});

test('ChargingStationMaxProfile bounds the sum of the sockets, per phase in A and in total in W', () => {
  for (const [unit, limit, sumA] of [
    ['A', 20, 20],
    ['W', 11_040, 16],
  ] as const) {
    const { station } = stationWith({ evses: [ac(1), ac(2)] });
    charge(station, 1);
    charge(station, 2);
    accepted(
      station.install({
        evseId: 0,
        profile: profile('ChargingStationMaxProfile', flat(limit), {}, { chargingRateUnit: unit }),
      }),
    );
    for (let s = 30; s < 300; s++) {
      station.advanceTo(t0 + s * SECOND);
      assert.ok(lineA(station) <= sumA + 1e-6);
    }
    assert.ok(lineA(station) >= 0.97 * sumA, `${unit} ${lineA(station)}`);
  }
});

test('SC6 six stacked profiles: the highest with a period now leads, a gap falls to the next lower', () => {
  const { station } = stationWith();
  charge(station);
  for (let level = 0; level < 6; level++) {
    accepted(
      station.install({
        evseId: 1,
        profile: profile(
          'TxDefaultProfile',
          flat(8 + level),
          { stackLevel: level },
          level === 0 ? {} : { duration: (6 - level) * 600 },
        ),
      }),
    );
  }
  const seen: number[] = [];
  for (let k = 0; k < 6; k++) {
    station.advanceTo(t0 + k * 600 * SECOND + 300 * SECOND);
    seen.push(Math.round(lineA(station)));
  }
  assert.deepEqual(seen, [13, 12, 11, 10, 9, 8]);
});

test('SC7 twenty periods are carried out, each in its turn', () => {
  const { station } = stationWith();
  charge(station);
  const periods = Array.from({ length: 20 }, (_, n) => ({ startPeriod: n * 120, limit: 6 + n }));
  accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', periods) }));
  for (let n = 0; n < 20; n++) {
    station.advanceTo(t0 + n * 120 * SECOND + 90 * SECOND);
    close(lineA(station), 6 + n, 0.11);
  }
});

test('offline: profiles go on, a TxProfile that is over gives way to TxDefault, messages wait in order and are told afterwards', () => {
  const { station } = stationWith({ sampleIntervalS: 300 });
  accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(8)) }));
  charge(station);
  accepted(station.install({ evseId: 1, profile: profile('TxProfile', flat(20), {}, { duration: 1_800 }) }));
  station.advanceTo(t0 + 10 * MINUTE);
  station.setOnline(false);
  station.advanceTo(t0 + 20 * MINUTE);
  close(lineA(station), 20, 0.11);
  station.advanceTo(t0 + 40 * MINUTE);
  close(lineA(station), 8, 0.11);
  station.unplug(1);
  station.setOnline(true);
  const waiting = [...station.journal.waiting];
  assert.deepEqual(
    waiting.map((event) => event.seqNo),
    waiting.map((_, n) => n),
  );
  assert.deepEqual(
    waiting.map((event) => event.isOffline),
    waiting.map((event) => event.atMs > t0 + 10 * MINUTE),
  );
  assert.equal(waiting.at(-1)!.eventType, 'Ended');
  for (let first = station.journal.first(); first !== undefined; first = station.journal.first()) {
    station.journal.confirm(first);
  }
  assert.equal(station.journal.length, 0);
});

test('K01.FR.101 to 103: offline for too long a profile is not valid; whether it comes back is written in it', () => {
  for (const [invalidAfterOfflineDuration, afterwards] of [
    [false, 16],
    [true, 8],
  ] as const) {
    const { station } = stationWith();
    accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(8)) }));
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', flat(16), {
          stackLevel: 1,
          maxOfflineDuration: 600,
          invalidAfterOfflineDuration,
        }),
      }),
    );
    charge(station);
    station.advanceTo(t0 + 5 * MINUTE);
    station.setOnline(false);
    station.advanceTo(t0 + 14 * MINUTE);
    close(lineA(station), 16, 0.11);
    station.advanceTo(t0 + 16 * MINUTE);
    close(lineA(station), 8, 0.11);
    station.setOnline(true);
    station.advanceTo(t0 + 20 * MINUTE);
    close(lineA(station), afterwards, 0.11);
  }
});

test('a full journal gives up readings, never a begin or an end', () => {
  const { station } = stationWith({ sampleIntervalS: 10, journalCapacity: 50 });
  station.setOnline(false);
  charge(station);
  station.advanceTo(t0 + 3 * HOUR);
  station.unplug(1);
  const kinds = station.journal.waiting.map((event) => event.eventType);
  assert.ok(kinds.length <= 51);
  assert.deepEqual([kinds[0], kinds.at(-1)], ['Started', 'Ended']);
});

test('power cut: everything stops, registers and installed profiles stay but TxProfiles, the transaction ends with PowerLoss or goes on', () => {
  for (const afterPowerLoss of ['end', 'resume'] as const) {
    const { station, events } = stationWith({ afterPowerLoss });
    accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(10)) }));
    charge(station);
    accepted(station.install({ evseId: 1, profile: profile('TxProfile', flat(20)) }));
    station.advanceTo(t0 + 10 * MINUTE);
    close(lineA(station), 20, 0.11);
    const importWh = station.read(1).importWh;
    const toldBefore = station.journal.length;
    station.cutPower();
    assert.equal(lineA(station), 0);
    assert.equal(station.indicator(1), 'off');
    station.advanceTo(t0 + 20 * MINUTE);
    assert.equal(station.read(1).importWh, importWh);
    assert.equal(station.journal.length, toldBefore, 'a dark station writes nothing');
    station.restorePower();
    station.setOnline(true);
    station.advanceTo(t0 + 25 * MINUTE);
    assert.deepEqual(
      station.installed.map(({ profile: p }) => p.chargingProfilePurpose),
      ['TxDefaultProfile'],
    );
    assert.ok(events.some((event) => event.kind === 'booted' && event.atMs === t0 + 20.5 * MINUTE));
    const ended = station.journal.waiting.find((event) => event.eventType === 'Ended');
    if (afterPowerLoss === 'resume') {
      assert.equal(ended, undefined);
      close(lineA(station), 10, 0.11);
    } else {
      assert.equal(ended?.stopReason, 'PowerLoss');
      assert.equal(ended.reading.importWh, importWh);
      assert.equal(lineA(station), 0);
    }
    assert.ok(station.read(1).importWh >= importWh);
  }
});

test('a car that leaves a dark station is missed when the station is back', () => {
  const { station } = stationWith({ afterPowerLoss: 'resume' });
  charge(station);
  station.advanceTo(t0 + 10 * MINUTE);
  station.cutPower();
  station.advanceTo(t0 + 20 * MINUTE);
  station.unplug(1);
  assert.notEqual(station.journal.waiting.at(-1)!.eventType, 'Ended');
  station.restorePower();
  station.advanceTo(t0 + 21 * MINUTE);
  assert.equal(station.journal.waiting.at(-1)!.stopReason, 'PowerLoss');
  assert.equal(station.transaction(1), undefined);
  assert.equal(station.status(1), 'Available');
});

test('D1.5-Q5-11 mains lost: the contactor opens at once and the station says so; feed-in comes back after 60 s in band, 10 % a minute', () => {
  const { station, events } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  const feedIn = [{ startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint: -18_000 }];
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', feedIn, {}, { chargingRateUnit: 'W' }),
    }),
  );
  station.advanceTo(t0 + 5 * MINUTE);
  close(station.powerW(), -18_000, 1);
  assert.equal(station.indicator(1), 'feeding-in');
  station.senseMains({ voltageV: [0, 0, 0], frequencyHz: 0 });
  assert.equal(station.powerW(), 0);
  assert.equal(station.evse(1).isClosed, false);
  assert.equal(station.status(1), 'Faulted');
  assert.ok(events.some((event) => event.kind === 'fault' && event.code === 'MainsLost'));
  station.advanceTo(t0 + 10 * MINUTE);
  station.senseMains({ voltageV: [230, 230, 230], frequencyHz: 50 });
  station.advanceTo(t0 + 10 * MINUTE + 59 * SECOND);
  assert.equal(station.powerW(), 0);
  const ratingW = 125 * 690;
  for (const minutes of [2, 3]) {
    station.advanceTo(t0 + (10 + minutes) * MINUTE);
    assert.ok(-station.powerW() <= ratingW * 0.1 * (minutes - 1) + ratingW * 0.01, `${station.powerW()} W`);
  }
  station.advanceTo(t0 + 20 * MINUTE);
  close(station.powerW(), -18_000, 1);
});

test('EN 50549-1: outside 47.5 to 51.5 Hz or 0.8 to 1.15 Un feed-in stops within 0.2 s; above 50.2 Hz it falls by 40 % per Hz', () => {
  for (const [voltage, frequencyHz, share] of [
    [230, 50, 1],
    [230, 47.4, 0],
    [230, 51.6, 0],
    [180, 50, 0],
    [266, 50, 0],
    [230, 51.2, 0.6],
  ] as const) {
    const { station } = stationWith({ evses: [{ ...dc(1), maxCurrentA: 20, dcCharger: FAST }] });
    charge(station, 1, v2g());
    const setpoint = -20 * 690;
    const feedIn = [{ startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint }];
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', feedIn, {}, { chargingRateUnit: 'W' }),
      }),
    );
    station.advanceTo(t0 + 5 * MINUTE);
    station.senseMains({ voltageV: [voltage, voltage, voltage], frequencyHz });
    station.advanceTo(t0 + 5 * MINUTE + (share === 0 ? 200 : 5_000));
    close(station.powerW(), setpoint * share, 1, `${voltage} V ${frequencyHz} Hz`);
  }
});

test('D1.5-§2.2.1.3-OM-CentralSetpoint SC16 a signed set point charges and discharges; the two registers count apart', () => {
  const { station, events } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  const periods = [
    { startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint: 10_000 },
    { startPeriod: 600, operationMode: 'CentralSetpoint' as const, setpoint: -10_000 },
    { startPeriod: 1_200, operationMode: 'Idle' as const },
    { startPeriod: 1_800, limit: 20_000 },
  ];
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', periods, {}, { chargingRateUnit: 'W' }),
    }),
  );
  const seen: number[] = [];
  for (const minute of [9, 19, 29, 39]) {
    station.advanceTo(t0 + minute * MINUTE);
    seen.push(Math.round(station.powerW()));
  }
  assert.deepEqual(seen, [10_000, -10_000, 0, 20_000]);
  assert.ok(station.read(1).exportWh > 1_500 && station.read(1).importWh > 4_000);
  const modes = events.flatMap((event) => (event.kind === 'operation-mode' ? [event.mode] : []));
  assert.deepEqual(modes, ['CentralSetpoint', 'Idle', 'ChargingOnly']);
});

test('D1.5-§2.2.1.3-OM-ChargingOnly a period without operationMode charges up to its limit and never discharges', () => {
  const { station } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', flat(0), {}, { chargingRateUnit: 'W' }),
    }),
  );
  station.advanceTo(t0 + HOUR);
  assert.equal(station.read(1).exportWh, 0);
  assert.equal(station.operationMode(1), 'ChargingOnly');
});

test('D1.5-§2.2.1.3-OM-LocalFrequency D1.5-§2.2.1.3-GRID the set point follows the mains within 4 s, aFRR is added', () => {
  const { station } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  const curve = {
    startPeriod: 0,
    operationMode: 'LocalFrequency' as const,
    v2xBaseline: 1_000,
    v2xFreqWattCurve: [
      { frequency: 49.8, power: -10_000 },
      { frequency: 50, power: 0 },
      { frequency: 50.2, power: 10_000 },
    ],
    v2xSignalWattCurve: [
      { signal: -1, power: -2_000 },
      { signal: 1, power: 2_000 },
    ],
  };
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', [curve], {}, { chargingRateUnit: 'W' }),
    }),
  );
  station.advanceTo(t0 + 5 * MINUTE);
  close(station.powerW(), 1_000, 1);
  station.senseMains({ voltageV: [230, 230, 230], frequencyHz: 49.9 });
  station.advanceTo(t0 + 5 * MINUTE + 4 * SECOND);
  close(station.powerW(), -4_000, 2);
  station.afrr(1);
  station.advanceTo(t0 + 6 * MINUTE);
  close(station.powerW(), -2_000, 2);
});

test('D1.5-§2.2.1.3-OM-CentralFrequency a Dynamic set point is updated again and again, pulled when due, and ends when nobody updates', () => {
  const { station, events } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  accepted(
    station.install({
      evseId: 1,
      profile: {
        id: 900,
        stackLevel: 1,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Dynamic',
        dynUpdateInterval: 60,
        chargingSchedule: [
          {
            chargingRateUnit: 'W',
            duration: 300,
            chargingSchedulePeriod: [{ startPeriod: 0, operationMode: 'CentralFrequency', setpoint: 5_000 }],
          },
        ],
      },
    }),
  );
  station.advanceTo(t0 + MINUTE);
  close(station.powerW(), 5_000, 1);
  assert.ok(events.some((event) => event.kind === 'pull-due' && event.atMs === t0 + MINUTE));
  accepted(station.updateDynamic(900, { setpoint: -3_000 }));
  station.advanceTo(t0 + 5 * MINUTE);
  close(station.powerW(), -3_000, 1);
  station.advanceTo(t0 + 7 * MINUTE);
  assert.ok(station.powerW() > 40_000, 'nothing limits any more');
});

test('D1.5-§1.2-TOPb D1.5-Q3A-1 D1.5-§2.2.1.3-OM-ExternalLimits a limit of the energy manager on site binds, is told, and goes', () => {
  const { station, events } = stationWith();
  charge(station);
  station.advanceTo(t0 + MINUTE);
  const external = profile('ChargingStationExternalConstraints', flat(9), { id: -1 });
  station.installLocally({ evseId: 0, profile: external });
  station.advanceTo(t0 + 2 * MINUTE);
  close(lineA(station), 9, 0.11);
  assert.equal(station.clear({}), 0);
  assert.equal(station.clearLocally(-1), true);
  station.advanceTo(t0 + 3 * MINUTE);
  close(lineA(station), 32, 0.11);
  const limits = events.flatMap((event) => (event.kind === 'charging-limit' ? [event.isCleared] : []));
  assert.deepEqual(limits, [false, true]);
});

test('D1.5-§2.2.1.3-OM-ExternalSetpoint the set point comes from outside, the limits of the profile bound it', () => {
  const { station } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g());
  const bounds = {
    startPeriod: 0,
    operationMode: 'ExternalSetpoint' as const,
    limit: 6_000,
    dischargeLimit: -4_000,
  };
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', [bounds], {}, { chargingRateUnit: 'W' }),
    }),
  );
  station.advanceTo(t0 + MINUTE);
  assert.equal(station.powerW(), 0);
  for (const [n, [setpoint, power]] of (
    [
      [5_000, 5_000],
      [9_000, 6_000],
      [-9_000, -4_000],
    ] as const
  ).entries()) {
    const period = { startPeriod: 0, operationMode: 'ExternalSetpoint' as const, setpoint };
    const external = profile(
      'ChargingStationExternalConstraints',
      [period],
      { id: -5 },
      { chargingRateUnit: 'W' },
    );
    station.installLocally({ evseId: 1, profile: external });
    station.advanceTo(t0 + (2 + n) * MINUTE);
    close(station.powerW(), power, 1);
  }
});

test('D1.5-§2.2.1.3-OM-LocalLoadBalancing D1.5-§2.2.1.3-LLB D1.5-Q3A-2 above the upper threshold it feeds, below the lower one it charges (X60)', () => {
  for (const [restW, least, most] of [
    [20_000, 14_000, 16_000],
    [-9_000, -2_500, -1_500],
    [5_000, 4_999, 5_001],
  ] as const) {
    let station: Station | undefined;
    const netW = () => restW + (station?.powerW() ?? 0);
    station = stationWith({
      evses: [dc(1)],
      gridPowerW: netW,
      loadBalancing: { upperThresholdW: 15_000, upperOffsetW: 0, lowerThresholdW: -2_000, lowerOffsetW: 0 },
    }).station;
    charge(station, 1, v2g());
    const balancing = [{ startPeriod: 0, operationMode: 'LocalLoadBalancing' as const }];
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', balancing, {}, { chargingRateUnit: 'W' }),
      }),
    );
    station.advanceTo(t0 + 5 * MINUTE);
    assert.ok(netW() >= least && netW() <= most, `${restW} W besides: ${netW()} W`);
  }
});

test('K01.FR.100 limitAtSoC lowers the limit from a state of charge on', () => {
  const { station } = stationWith({ evses: [dc(1)] });
  charge(station, 1, v2g(0.5));
  const stop = { chargingRateUnit: 'W' as const, limitAtSoC: { soc: 60, limit: 3_000 } };
  accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(40_000), {}, stop) }));
  station.advanceTo(t0 + 5 * MINUTE);
  close(station.powerW(), 40_000, 1);
  station.advanceTo(t0 + HOUR);
  close(station.powerW(), 3_000, 1);
  assert.ok(station.evse(1).car!.soc > 0.6);
});

test('K21 priority charging overrules Tx and TxDefault but not the maximum of the station', () => {
  const { station } = stationWith();
  charge(station);
  accepted(station.install({ evseId: 1, profile: profile('TxProfile', flat(8)) }));
  assert.equal(station.setPriority(1, true), 'NoProfile');
  accepted(station.install({ evseId: 0, profile: profile('PriorityCharging', flat(30)) }));
  accepted(station.install({ evseId: 0, profile: profile('ChargingStationMaxProfile', flat(25)) }));
  assert.equal(station.setPriority(1, true), 'Accepted');
  station.advanceTo(t0 + MINUTE);
  close(lineA(station), 25, 0.11);
  assert.equal(station.setPriority(1, false), 'Accepted');
  station.advanceTo(t0 + 2 * MINUTE);
  close(lineA(station), 8, 0.11);
});

test('D1.5-Q1-10 D1.5-Q2-10b D1.5-Q1-11 an ISO 15118-20 car tells its needs and state of charge once the power path is closed', () => {
  const { station, events } = stationWith({ evses: [dc(1)] });
  const settings = {
    mode: 'Dynamic',
    departureMs: t0 + 8 * HOUR,
    targetSoc: 0.8,
    minSoc: 0.3,
    maxSoc: 0.9,
  } as const;
  charge(station, 1, { ...v2g(0.5), settings });
  station.advanceTo(t0 + MINUTE);
  const told = events.find((event) => event.kind === 'energy-request');
  assert.ok(told?.kind === 'energy-request');
  assert.equal(told.request.targetWh, 18_000);
  assert.equal(told.display.presentSoc, 0.5);
});

test('D1.5-§1.2-TOPa D1.5-§2.2.1.2-RENEG scheduled mode: the car chooses its own profile below the schedule, tells it and keeps to it', () => {
  const { station, events } = stationWith({ evses: [dc(1)] });
  const settings = {
    mode: 'Scheduled',
    departureMs: t0 + 4 * HOUR,
    targetSoc: 0.8,
    minSoc: 0.3,
    maxSoc: 0.9,
  } as const;
  charge(station, 1, { ...v2g(0.5), settings });
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxProfile', flat(12_000), {}, { chargingRateUnit: 'W' }),
    }),
  );
  const told = events.find((event) => event.kind === 'ev-schedule');
  assert.ok(told?.kind === 'ev-schedule');
  assert.ok(told.periods.every(({ powerW }) => powerW <= 12_000));
  station.advanceTo(t0 + 2 * HOUR);
  close(station.powerW(), told.periods[0]!.powerW, 1);
  assert.ok(station.powerW() < 6_000);
  station.advanceTo(t0 + 4 * HOUR);
  close(station.evse(1).car!.soc, 0.8, 0.005);
});

test('D1.5-§1.1-3 a set point below what the driver allows is not followed: no V2X band, no discharge; else down to the band', () => {
  for (const [v2x, lowestSoc] of [
    [undefined, 0.6],
    [{ minSoc: 0.5, maxSoc: 0.9 }, 0.5],
  ] as const) {
    const { station } = stationWith({ evses: [dc(1)] });
    const settings = {
      mode: 'Dynamic',
      targetSoc: 0.8,
      minSoc: 0.3,
      maxSoc: 0.9,
      ...(v2x === undefined ? {} : { v2x }),
    } as const;
    charge(station, 1, { ...v2g(0.6), settings });
    const period = { startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint: -18_000 };
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', [period], {}, { chargingRateUnit: 'W' }),
      }),
    );
    station.advanceTo(t0 + 4 * HOUR);
    close(station.evse(1).car!.soc, lowestSoc, 1e-6);
  }
});

test('D1.5-Q5-7 the indicator of a station tells charging from feeding in', () => {
  const { station } = stationWith({ evses: [dc(1)] });
  const seen = [station.indicator(1)];
  station.plug(1, v2g());
  seen.push(station.indicator(1));
  station.authorise(1, { idToken: 'T' });
  accepted(
    station.install({
      evseId: 1,
      profile: profile(
        'TxDefaultProfile',
        [
          { startPeriod: 0, limit: 9_000 },
          { startPeriod: 600, operationMode: 'CentralSetpoint', setpoint: -9_000 },
          { startPeriod: 1_200, limit: 0 },
        ],
        {},
        { chargingRateUnit: 'W' },
      ),
    }),
  );
  for (const minute of [5, 15, 25]) {
    station.advanceTo(t0 + minute * MINUTE);
    seen.push(station.indicator(1));
  }
  assert.deepEqual(seen, ['free', 'connected', 'charging', 'feeding-in', 'waiting']);
});

test('a rogue car far above the offer is tripped, told and its transaction ended', () => {
  const { station, events } = stationWith();
  const rogue = { ...kona().vehicle, behaviour: { ...BEHAVIOURS.good, overdraw: 1.3 } };
  charge(station, 1, { vehicle: rogue, soc: 0.2 });
  accepted(station.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(10)) }));
  station.advanceTo(t0 + MINUTE);
  assert.equal(station.status(1), 'Faulted');
  assert.equal(lineA(station), 0);
  assert.equal(
    events.filter((event) => event.kind === 'fault' && event.code === 'OverCurrentFailure').length,
    1,
  );
  assert.equal(station.journal.waiting.at(-1)!.stopReason, 'OvercurrentFault');
  station.unplug(1);
  assert.equal(station.status(1), 'Available');
});

test('one phase or three: switched with open contactor and 10 s apart, never under current', () => {
  const { station } = stationWith({
    evses: [ac(1, { switchesPhases: true })],
    limits: usualLimits('2.1', { supportsPhaseSwitching: true }),
  });
  charge(station, 1, { vehicle: vehicleOf(model('Hyundai Kona')), soc: 0.2 });
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxDefaultProfile', [
        { startPeriod: 0, limit: 16, numberPhases: 3 },
        { startPeriod: 600, limit: 10, numberPhases: 1 },
        { startPeriod: 1_200, limit: 10, numberPhases: 3 },
      ]),
    }),
  );
  let openSinceMs = Number.NaN;
  let phases = 3;
  for (let s = 0; s < 1_500; s++) {
    station.advanceTo(t0 + s * SECOND);
    const { isClosed, phasesInUse } = station.evse(1);
    if (isClosed) openSinceMs = Number.NaN;
    else if (Number.isNaN(openSinceMs)) openSinceMs = station.atMs;
    if (phasesInUse !== phases) {
      assert.ok(station.atMs - openSinceMs >= 9 * SECOND, `${station.atMs - openSinceMs} ms after opening`);
      assert.deepEqual(station.lineCurrentsA(), [0, 0, 0]);
    }
    phases = phasesInUse;
    if (s === 500) close(station.powerW(), 11_040, 80);
    if (s === 1_100) close(station.powerW(), 2_300, 20);
  }
  close(station.powerW(), 6_900, 50);
});

test('rotated wiring: a one-phase car on the second station loads L2', () => {
  const { station } = stationWith({ evses: [ac(1, { rotation: [2, 3, 1] })] });
  charge(station, 1, { vehicle: vehicleOf(model('Peugeot 208')), soc: 0.2 });
  station.advanceTo(t0 + MINUTE);
  assert.deepEqual(station.lineCurrentsA().map(Math.round), [0, 32, 0]);
});

test('an authorisation waits for the car and runs out; a remote start carries its id', () => {
  const { station, events } = stationWith({ transactionStarts: 'power-path-closed' });
  station.authorise(1, { idToken: 'T' });
  station.advanceTo(t0 + 2 * MINUTE);
  assert.ok(events.some((event) => event.kind === 'authorisation-timeout'));
  station.authorise(1, { idToken: 'T', remoteStartId: 42 });
  station.advanceTo(t0 + 2.5 * MINUTE);
  station.plug(1, kona());
  const started = station.journal.first()!;
  assert.deepEqual([started.eventType, started.remoteStartId, started.idToken], ['Started', 42, 'T']);
  station.advanceTo(t0 + 4 * MINUTE);
  assert.equal(station.stop(1, 'Remote', 'RemoteStop'), true);
  assert.equal(station.stop(1, 'Remote', 'RemoteStop'), true);
  station.advanceTo(t0 + 5 * MINUTE);
  assert.equal(station.journal.waiting.filter((event) => event.eventType === 'Ended').length, 1);
  assert.equal(lineA(station), 0);
  assert.equal(station.stop(1, 'Remote', 'RemoteStop'), false);
});

test('a 1.6 back office numbers the transaction later: journal and TxProfile follow', () => {
  const { station } = stationWith({ limits: usualLimits('1.6') });
  charge(station);
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxProfile', flat(9), { transactionId: station.transaction(1)!.id }),
    }),
  );
  station.renameTransaction(1, '4711');
  station.advanceTo(t0 + MINUTE);
  close(lineA(station), 9, 0.11);
  assert.deepEqual([...new Set(station.journal.waiting.map((event) => event.transactionId))], ['4711']);
});

test('signed readings at begin and end are genuine and hold the registers of the journal', () => {
  const { station } = stationWith({ signsReadings: true });
  charge(station);
  station.advanceTo(t0 + HOUR);
  station.unplug(1);
  const ends = station.journal.waiting.filter((event) => event.signedValue !== undefined);
  assert.deepEqual(
    ends.map((event) => event.eventType),
    ['Started', 'Ended'],
  );
  for (const { signedValue, reading } of ends) {
    assert.equal(isGenuine(signedValue!, station.publicKey(1)!), true);
    assert.ok(signedValue!.includes(`"RV":${reading.importWh / 1000},`));
  }
});

test('the composite schedule a station reports is what it then does', () => {
  const { station } = stationWith();
  charge(station);
  station.advanceTo(t0 + MINUTE);
  accepted(station.install({ evseId: 0, profile: profile('ChargingStationMaxProfile', flat(20)) }));
  accepted(
    station.install({
      evseId: 1,
      profile: profile('TxProfile', [
        { startPeriod: 0, limit: 25 },
        { startPeriod: 900, limit: 12 },
      ]),
    }),
  );
  const told = station.composite({ evseId: 1, unit: 'A', startMs: t0 + MINUTE, durationS: 1_800 });
  assert.deepEqual(
    told.periods.map(({ startPeriod, limit }) => [startPeriod, limit]),
    [
      [0, 20],
      [840, 12],
    ],
  );
  for (const minute of [10, 20]) {
    station.advanceTo(t0 + minute * MINUTE);
    const period = told.periods.findLast(
      ({ startPeriod }) => t0 + MINUTE + startPeriod * SECOND <= station.atMs,
    )!;
    close(lineA(station), period.limit!, 0.11);
  }
});

test('the same seed gives the same station, event for event, whether stepped by the hour or by the second', () => {
  const life = (stepMs: number) => {
    const { station, events } = stationWith({ meterError: 0.005, evses: [ac(1), ac(2)], fuseA: 25 });
    charge(station, 1, kona('rounder'));
    accepted(
      station.install({
        evseId: 0,
        profile: profile(
          'TxDefaultProfile',
          [
            { startPeriod: 0, limit: 16 },
            { startPeriod: 900, limit: 7 },
          ],
          { id: 3 },
        ),
      }),
    );
    charge(station, 2, kona('overdrawer'));
    for (let at = t0; at < t0 + HOUR; ) {
      at += stepMs;
      station.advanceTo(at);
    }
    return {
      told: events.map((event) =>
        event.kind === 'transaction' ? [event.atMs, event.event.trigger] : [event.atMs, event.kind],
      ),
      wh: [1, 2].map((id) => station.evse(id).meter.importWh),
    };
  };
  assert.deepEqual(life(HOUR), life(HOUR));
  assert.deepEqual(life(HOUR), life(SECOND));
});

test('registers of a station only grow and equal battery + losses, whatever it is told', () => {
  const step = fc.record({
    act: fc.constantFrom(
      'plug',
      'unplug',
      'limit',
      'cut',
      'restore',
      'offline',
      'online',
      'stop',
      'setpoint',
    ),
    value: fc.integer({ min: -20_000, max: 30_000 }),
    evseId: fc.constantFrom(1, 2),
    waitS: fc.integer({ min: 0, max: 3_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { station } = stationWith({ evses: [dc(1), ac(2)], bootS: 5 });
      let truthWh = 0;
      let registers = [0, 0, 0, 0];
      const leave = (evseId: number) => {
        const car = station.evse(evseId).car;
        if (car === undefined) return;
        const soc = station.evse(evseId).arrival!.soc;
        station.unplug(evseId);
        truthWh += (car.soc - soc) * car.vehicle.capacityWh + car.lossWh + car.heatWh;
      };
      for (const { act, value, evseId, waitS } of steps) {
        if (act === 'plug' && station.evse(evseId).car === undefined)
          charge(station, evseId, evseId === 1 ? v2g() : kona());
        if (act === 'unplug') leave(evseId);
        if (act === 'limit')
          station.install({
            evseId,
            profile: profile('TxDefaultProfile', flat(Math.abs(value) / 500), { id: evseId }),
          });
        if (act === 'setpoint') {
          const period = { startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint: value };
          station.install({
            evseId,
            profile: profile('TxDefaultProfile', [period], { id: evseId }, { chargingRateUnit: 'W' }),
          });
        }
        if (act === 'cut') station.cutPower();
        if (act === 'restore') station.restorePower();
        if (act === 'offline' || act === 'online') station.setOnline(act === 'online');
        if (act === 'stop') station.stop(evseId, 'Remote', 'RemoteStop');
        station.advanceTo(station.atMs + waitS * SECOND);
        const now = [1, 2].flatMap((id) => [
          station.evse(id).meter.importWh,
          station.evse(id).meter.exportWh,
        ]);
        now.forEach((wh, k) => {
          assert.ok(wh >= registers[k]!);
        });
        registers = now;
      }
      leave(1);
      leave(2);
      const net = [1, 2].reduce(
        (sum, id) => sum + station.evse(id).meter.importWh - station.evse(id).meter.exportWh,
        0,
      );
      close(net, truthWh, 4.5);
    }),
    { numRuns: 60 },
  );
});

test('on a clock a station wakes itself at its own instants and is up to date whenever somebody acts', async () => {
  const clock = new VirtualClock(t0);
  const { station, events } = stationWith();
  const live = new OnClock(clock, station);
  live.act((it) => charge(it));
  clock.after(10 * MINUTE, () => {
    live.act((it) => {
      assert.equal(it.atMs, t0 + 10 * MINUTE);
      it.install({ evseId: 1, profile: profile('TxDefaultProfile', flat(0)) });
    });
  });
  await clock.runUntil(t0 + HOUR, async () => {});
  const states = events.flatMap((event) =>
    event.kind === 'transaction' && event.event.trigger === 'ChargingStateChanged'
      ? [[event.atMs - t0, event.event.chargingState]]
      : [],
  );
  assert.deepEqual(
    states.map(([, state]) => state),
    ['SuspendedEV', 'Charging', 'SuspendedEVSE'],
  );
  assert.ok((states[2]![0] as number) - 10 * MINUTE < 4 * SECOND);
  live.stop();
});

test('offline and online again fifty times within a transaction: nothing is lost and nothing is told twice', () => {
  const { station } = stationWith({ sampleIntervalS: 30 });
  charge(station);
  for (let n = 0; n < 50; n++) {
    station.setOnline(n % 2 === 1);
    station.advanceTo(t0 + (n + 1) * 50 * SECOND);
  }
  station.unplug(1);
  const seqNos = station.journal.waiting.map((event) => event.seqNo);
  assert.deepEqual(
    seqNos,
    seqNos.map((_, n) => n),
  );
  assert.ok(
    station.journal.waiting.some((event) => event.isOffline) &&
      station.journal.waiting.some((event) => !event.isOffline),
  );
});

test('a bidirectional AC car with ISO 15118 is set to discharge; the same car at a plain socket only charges', () => {
  for (const [speaksIso15118, expectedW] of [
    [true, -7_000],
    [false, 0],
  ] as const) {
    const { station } = stationWith({ evses: [ac(1, { speaksIso15118 })] });
    charge(station, 1, {
      vehicle: vehicleOf(bidirectional(model('Kia Niro'))),
      soc: 0.8,
      discharge: GENEROUS,
    });
    const period = { startPeriod: 0, operationMode: 'CentralSetpoint' as const, setpoint: -7_000 };
    accepted(
      station.install({
        evseId: 1,
        profile: profile('TxDefaultProfile', [period], {}, { chargingRateUnit: 'W' }),
      }),
    );
    station.advanceTo(t0 + 2 * MINUTE);
    close(station.powerW(), expectedW, 1);
  }
});
