/** What a station says it will do (GetCompositeSchedule), as a profile in W, and how far that is from what we think it holds. */
import {
  type CompositeContext,
  compositeSchedule,
  converted,
  fromComposite,
  type InstalledProfile,
  limitAt,
  type StepFunction,
} from '@smac/ocpp/profiles';
import type { Profile } from '../dispatch/index.ts';
import type { Stations } from '../stations/index.ts';
import { ACTOR } from './set-profile.ts';

export interface ReadSchedule {
  readonly startMs: number;
  readonly endMs: number;
  readonly periods: readonly { readonly startMs: number; readonly powerW: number }[];
}

/** @returns undefined where the station cannot or will not tell */
export async function readComposite(
  stations: Stations,
  stationId: string,
  evseId: number,
  durationS: number,
  words: {
    readonly unit: 'A' | 'W';
    readonly voltageV: number;
    readonly phases: number;
    readonly nowMs: number;
  },
): Promise<ReadSchedule | undefined> {
  const version = stations.connected(stationId)?.version;
  if (version === undefined) return undefined;
  const payload =
    version === '1.6'
      ? { connectorId: evseId, duration: durationS, chargingRateUnit: words.unit }
      : { evseId, duration: durationS, chargingRateUnit: words.unit };
  const outcome = await stations.call(stationId, 'GetCompositeSchedule', payload, { actor: ACTOR });
  if (outcome.kind !== 'result') return undefined;
  return scheduleOf(outcome.payload as CompositeOnWire, durationS, words);
}

export interface CompositeOnWire {
  readonly status: string;
  readonly scheduleStart?: string;
  readonly chargingSchedule?: ScheduleOnWire;
  readonly schedule?: ScheduleOnWire & { readonly scheduleStart: string };
}

interface ScheduleOnWire {
  readonly duration?: number;
  readonly chargingRateUnit: 'A' | 'W';
  readonly startSchedule?: string;
  readonly chargingSchedulePeriod: readonly {
    readonly startPeriod: number;
    readonly limit?: number;
    readonly setpoint?: number;
    readonly numberPhases?: number;
  }[];
}

/** A station's clock further from ours than this is wrong, ms. */
const CLOCK_MS = 120_000;

/** The schedule in a station's answer, W; undefined where it gave none. */
export function scheduleOf(
  wire: CompositeOnWire,
  askedS: number,
  { voltageV, phases, nowMs }: { readonly voltageV: number; readonly phases: number; readonly nowMs: number },
): ReadSchedule | undefined {
  const schedule = wire.schedule ?? wire.chargingSchedule;
  if (wire.status !== 'Accepted' || schedule === undefined) return undefined;
  const start = wire.schedule?.scheduleStart ?? wire.scheduleStart ?? schedule.startSchedule;
  // A 1.6 station may leave the start out (errata 3.57): it answered now. So did one whose clock is wrong: what it does from now on counts (F13).
  const stated = start === undefined ? Number.NaN : Date.parse(start);
  const startMs = Math.abs(stated - nowMs) <= CLOCK_MS ? stated : nowMs;
  return {
    startMs,
    endMs: startMs + (schedule.duration ?? askedS) * 1000,
    periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, setpoint, numberPhases }) => ({
      // A station wrote 1799.815 once: the second it means is the nearest.
      startMs: startMs + Math.round(startPeriod) * 1000,
      powerW: converted(
        setpoint ?? limit ?? Number.POSITIVE_INFINITY,
        schedule.chargingRateUnit,
        'W',
        voltageV,
        numberPhases || phases,
      ),
    })),
  };
}

/** The composite we expect, W. */
export function expectedComposite(
  installed: readonly InstalledProfile[],
  context: CompositeContext,
  startMs: number,
  durationS: number,
): StepFunction | undefined {
  const result = compositeSchedule(installed, context, startMs, durationS);
  if (!result.ok) return undefined;
  return fromComposite(result.value);
}

/** Largest difference reported minus expected over the window, W; by magnitude. */
export function driftOf(read: ReadSchedule, expected: StepFunction, tolerance: number): number {
  let largest = 0;
  const instants = [
    ...read.periods.map(({ startMs }) => startMs),
    ...expected.steps.map(({ fromMs }) => fromMs),
  ];
  for (const atMs of instants) {
    if (atMs < expected.startMs || atMs >= Math.min(read.endMs, expected.endMs)) continue;
    const reported = powerOf(read, atMs);
    const wanted = limitAt(expected, atMs);
    if (reported === undefined || wanted === undefined || reported === wanted) continue;
    const difference = reported - wanted;
    if (Math.abs(difference) > Math.max(Math.abs(largest), tolerance)) largest = difference;
  }
  return largest;
}

export function powerOf(
  { periods, endMs }: Pick<Profile, 'periods' | 'endMs'>,
  atMs: number,
): number | undefined {
  if (atMs >= endMs) return undefined;
  let powerW: number | undefined;
  for (const period of periods) {
    if (period.startMs > atMs) break;
    powerW = period.powerW;
  }
  return powerW;
}
