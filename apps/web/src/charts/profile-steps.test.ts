import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marksOf, profilePicture, stretchesOf } from './profile-steps.ts';

const NOW = Date.parse('2026-06-01T14:10:00Z');
const HOUR = 3_600_000;
const periods = [
  { startPeriod: 0, limit: 16 },
  { startPeriod: 1800, limit: 6 },
];

test('an absolute profile is drawn from its start to its end', () => {
  const startScheduleMs = NOW - HOUR;
  const picture = profilePicture(
    {
      chargingProfileKind: 'Absolute',
      chargingSchedule: [
        { chargingRateUnit: 'A', startScheduleMs, duration: 7200, chargingSchedulePeriod: periods },
      ],
    },
    NOW,
  )!;
  assert.deepEqual([picture.startMs, picture.endMs, picture.unit], [startScheduleMs, NOW + HOUR, 'A']);
  assert.deepEqual(
    stretchesOf(picture).map(({ atMs, untilMs, value }) => [
      atMs - startScheduleMs,
      untilMs - startScheduleMs,
      value,
    ]),
    [
      [0, 1_800_000, 16],
      [1_800_000, 7_200_000, 6],
    ],
  );
});

test('a daily profile is drawn from the repetition that holds now, and limits nothing after its end', () => {
  const picture = profilePicture(
    {
      chargingProfileKind: 'Recurring',
      recurrencyKind: 'Daily',
      chargingSchedule: [
        {
          chargingRateUnit: 'W',
          startScheduleMs: Date.parse('2026-05-20T08:00:00Z'),
          duration: 3600,
          chargingSchedulePeriod: periods,
        },
      ],
    },
    NOW,
  )!;
  assert.equal(new Date(picture.startMs).toISOString(), '2026-06-01T08:00:00.000Z');
  assert.equal(picture.endMs - picture.startMs, 24 * HOUR);
  assert.deepEqual(picture.steps.at(-1), { atMs: picture.startMs + HOUR, value: null });
});

test('a relative profile counts from the beginning of the charge; one without schedule has no picture', () => {
  const relative = profilePicture(
    {
      chargingProfileKind: 'Relative',
      chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: periods }],
    },
    NOW,
  )!;
  assert.deepEqual([relative.isRelative, relative.startMs, relative.endMs], [true, 0, 1_800_000 + HOUR]);
  assert.equal(profilePicture({ chargingProfileKind: 'Absolute', chargingSchedule: [] }, NOW), undefined);
});

test('marks of an axis are round, begin at 0 and reach the highest value', () => {
  assert.deepEqual(marksOf(0, 16), [0, 5, 10, 15, 20]);
  assert.deepEqual(marksOf(0, 11.04), [0, 5, 10, 15]);
  assert.deepEqual(marksOf(-7000, 7000), [-10000, -5000, 0, 5000, 10000]);
});
