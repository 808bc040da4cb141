import { priceAhead } from '../billing/index.ts';
import type { SessionState } from '../sites/index.ts';
import { owed } from './outlook-of-charge.ts';
import type { ApiSurroundings } from './surroundings.ts';

/**
 * What the same energy would have cost its driver without smart charging: at full power from plug-in by the usual tariff, then parked for as
 * long as the car really stayed; the same arithmetic as the bill. null: it cannot be priced.
 * @param powerW what socket and car could do
 */
export async function priceOfPlainCharge(
  { billing, sites }: Pick<ApiSurroundings, 'billing' | 'sites'>,
  session: SessionState & { readonly endMs: number },
  powerW: number,
) {
  const { startMs, endMs, energyWh } = session;
  const fullMs = Math.min(endMs, startMs + (energyWh / Math.max(powerW, 1)) * 3_600_000);
  const charging = { startMs, endMs: fullMs, activity: 'charging' as const, importedWh: energyWh };
  const parked = { startMs: fullMs, endMs, activity: 'parking' as const, importedWh: 0 };
  const cost = priceAhead(await billing.tariffs.at(session, startMs), {
    startMs,
    profileType: 'REGULAR',
    usage: [charging, parked]
      .filter((period) => period.endMs > period.startMs)
      .map((period) => ({ ...period, exportedWh: 0 })),
    timeZone: (await sites.timeZone(session)) ?? 'UTC',
  });
  return owed(cost);
}
