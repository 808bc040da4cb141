/** The plan of one session as a charging profile that its station can carry: rounded down, never more than planned in any instant. */
import {
  type ChargingProfile,
  compressed,
  planPeriods,
  type RateUnit,
  type SchedulePeriod,
  type StepFunction,
} from '@smac/ocpp/profiles';
import type { Profile } from '../dispatch/index.ts';
import type { Capability } from '../stations/index.ts';

/** Which purpose carries a plan, the best first: what is refused is carried by the next (ocpp.md 4.3). */
export type Carrier = 'TxProfile' | 'TxDefaultProfile' | 'ChargingStationMaxProfile';

export interface PlanWords {
  readonly id: number;
  readonly carrier: Carrier;
  readonly version: '1.6' | '2.0.1' | '2.1';
  readonly capability: Capability;
  readonly currentType: 'AC' | 'DC';
  /** Phases the car uses, as far as known; else those of the connector. */
  readonly phases: 1 | 2 | 3;
  readonly voltageV: number;
  readonly transactionRef: string;
}

/** Amperes for AC where the station takes them (every station counts in them), watts for DC and for discharging. */
export function unitFor(
  currentType: 'AC' | 'DC',
  rateUnits: readonly RateUnit[],
  discharges = false,
): RateUnit {
  const wanted: RateUnit = currentType === 'DC' || discharges ? 'W' : 'A';
  return rateUnits.includes(wanted) ? wanted : (rateUnits[0] ?? 'A');
}

/**
 * Absolute, with duration and validTo: at its end the station falls back to its TxDefaultProfile, never to "unlimited" (security.md 8).
 * TxProfile stands at level 0; a carrier that shares its purpose with a fallback stands one above it.
 */
export function planProfile(profile: Profile, words: PlanWords): ChargingProfile {
  const durationS = Math.max(1, Math.floor((profile.endMs - profile.startMs) / 1000));
  const { unit, periods } = periodsOf(profile, words);
  const isTx = words.carrier === 'TxProfile';
  return {
    id: words.id,
    stackLevel: isTx ? 0 : Math.min(1, words.capability.maxStackLevel),
    chargingProfilePurpose: words.carrier,
    chargingProfileKind: 'Absolute',
    ...(isTx ? { transactionId: words.transactionRef } : {}),
    validFromMs: profile.startMs,
    validToMs: profile.startMs + durationS * 1000,
    chargingSchedule: [
      {
        id: words.id,
        chargingRateUnit: unit,
        startScheduleMs: profile.startMs,
        duration: durationS,
        chargingSchedulePeriod: periods,
      },
    ],
  };
}

type Weigh = (fromMs: number, toMs: number) => number;

/** Hours from the start of a profile, and how much a loss counts before and after them. */
const NEAR_MS = 3 * 3_600_000;
const NEXT_MS = 6 * 3_600_000;
const NEAR_WEIGHT = 400;
const NEXT_WEIGHT = 200;

/**
 * Where a plan has more steps than the station takes, the next hours keep theirs: what is lost far ahead is sent again before it comes
 * into force (`exactUntilMs`), what is lost now is lost (SC7).
 */
function nearFirst(startMs: number): Weigh {
  const weighed = (ms: number) => {
    const aheadMs = ms - startMs;
    const near = Math.min(aheadMs, NEAR_MS);
    const next = Math.min(Math.max(0, aheadMs - NEAR_MS), NEXT_MS - NEAR_MS);
    return near * NEAR_WEIGHT + next * NEXT_WEIGHT + Math.max(0, aheadMs - NEXT_MS);
  };
  return (fromMs, toMs) => weighed(toMs) - weighed(fromMs);
}

/** Until when a station that was given `profile` in these words gets all of it; undefined: to its end. */
export function exactUntilMs(profile: Profile, words: PlanWords): number | undefined {
  if (profile.periods.length <= words.capability.maxPeriods) return undefined;
  const { periods } = periodsOf(profile, words);
  const whole = periodsOf(profile, {
    ...words,
    capability: { ...words.capability, maxPeriods: profile.periods.length },
  }).periods;
  const different = whole.findIndex(
    (period, n) =>
      stepValue(period) !==
      stepValue(periods.findLast(({ startPeriod }) => startPeriod <= period.startPeriod) ?? whole[n]!),
  );
  return different < 0 ? undefined : profile.startMs + whole[different]!.startPeriod * 1000;
}

const stepValue = ({ setpoint, limit }: SchedulePeriod) => setpoint ?? limit;

function periodsOf(
  profile: Profile,
  words: PlanWords,
): { readonly unit: RateUnit; readonly periods: SchedulePeriod[] } {
  const steps: StepFunction = {
    startMs: profile.startMs,
    endMs: profile.endMs,
    steps: profile.periods.map(({ startMs, powerW }) => ({ fromMs: startMs, value: powerW })),
  };
  const maxPeriods = Math.max(1, words.capability.maxPeriods);
  const weigh = nearFirst(profile.startMs);
  if (profile.periods.every(({ powerW }) => powerW >= 0)) {
    const unit = unitFor(words.currentType, words.capability.rateUnits);
    const periods =
      words.currentType === 'DC'
        ? dcPeriods(steps, maxPeriods, unit, weigh)
        : planPeriods(steps, {
            unit,
            nominalVoltageV: words.voltageV,
            phases: words.phases,
            maxPeriods,
            weigh,
          });
    return { unit, periods };
  }
  // Setpoints: never more than planned in either direction (V2X.05 keeps them within their limits).
  const joined = compressed(steps, maxPeriods, 'towardsZero', weigh);
  // Watts are those of all phases together, of three where nothing is said: a car on one would get a third, mostly too little to begin.
  const phases = words.currentType === 'AC' && words.phases !== 3 ? { numberPhases: words.phases } : {};
  return {
    unit: 'W',
    periods: wholeSeconds(joined.steps, profile.startMs).map(({ startPeriod, value }) => {
      const setpoint = Math.trunc(value);
      return {
        startPeriod,
        operationMode: 'CentralSetpoint',
        setpoint,
        limit: Math.max(setpoint, 0),
        dischargeLimit: Math.min(setpoint, 0),
        ...phases,
      };
    }),
  };
}

/** A plan may begin less than a second before its next slot: of steps in one second the last counts (K01.FR.35: startPeriod must rise). */
function wholeSeconds(
  steps: StepFunction['steps'],
  startMs: number,
): { readonly startPeriod: number; readonly value: number }[] {
  const values = new Map<number, number>();
  for (const { fromMs, value } of steps) values.set(Math.round((fromMs - startMs) / 1000), value);
  return [...values].map(([startPeriod, value]) => ({ startPeriod, value }));
}

/** DC has no 6 A gap and no phases (K01.FR.44). Unit A only where the station takes nothing else: at the voltage of the battery. */
function dcPeriods(steps: StepFunction, maxPeriods: number, unit: RateUnit, weigh: Weigh): SchedulePeriod[] {
  const joined = compressed(steps, maxPeriods, 'down', weigh);
  return wholeSeconds(joined.steps, steps.startMs).map(({ startPeriod, value }) => ({
    startPeriod,
    limit: unit === 'W' ? Math.floor(value) : Math.floor((value / DC_HIGHEST_V) * 10) / 10,
  }));
}

/** A current limit must hold at the highest voltage a charger reaches, V. */
const DC_HIGHEST_V = 1000;
