import { type Bill, billablePeriods, formatDateTime, priceOf, type Tariff, validate } from '@smac/ocpi';
import type { ProposedTariff, TariffCeiling } from './billing.ts';
import { aboveCeiling } from './tariff-rules.ts';

/** A charge as it usually is: what is taken evenly while it charges, then parked. */
export interface TypicalCharge {
  readonly startMs: number;
  readonly energyWh: number;
  /** Given back while it charges. */
  readonly exportWh: number;
  readonly chargingMs: number;
  readonly parkedMs: number;
  /** IANA name. */
  readonly timeZone: string;
}

export type TariffPreview =
  | { readonly ok: true; readonly bill: Bill; readonly aboveCeiling: string | undefined }
  | { readonly ok: false; readonly detail: string };

/** What a proposed tariff would bill for a charge, by the arithmetic of the bill itself, and whether a ceiling forbids it (BI15). */
export function previewTariff(
  proposed: ProposedTariff,
  charge: TypicalCharge,
  ceilings: readonly TariffCeiling[],
): TariffPreview {
  const tariff: Tariff = {
    ...proposed,
    country_code: 'NL',
    party_id: 'TMP',
    last_updated: formatDateTime(charge.startMs),
  };
  const [problem] = validate('Tariff', '2.3.0', 'out', tariff).errors;
  if (problem !== undefined) return { ok: false, detail: `tariff${problem.path} ${problem.detail}.` };
  const { startMs, energyWh, exportWh, chargingMs, parkedMs, timeZone } = charge;
  const chargedMs = startMs + chargingMs;
  const usage = [
    {
      startMs,
      endMs: chargedMs,
      importedWh: energyWh,
      exportedWh: exportWh,
      activity: 'charging' as const,
      tariffId: tariff.id,
    },
    {
      startMs: chargedMs,
      endMs: chargedMs + parkedMs,
      importedWh: 0,
      exportedWh: 0,
      activity: 'parking' as const,
      tariffId: tariff.id,
    },
  ].filter((period) => period.endMs > period.startMs);
  const periods = billablePeriods(usage, [tariff], timeZone) ?? usage;
  const bill = priceOf({ tariffs: [tariff], periods, timeZone });
  return bill.ok ? { ok: true, bill, aboveCeiling: aboveCeiling(tariff, ceilings) } : bill;
}
