/** What smart charging needs of a station, and what of it this one has (SMC_013): pure, so that the list and the page of a station say the same. */
import type { OcppVersion } from '@smac/ocpp';
import type { ReadVariable } from '../life/device-model.ts';
import type { Capability, Purpose } from './capability.ts';

export const READINESS_ITEMS = ['profiles', 'phases', 'metering', 'readback', 'version', 'security'] as const;
export type ReadinessItem = (typeof READINESS_ITEMS)[number];

/** `partly`: it works, with a limit that the reason names. `unknown`: the station neither said nor showed it. */
export type Verdict = 'yes' | 'partly' | 'no' | 'unknown';

export interface ReadinessRow {
  readonly item: ReadinessItem;
  readonly verdict: Verdict;
  /** A word for programs and catalogues, like `refused-purposes`. */
  readonly reason: string;
  /** What the sentence of the reason names. */
  readonly values: Readonly<Record<string, string | number>>;
}

export interface StationFacts {
  readonly version: OcppVersion | null;
  readonly capability: Capability;
  /** Of the connection that is open, or was last. */
  readonly securityProfile: 1 | 2 | 3 | null;
  /** Phases of its EVSEs as somebody placed them; empty: nobody did. */
  readonly placedPhases: readonly number[];
  /** What it is set to measure; undefined: it did not say. */
  readonly sampled: string | undefined;
  /** A transaction of it came with power or energy. */
  readonly hasMeasured: boolean;
}

/** Purposes that can carry the plan of a session, the best first. */
const CARRIERS: readonly Purpose[] = ['TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile'];
/** A day in quarter hours is cut to what a station takes; below this the plan loses its form. */
const FEW_PERIODS = 6;

export function readinessOf(facts: StationFacts): readonly ReadinessRow[] {
  return [profiles(facts), phases(facts), metering(facts), readback(facts), version(facts), security(facts)];
}

const row = (
  item: ReadinessItem,
  verdict: Verdict,
  reason: string,
  values: ReadinessRow['values'] = {},
): ReadinessRow => ({ item, verdict, reason, values });

function profiles({ capability }: StationFacts): ReadinessRow {
  const { smartCharging, stated, purposes, maxPeriods, maxStackLevel, maxProfiles } = capability;
  const isStated = stated.includes('smartCharging');
  if (isStated && !smartCharging) return row('profiles', 'no', 'not-supported');
  const refused = CARRIERS.filter((purpose) => purposes[purpose] === 'refused');
  const worked = CARRIERS.filter((purpose) => purposes[purpose] === 'worked');
  if (refused.length === CARRIERS.length) return row('profiles', 'no', 'refuses-all');
  if (purposes.TxProfile === 'refused' || purposes.TxDefaultProfile === 'refused')
    return row('profiles', 'partly', 'refused-purposes', { purposes: refused.join(', ') });
  if (!isStated && worked.length === 0) return row('profiles', 'unknown', 'never-tried');
  if (stated.includes('maxPeriods') && maxPeriods < FEW_PERIODS)
    return row('profiles', 'partly', 'few-periods', { periods: maxPeriods });
  return row('profiles', 'yes', worked.length > 0 ? 'worked' : 'stated', {
    ...(worked.length > 0 ? { purposes: worked.join(', ') } : {}),
    periods: maxPeriods,
    levels: maxStackLevel,
    profiles: maxProfiles,
  });
}

function phases({ capability, placedPhases }: StationFacts): ReadinessRow {
  const known = capability.stated.includes('phases')
    ? capability.phases
    : placedPhases.length > 0
      ? Math.max(...placedPhases)
      : undefined;
  if (known === undefined) return row('phases', 'partly', 'assumed');
  return row('phases', 'yes', capability.switches3to1 ? 'switches' : 'known', { phases: known });
}

function metering({ sampled, hasMeasured }: StationFacts): ReadinessRow {
  if (hasMeasured) return row('metering', 'yes', 'measured');
  if (sampled === undefined) return row('metering', 'unknown', 'not-said');
  if (!/Power\.Active\.Import|Energy\.Active\.Import/.test(sampled))
    return row('metering', 'no', 'not-sampled', { sampled: sampled === '' ? '-' : sampled });
  return row('metering', 'yes', 'sampled');
}

function readback({ capability }: StationFacts): ReadinessRow {
  if (capability.compositeSchedule === 'worked') return row('readback', 'yes', 'worked');
  if (capability.compositeSchedule === 'refused') return row('readback', 'partly', 'refused');
  return row('readback', 'unknown', 'never-tried');
}

function version({ version: spoken }: StationFacts): ReadinessRow {
  if (spoken === null) return row('version', 'unknown', 'never-connected');
  if (spoken === '1.6') return row('version', 'partly', 'ocpp-1.6', { version: spoken });
  return row('version', 'yes', spoken === '2.1' ? 'ocpp-2.1' : 'ocpp-2.0.1', { version: spoken });
}

function security({ securityProfile }: StationFacts): ReadinessRow {
  if (securityProfile === null) return row('security', 'unknown', 'never-connected');
  if (securityProfile === 1) return row('security', 'partly', 'no-tls');
  return row('security', 'yes', securityProfile === 3 ? 'certificate' : 'tls');
}

/** What its configuration or device model says it measures while charging. */
export function sampledBy(variables: readonly ReadVariable[]): string | undefined {
  const found = variables.find(
    ({ variable, attribute }) =>
      attribute === 'Actual' && (variable === 'MeterValuesSampledData' || variable === 'TxUpdatedMeasurands'),
  );
  return found?.value ?? undefined;
}
