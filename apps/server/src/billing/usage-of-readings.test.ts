import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsagePeriod } from '@smac/ocpi';
import fc from 'fast-check';
import { countedReadings, type TransactionState } from '../transactions/index.ts';
import { usageOfReadings } from './usage-of-readings.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 8);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('D1.5-§2.3.1-CDR usage adds up to the difference of the registers, in both directions, whatever happens between', () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 30 }),
    importWh: fc.integer({ min: 0, max: 5_000_000 }).map((milliWh) => milliWh / 1000),
    exportWh: fc.integer({ min: 0, max: 5_000_000 }).map((milliWh) => milliWh / 1000),
    activity: fc.constantFrom('charging' as const, 'paused' as const, 'parking' as const),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      let atMs = NOW_MS;
      let [importWh, exportWh] = [1234.5, 77.25];
      const readings = [{ atMs, importWh, exportWh }];
      const activities = [];
      for (const one of steps) {
        activities.push({ atMs: atMs + 20_000, activity: one.activity });
        atMs += one.minutes * MINUTE_MS;
        importWh += one.importWh;
        exportWh += one.exportWh;
        readings.push({ atMs, importWh, exportWh });
      }
      const usage = usageOfReadings({ startMs: NOW_MS, endMs: atMs }, readings, activities);
      const sum = (of: (period: UsagePeriod) => number) =>
        usage.reduce((total, period) => total + Math.round(of(period) * 1000), 0);
      assert.equal(
        sum(({ importedWh }) => importedWh),
        Math.round(importWh * 1000) - 1_234_500,
      );
      assert.equal(
        sum(({ exportedWh }) => exportedWh),
        Math.round(exportWh * 1000) - 77_250,
      );
      assert.equal(
        usage.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0),
        atMs - NOW_MS,
      );
    }),
    { numRuns: 100 },
  );
});

test('BI19 usage knows parking from a pause, and a register that falls takes nothing back', () => {
  const usage = usageOfReadings(
    { startMs: NOW_MS, endMs: NOW_MS + HOUR_MS },
    [
      { atMs: NOW_MS - 5000, importWh: 1000 },
      { atMs: NOW_MS + 20 * MINUTE_MS, importWh: 5000, currentA: [16, 16, null] },
      { atMs: NOW_MS + 40 * MINUTE_MS, importWh: 5500 },
      { atMs: NOW_MS + HOUR_MS + 9000, importWh: 500 },
    ],
    [
      { atMs: NOW_MS + 40 * MINUTE_MS, activity: 'paused' },
      { atMs: NOW_MS + 50 * MINUTE_MS, activity: 'parking' },
    ],
  );
  assert.deepEqual(
    usage.map(({ activity, importedWh, startMs }) => [(startMs - NOW_MS) / MINUTE_MS, activity, importedWh]),
    [
      [0, 'charging', 4000],
      [20, 'charging', 500],
      [40, 'paused', 0],
      [50, 'parking', 0],
    ],
  );
  assert.equal(usage[0]?.currentA, 32);
});

test('D1.5-§2.3.1-CDR T-POISON what counts of the readings adds up to the totals of the transaction, across a replaced meter and nonsense', () => {
  const transaction = {
    startMs: NOW_MS,
    endMs: NOW_MS + HOUR_MS,
    importStartWh: 1000,
    importWh: 6500,
  } as TransactionState;
  const shown = [2000, 3000, 0, 500, 1000, 9e9, 2000];
  const readings = shown.map((importWh, n) => ({
    stationId: 's',
    evseId: 1,
    context: 'Sample.Periodic',
    atMs: NOW_MS + (n + 1) * 5 * MINUTE_MS,
    importWh,
    signed: [],
    flags: [],
  }));
  const counted = countedReadings(transaction, readings);
  assert.deepEqual(
    counted.map(({ importWh }) => importWh),
    [2000, 3000, undefined, undefined, 4000, undefined, 5000],
  );
  const usage = usageOfReadings(
    { startMs: NOW_MS, endMs: NOW_MS + HOUR_MS },
    [{ atMs: NOW_MS, importWh: 1000 }, ...counted, { atMs: NOW_MS + HOUR_MS, importWh: 6500 }],
    [],
  );
  assert.equal(Math.round(usage.reduce((sum, { importedWh }) => sum + importedWh, 0)), 5500);
});

test('D1.5-§2.3.1-CDR a day of readings every five seconds is added up in no time', () => {
  const endMs = NOW_MS + 86_400_000;
  const readings = Array.from({ length: 17_000 }, (_, n) => ({
    atMs: NOW_MS + n * 5_000,
    importWh: 1_000 + n,
  }));
  const usage = usageOfReadings({ startMs: NOW_MS, endMs }, readings, []);
  assert.equal(Math.round(usage.reduce((sum, { importedWh }) => sum + importedWh, 0)), 16_999);
  assert.ok(usage.every(({ importedWh }) => importedWh >= 0));
});
