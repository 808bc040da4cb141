import type { Session } from '@smac/ocpi';
import { validMs } from './valid-ms.ts';

/** What an OCPI Session says, canonical. */
export interface SessionFacts {
  readonly startMs: number;
  readonly endMs?: number;
  /** Wh since the start: what was charged minus what was discharged. */
  readonly energyWh: number;
  /** Average power of the last charging period where the CPO states it and the period is short enough to speak of now, W. */
  readonly powerW?: number;
  readonly soc?: SocFact;
  readonly batteryWh?: number;
}

/** The latest STATE_OF_CHARGE; `periodStart` tells a new reading from an old one sent again. */
export interface SocFact {
  readonly soc: number;
  readonly periodStart: string;
}

/** The average over a longer charging period says what was, not what is drawn now. */
const LONGEST_TELLING_MS = 3_600_000;

export function sessionFacts(session: Session): SessionFacts {
  const periods = session.charging_periods ?? [];
  const exportedKwh = periods.reduce((sum, period) => sum + volume(period.dimensions, 'ENERGY_EXPORT', 0), 0);
  const last = periods.at(-1);
  const lastsMs = last && validMs(session.last_updated) - validMs(last.start_date_time);
  const powerKw = last && lastsMs! <= LONGEST_TELLING_MS ? find(last.dimensions, 'POWER') : undefined;
  const soc = latestSoc(periods);
  return {
    startMs: validMs(session.start_date_time),
    ...(session.end_date_time === undefined ? {} : { endMs: validMs(session.end_date_time) }),
    energyWh: (session.kwh - exportedKwh) * 1000,
    ...(powerKw === undefined ? {} : { powerW: powerKw * 1000 }),
    ...(soc && { soc }),
    ...(session.battery_capacity === undefined ? {} : { batteryWh: session.battery_capacity * 1000 }),
  };
}

type Periods = NonNullable<Session['charging_periods']>;
type Dimensions = Periods[number]['dimensions'];

function latestSoc(periods: Periods): SocFact | undefined {
  for (let i = periods.length - 1; i >= 0; i -= 1) {
    const period = periods[i]!;
    const percent = find(period.dimensions, 'STATE_OF_CHARGE');
    if (percent !== undefined && percent >= 0 && percent <= 100) {
      return { soc: percent / 100, periodStart: period.start_date_time };
    }
  }
  return undefined;
}

function find(dimensions: Dimensions, type: string): number | undefined {
  return dimensions.find((dimension) => dimension.type === type)?.volume;
}

function volume(dimensions: Dimensions, type: string, otherwise: number): number {
  return find(dimensions, type) ?? otherwise;
}
