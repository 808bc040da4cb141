/** Which features a problem uses: engines say by this what they can solve exactly. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';

export interface ProblemClass {
  slots: number;
  sessions: number;
  /** Some session may discharge. */
  discharge: boolean;
  /** Charging loses energy somewhere. */
  losses: boolean;
  stores: boolean;
  /** A session has a target before the last one. */
  severalTargets: boolean;
  /** Some charging power is 0 or at least a minimum. */
  minimumPower: boolean;
  /** Occupancy cost, as written or as the linear surrogate. */
  occupancy: 'none' | 'exact' | 'linear';
  /** Slots where export pays more than import costs and the net power can go either way: elsewhere the price of one way does not matter. */
  priceInversion: boolean;
  negativePrices: boolean;
  capacityPrice: boolean;
  groups: boolean;
  phases: boolean;
  /** FAST or GREEN sessions, whose levels stand before money. */
  preferences: boolean;
  green: boolean;
  /** Every session that needs something is FAST, all are as efficient, and none could stop short of its need and go on: early is early for all. */
  allFastAlike: boolean;
}

export function classify(normal: NormalProblem): ProblemClass {
  const { sessions, site, stores } = normal;
  const someSlot = (test: (t: number) => boolean) => site.baseW.some((_, t) => test(t));
  return {
    slots: normal.slots,
    sessions: sessions.length,
    discharge: sessions.some((session) => session.maxDischargeW > 0),
    losses: sessions.some((session) => session.chargeEfficiency < 1 || session.dischargeEfficiency < 1),
    stores: stores.length > 0,
    severalTargets: sessions.some((session) => session.targets.length > 1),
    minimumPower: sessions.some((session) => session.minChargeW > 0),
    occupancy: site.opportunityCostPerSlot === 0 ? 'none' : normal.opportunity,
    priceInversion: someSlot(
      (t) => site.importPricePerKwh[t]! < site.exportPricePerKwh[t]! && goesEitherWay(normal, t),
    ),
    negativePrices: someSlot((t) => Math.min(site.importPricePerKwh[t]!, site.exportPricePerKwh[t]!) < 0),
    capacityPrice: site.capacityPricePerKw > 0,
    groups: normal.groups.length > 0,
    phases: site.phaseRoomW.some(Number.isFinite),
    preferences: sessions.some((session) => session.preference === 'FAST' || session.preference === 'GREEN'),
    green: sessions.some((session) => session.preference === 'GREEN'),
    allFastAlike: areFastAlike(sessions),
  };
}

/** Of a need that was worked out from the same target, Wh. */
const ROUNDING_WH = 1e-6;

function areFastAlike(sessions: readonly NormalSession[]): boolean {
  const inNeed = sessions.filter(({ needWh }) => needWh > 0);
  return inNeed.every(
    ({ preference, chargeEfficiency, targets, startWh, needWh, endSlot }) =>
      preference === 'FAST' &&
      chargeEfficiency === inNeed[0]!.chargeEfficiency &&
      // The whole need is a target at the end of the stay too, as it is unless an explicit one there asks for less.
      targets.some(
        (target) => target.endSlot >= endSlot && target.contentWh >= startWh + needWh - ROUNDING_WH,
      ),
  );
}

/** Can sessions and stores together make the site import as well as export in slot t? */
function goesEitherWay({ sessions, stores, site }: NormalProblem, t: number): boolean {
  let highestW = site.baseW[t]!;
  let lowestW = site.baseW[t]!;
  for (const session of sessions) {
    if (t < session.firstSlot || t >= session.endSlot) continue;
    highestW += session.maxChargeW;
    lowestW -= session.maxDischargeW;
  }
  for (const store of stores) {
    highestW += store.maxChargeW;
    lowestW -= store.maxDischargeW;
  }
  return highestW > 0 && lowestW < 0;
}

/** True when the answer needs integer variables from the start. */
export const needsIntegers = (problemClass: ProblemClass): boolean =>
  problemClass.minimumPower || problemClass.occupancy === 'exact' || problemClass.priceInversion;
