/** Figures a plan reports about itself: sums, excess, bound, gap, status, CO2. */
import type { Plan } from '../contract/index.ts';
import type { Flows } from './flows.ts';
import type { ReadProblem } from './reading.ts';
import { energyTolerance, moneyTolerance, PROVED_GAP, powerTolerance, RELATIVE } from './tolerance.ts';
import type { Finding } from './violation.ts';

/** The figures that plan and baseline both report. */
export interface Reported {
  site: { net_w: readonly number[]; ev_w: readonly number[] };
  sessions: readonly { shortfall_wh: number }[];
  shortfall_wh: number;
  over_limit_wh: number;
}

export function checkSums(
  read: ReadProblem,
  flows: Flows,
  reported: Reported,
  where: string,
  found: Finding,
): void {
  let overWh = 0;
  for (let slot = 0; slot < read.slots; slot++) {
    const evW = flows.evW[slot]!;
    const netW = read.baseW[slot]! + evW + flows.storeW[slot]!;
    const tolerance = powerTolerance(Math.max(Math.abs(read.baseW[slot]!), Math.abs(netW)));
    if (Math.abs(reported.site.ev_w[slot]! - evW) > tolerance) {
      found(
        'ev_power',
        `${where}site.ev_w[${slot}]`,
        `says ${reported.site.ev_w[slot]} W, the sum is ${evW} W`,
      );
    }
    if (Math.abs(reported.site.net_w[slot]! - netW) > tolerance) {
      found(
        'net_power',
        `${where}site.net_w[${slot}]`,
        `says ${reported.site.net_w[slot]} W, base + EVs + stores is ${netW} W`,
      );
    }
    overWh += Math.max(0, netW - read.importLimitW[slot]!) * read.hours[slot]!;
  }
  if (Math.abs(reported.over_limit_wh - overWh) > energyTolerance(overWh) * read.slots) {
    found(
      'over_limit',
      `${where}over_limit_wh`,
      `says ${reported.over_limit_wh} Wh, the powers make ${overWh} Wh`,
    );
  }
  const shortWh = reported.sessions.reduce((sum, session) => sum + session.shortfall_wh, 0);
  if (Math.abs(reported.shortfall_wh - shortWh) > energyTolerance(shortWh)) {
    found(
      'total_shortfall',
      `${where}shortfall_wh`,
      `says ${reported.shortfall_wh} Wh, sessions sum to ${shortWh} Wh`,
    );
  }
}

export function checkLimitFigures(read: ReadProblem, plan: Plan, found: Finding): void {
  plan.site.limit_w.forEach((limit, slot) => {
    const expected = read.importLimitW[slot]!;
    const agrees =
      limit === null
        ? expected === Infinity
        : Math.abs(limit - expected) <= powerTolerance(expected === Infinity ? 0 : expected);
    if (!agrees) {
      found(
        'limit_figure',
        `site.limit_w[${slot}]`,
        `says ${limit}, min(max_import + flex, cap) is ${expected}`,
      );
    }
  });
}

/** bound <= cost, gap = (cost - bound) / max(1, |cost|), and a status that these two justify. */
export function checkProof(plan: Plan, found: Finding): void {
  const { bound, gap, status } = plan;
  const cost = plan.cost.total;
  if ((bound === null) !== (gap === null)) {
    found('gap', 'gap', 'bound and gap are known together or not at all');
    return;
  }
  if (bound !== null && gap !== null) {
    if (bound > cost + moneyTolerance(cost)) {
      found('bound', 'bound', `${bound} is above the cost ${cost}: no lower bound`);
    }
    const expected = (cost - bound) / Math.max(1, Math.abs(cost));
    if (Math.abs(gap - expected) > RELATIVE + RELATIVE * Math.abs(expected)) {
      found('gap', 'gap', `says ${gap}, (cost - bound) / max(1, |cost|) is ${expected}`);
    }
  }
  if (status === 'optimal' && (gap === null || gap > PROVED_GAP)) {
    found('status', 'status', `optimal needs a gap of at most ${PROVED_GAP}, got ${gap}`);
  }
  if (status === 'feasible' && gap === null) {
    found('status', 'status', 'feasible needs a gap');
  }
}

/** Import x intensity, in g; null exactly when the problem has no intensities. */
export function checkCo2(
  read: ReadProblem,
  flows: Flows,
  reported: number | null,
  where: string,
  found: Finding,
): void {
  const intensity = read.co2GPerKwh;
  if (intensity === undefined) {
    if (reported !== null) found('co2', where, 'given although the problem has no intensities');
    return;
  }
  let grams = 0;
  for (let slot = 0; slot < read.slots; slot++) {
    const netW = read.baseW[slot]! + flows.evW[slot]! + flows.storeW[slot]!;
    grams += (Math.max(0, netW) * read.hours[slot]! * intensity[slot]!) / 1000;
  }
  if (reported === null || Math.abs(reported - grams) > 0.01 + RELATIVE * grams) {
    found('co2', where, `says ${reported} g, import x intensity is ${grams} g`);
  }
}
