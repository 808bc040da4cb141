/** What holds a session back: site, flex order, phase, group, base load, or its own minimum power. */
import type { Reason } from '../contract/index.ts';
import { chargeLimitOf, type NormalProblem, type NormalSession } from '../grid/index.ts';
import type { ChargingTimes } from './charging-times.ts';
import type { LimitCode, LimitsInForce } from './limits-in-force.ts';
import { average, kilowatts, perHour, stretches } from './phrases.ts';
import { isNoticeable, type SlotPrices } from './slot-prices.ts';

interface Held {
  slots: number[];
  leastLimitW: number;
  group: string | undefined;
}

export function limitReasons(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  times: ChargingTimes,
  limits: LimitsInForce,
  { capacityPerKwh }: SlotPrices,
): Reason[] {
  const ownMaximumW = normal.problem.sessions![session.index]!.max_charge_w;
  const held = new Map<LimitCode, Held>();
  const short = times.contentWh[normal.slots - 1]! < session.startWh + session.needWh - 1;
  const { importPricePerKwh } = normal.site;
  const dearest = Math.max(...times.charging.map((slot) => importPricePerKwh[slot]!));
  for (const slot of times.needy) {
    const power = powerW[slot]!;
    const mostW = chargeLimitOf(session, slot);
    const isAtMost = power >= mostW - 1;
    if (isAtMost && mostW >= ownMaximumW - 1) continue;
    // A slot that nobody wanted is not a slot in which somebody was held back.
    const wanted = short || power > 1 || session.preference === 'FAST' || importPricePerKwh[slot]! < dearest;
    const service = { code: 'limited_by_service', limitW: mostW, group: undefined } as const;
    const limit = !wanted ? null : isAtMost ? service : limits.of(session, slot);
    if (limit === null) continue;
    const entry = held.get(limit.code) ?? { slots: [], leastLimitW: Infinity, group: limit.group };
    entry.slots.push(slot);
    entry.leastLimitW = Math.min(entry.leastLimitW, limit.limitW);
    held.set(limit.code, entry);
  }
  return [...held].map(([code, entry]) => {
    const worth = isOfSite(code) && !short ? average(entry.slots, capacityPerKwh) : 0;
    const price = isNoticeable(worth) ? ` A kW more of it would be worth ${perHour(normal, worth)}.` : '';
    return { code, sentence: sentenceOf(normal, code, entry) + price };
  });
}

/** The marginal price speaks of the supply point; where a need is missed, no money makes up for power. */
const isOfSite = (code: LimitCode) => code === 'limited_by_site' || code === 'limited_by_flex_order';

function sentenceOf(normal: NormalProblem, code: LimitCode, { slots, leastLimitW, group }: Held): string {
  const when = stretches(normal, slots);
  const limit = kilowatts(leastLimitW);
  switch (code) {
    case 'limited_by_site':
      return `The supply point is at its limit of ${limit} ${when}.`;
    case 'limited_by_flex_order':
      return `A flex order lowers the limit of the supply point to ${limit} ${when}.`;
    case 'limited_by_phase':
      return `A phase ${group === undefined ? 'of the supply point' : `of group ${group}`} is at its limit of ${limit} ${when}.`;
    case 'limited_by_group':
      return `Group ${group} is at its limit of ${limit} ${when}.`;
    case 'limited_by_service':
      return leastLimitW < 1
        ? `The charging service here gives no power ${when}.`
        : `The charging service here gives at most ${limit} ${when}.`;
    case 'base_over_limit':
      return `The site alone uses more than its limit of ${limit} ${when}, so no car charges then.`;
  }
}

/** The car cannot draw less than its minimum: it charges at it, or pauses although energy is missing. */
export function minimumPowerReasons(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  { charging }: ChargingTimes,
): Reason[] {
  if (session.minChargeW <= 0 || session.minChargeW >= session.maxChargeW) return [];
  const atMinimum = charging.filter((slot) => powerW[slot]! <= session.minChargeW + 1);
  if (atMinimum.length === 0) return [];
  const sentence = `Charges at its minimum of ${kilowatts(session.minChargeW)} ${stretches(normal, atMinimum)}: less would be a pause.`;
  return [{ code: 'minimum_power', sentence }];
}
