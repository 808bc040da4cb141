/** The price of a session by the tariffs that counted when it started. */
import {
  type Bill,
  billablePeriods,
  chooseTariff,
  type NotPriced,
  priceOf,
  splitUsage,
  type Tariff,
  type UsagePeriod,
} from '@smac/ocpi';
import type { SessionFacts } from './facts.ts';

export interface SessionPrice {
  readonly ok: true;
  /** Absent: no tariff counts here, the session is free. */
  readonly bill?: Bill;
  readonly tariffs: readonly Tariff[];
  readonly periods: readonly UsagePeriod[];
}

const DEFAULT_TIME_ZONE = 'UTC';

/**
 * The tariff is the one of the driver's profile, valid at the start: it does not change under a running session (OCPI 2.3.0 mod_tariffs, note
 * on end_date_time); only another choice of the driver changes it.
 */
export function sessionPrice(
  facts: Pick<SessionFacts, 'usage' | 'startMs' | 'profiles' | 'adHoc' | 'location'>,
  assigned: readonly Tariff[],
): SessionPrice | NotPriced {
  const { usage, startMs, profiles = [], location } = facts;
  const tariffAt = (atMs: number) => {
    const chosen = profiles.findLast(({ fromMs }) => fromMs <= atMs) ?? profiles[0];
    return chooseTariff(assigned, {
      atMs: startMs,
      ...(chosen === undefined ? {} : { profileType: chosen.profileType }),
      ...(facts.adHoc === true ? { adHoc: true } : {}),
    });
  };
  const changes = profiles.map(({ fromMs }) => fromMs);
  const cut = usage.flatMap((period) => splitUsage(period, changes));
  const chosen = cut.map((period) => ({ period, tariff: tariffAt(period.startMs) }));
  const tariffs = [...new Set(chosen.map(({ tariff }) => tariff))].filter((tariff) => tariff !== undefined);
  if (tariffs.length === 0) return { ok: true, tariffs: [], periods: usage };
  const named = chosen.map(({ period, tariff }) =>
    tariff === undefined ? period : { ...period, tariffId: tariff.id },
  );
  const timeZone = location.time_zone ?? DEFAULT_TIME_ZONE;
  const periods = billablePeriods(named, tariffs, timeZone) ?? named;
  const bill = priceOf({ tariffs, periods, timeZone });
  return bill.ok ? { ok: true, bill, tariffs, periods } : bill;
}
