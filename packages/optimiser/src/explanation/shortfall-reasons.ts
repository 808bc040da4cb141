/** `target_unreachable`: how much will be missing at which target, and whose fault it is. */
import type { Reason } from '../contract/index.ts';
import { chargeLimitOf, type NormalProblem, type NormalSession, type NormalTarget } from '../grid/index.ts';
import type { ChargingTimes } from './charging-times.ts';
import { endOf, instant, kilowattHours, kilowatts, percent } from './phrases.ts';

/** Less than this is not worth a sentence, Wh. */
const NEGLIGIBLE_WH = 10;

export function shortfallReasons(
  normal: NormalProblem,
  session: NormalSession,
  times: ChargingTimes,
): Reason[] {
  const said = new Set<number>();
  return session.targets.flatMap((target) => {
    const reachedWh = target.endSlot > 0 ? times.contentWh[target.endSlot - 1]! : session.startWh;
    const missingWh = target.contentWh - reachedWh;
    // The highest target may stand twice, at its own time and at departure.
    if (missingWh < NEGLIGIBLE_WH || said.has(Math.round(missingWh))) return [];
    said.add(Math.round(missingWh));
    const by = target.endSlot > 0 ? instant(endOf(normal, target.endSlot - 1)) : instant(normal.startMs);
    return [
      {
        code: 'target_unreachable',
        sentence: `${kilowattHours(missingWh)} of the ${asked(session, target)} due by ${by} will be missing: ${why(normal, session, target)}.`,
      },
    ];
  });
}

function asked(session: NormalSession, target: NormalTarget): string {
  return session.hasBattery
    ? percent(target.contentWh / session.capacityWh)
    : kilowattHours(target.contentWh - session.startWh);
}

function why(normal: NormalProblem, session: NormalSession, target: NormalTarget): string {
  let hours = 0;
  let aloneWh = 0;
  for (let slot = session.firstSlot; slot < Math.min(target.endSlot, session.endSlot); slot++) {
    hours += normal.hours[slot]!;
    aloneWh += chargeLimitOf(session, slot) * normal.hours[slot]! * session.chargeEfficiency;
  }
  if (hours === 0) return 'there is no full slot left to charge in';
  if (session.startWh + aloneWh < target.contentWh) {
    const kwh = kilowattHours(aloneWh);
    return `even at its full ${kilowatts(session.maxChargeW)} the car gets only ${kwh} in ${hours.toFixed(2)} h`;
  }
  if (target.contentWh > session.ceilingWithMinimumWh) return 'the battery may not be charged that far';
  return 'the power of the site is shared with others or limited in that time';
}
