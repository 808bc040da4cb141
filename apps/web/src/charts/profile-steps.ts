/** A charging profile in the words of OCPP 2.1 as steps over time, for its picture. Pure. */

export interface Step {
  /** Epoch ms; of a relative profile ms since the charge began. */
  readonly atMs: number;
  /** In the unit of the picture; null: not limited. */
  readonly value: number | null;
}

export interface StepSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly Step[];
}

export interface PicturedProfile {
  readonly chargingProfileKind: string;
  readonly recurrencyKind?: string;
  readonly chargingSchedule: readonly PicturedSchedule[];
}

interface PicturedSchedule {
  readonly chargingRateUnit: 'A' | 'W';
  /** Epoch ms. */
  readonly startScheduleMs?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly chargingSchedulePeriod: readonly {
    readonly startPeriod: number;
    readonly limit?: number;
    readonly setpoint?: number;
    readonly dischargeLimit?: number;
  }[];
}

export interface ProfilePicture extends StepSpan {
  readonly unit: 'A' | 'W';
  /** Its times count from the beginning of a charge. */
  readonly isRelative: boolean;
}

const HOUR_MS = 3_600_000;
const REPEATS_MS: Readonly<Record<string, number>> = { Daily: 24 * HOUR_MS, Weekly: 7 * 24 * HOUR_MS };
/** A last period without end is shown for so long. */
const OPEN_MS = HOUR_MS;

/** @returns undefined where the profile has no schedule */
export function profilePicture(profile: PicturedProfile, nowMs: number): ProfilePicture | undefined {
  const schedule = profile.chargingSchedule[0];
  if (schedule === undefined || schedule.chargingSchedulePeriod.length === 0) return undefined;
  const isRelative = profile.chargingProfileKind === 'Relative';
  const repeatMs =
    profile.chargingProfileKind === 'Recurring' ? REPEATS_MS[profile.recurrencyKind ?? 'Daily'] : undefined;
  const startMs = isRelative ? 0 : startOf(schedule.startScheduleMs ?? nowMs, repeatMs, nowMs);
  const lastMs = (schedule.chargingSchedulePeriod.at(-1)?.startPeriod ?? 0) * 1000;
  const ownMs = schedule.duration === undefined ? (repeatMs ?? lastMs + OPEN_MS) : schedule.duration * 1000;
  const endMs = startMs + (repeatMs ?? ownMs);
  const steps = schedule.chargingSchedulePeriod
    .map(
      ({ startPeriod, limit, setpoint, dischargeLimit }): Step => ({
        atMs: startMs + startPeriod * 1000,
        value: setpoint ?? limit ?? dischargeLimit ?? null,
      }),
    )
    .filter(({ atMs }) => atMs < endMs);
  // Where a repeated schedule ends before it begins anew, it limits nothing.
  const isShort = repeatMs !== undefined && ownMs < repeatMs;
  return {
    unit: schedule.chargingRateUnit,
    isRelative,
    startMs,
    endMs,
    steps: isShort ? [...steps, { atMs: startMs + ownMs, value: null }] : steps,
  };
}

/** The beginning of the repetition that holds now. */
function startOf(firstMs: number, repeatMs: number | undefined, nowMs: number): number {
  if (repeatMs === undefined || nowMs < firstMs) return firstMs;
  return firstMs + Math.floor((nowMs - firstMs) / repeatMs) * repeatMs;
}

/** Each stretch with its end, for a table of the same. */
export function stretchesOf({ steps, endMs }: StepSpan): readonly (Step & { readonly untilMs: number })[] {
  return steps.map((step, n) => ({ ...step, untilMs: steps[n + 1]?.atMs ?? endMs }));
}

/** Round marks of an axis from 0 (or below) to the highest value. */
export function marksOf(lowest: number, highest: number): readonly number[] {
  const span = Math.max(1e-9, highest - Math.min(0, lowest));
  const power = 10 ** Math.floor(Math.log10(span / 3));
  const step = [1, 2, 5, 10].map((n) => n * power).find((each) => span / each <= 4) ?? 10 * power;
  const first = Math.floor(Math.min(0, lowest) / step);
  const last = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => Math.round((first + n) * step * 1e6) / 1e6);
}
