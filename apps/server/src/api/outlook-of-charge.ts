import type { Plan } from '@smac/optimiser';
import { type PriceAhead, priceAhead } from '../billing/index.ts';
import { type ChargeOutlook, chargeOutlook } from '../insight/index.ts';
import { type PlanRecord, toldPlan } from '../planning/index.ts';
import type { SessionState } from '../sites/index.ts';
import type { ApiSurroundings } from './surroundings.ts';

/** What a plan means for one charge, with what its driver will owe: by the tariff of the bill, and nothing where none counts. */
export async function outlookOf(
  { billing, sites }: Pick<ApiSurroundings, 'billing' | 'sites'>,
  session: SessionState,
  record: PlanRecord,
  plan: Plan,
  profileType?: string,
): Promise<(ChargeOutlook & { readonly cost: unknown }) | undefined> {
  const told = chargeOutlook(record, toldPlan(record, plan), nameInPlan(session));
  if (told === undefined) return undefined;
  const outlook = profileType === undefined ? told : { ...told, profileType };
  const tariffs = await billing.tariffs.at(session, session.startMs);
  const cost = priceAhead(tariffs, {
    startMs: session.startMs,
    profileType: outlook.profileType,
    usage: usageOf(session, outlook),
    timeZone: (await sites.timeZone(session)) ?? 'UTC',
  });
  return { ...outlook, cost: owed(cost, record.problem.currency) };
}

/** As an answer says it. @param currency of the site, where nothing is owed in any */
export function owed(cost: PriceAhead | undefined, currency = 'EUR') {
  return cost?.basis === 'free' ? { ...cost, amount: 0, currency } : (cost ?? null);
}

/** How planning names a session. */
export const nameInPlan = ({ peerId, sessionId }: SessionState) => `${peerId}/${sessionId}`;

/** What was charged so far, and what is planned, for the price of the whole. */
function usageOf(session: SessionState, { powerW, startMs, nowMs, slotMinutes }: ChargeOutlook) {
  const slotMs = slotMinutes * 60_000;
  const ahead = powerW.map((w, slot) => {
    const fromMs = Math.max(nowMs, startMs + slot * slotMs);
    const toMs = startMs + (slot + 1) * slotMs;
    const wh = (w * (toMs - fromMs)) / 3_600_000;
    return {
      startMs: fromMs,
      endMs: toMs,
      activity: Math.abs(w) < 1 ? ('paused' as const) : ('charging' as const),
      importedWh: Math.max(0, wh),
      exportedWh: Math.max(0, -wh),
    };
  });
  const soFar = {
    startMs: Math.min(session.startMs, nowMs),
    endMs: nowMs,
    activity: 'charging' as const,
    importedWh: Math.max(0, session.energyWh),
    exportedWh: 0,
  };
  return [soFar, ...ahead];
}
