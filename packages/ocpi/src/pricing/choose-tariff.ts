import { type ProfileType, parseDateTime, type Tariff } from '../model/index.ts';

/**
 * The tariff of a session (OCPI 2.3.0 mod_tariffs, TariffType): the one of the driver's profile (PROFILE_CHEAP, PROFILE_FAST, PROFILE_GREEN),
 * otherwise the regular one, otherwise one without a type; of those valid at that moment the one that became valid last. AD_HOC_PAYMENT is
 * for payments at the station only.
 */
export function chooseTariff(
  tariffs: readonly Tariff[],
  wish: { readonly atMs: number; readonly profileType?: ProfileType; readonly adHoc?: boolean },
): Tariff | undefined {
  const valid = tariffs
    .filter((tariff) => startOf(tariff) <= wish.atMs && wish.atMs < endOf(tariff))
    .toSorted((a, b) => startOf(b) - startOf(a));
  const profile =
    wish.profileType === undefined || wish.profileType === 'REGULAR' ? [] : [`PROFILE_${wish.profileType}`];
  const types = wish.adHoc ? ['AD_HOC_PAYMENT'] : [...profile, 'REGULAR'];
  for (const type of types) {
    const found = valid.find((tariff) => tariff.type === type);
    if (found !== undefined) return found;
  }
  return valid.find((tariff) => tariff.type === undefined);
}

function startOf(tariff: Tariff): number {
  return (tariff.start_date_time && parseDateTime(tariff.start_date_time)) || Number.NEGATIVE_INFINITY;
}

function endOf(tariff: Tariff): number {
  return (tariff.end_date_time && parseDateTime(tariff.end_date_time)) || Number.POSITIVE_INFINITY;
}
