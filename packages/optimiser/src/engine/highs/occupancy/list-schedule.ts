/**
 * One car after the other, each in the cheapest way that the room left by the others allows: always quick, and
 * good when the order is. The order comes from the mixture: who finishes first there goes first here.
 */
import type { NormalProblem } from '../../../grid/index.ts';
import { costByFinish, type Stay, scheduleWithin } from './schedule.ts';

/** @returns the finish of each stay, or null when somebody does not fit */
export function listSchedule(
  normal: NormalProblem,
  stays: readonly Stay[],
  expectedFinish: readonly number[],
): number[] | null {
  const { site, hours, sessions } = normal;
  const roomKwh = site.netCeilingW.map((ceiling, t) => ((ceiling - site.baseW[t]!) * hours[t]!) / 1000);
  const finishes = new Array<number>(stays.length).fill(-1);
  const order = [...stays.keys()].sort((a, b) => expectedFinish[a]! - expectedFinish[b]! || a - b);
  for (const i of order) {
    const stay = stays[i]!;
    const session = sessions[stay.session]!;
    const first = session.firstSlot;
    const mostKwh = stay.mostKwh.map((most, k) => {
      const room = Math.min(most, roomKwh[first + k]!);
      return room * 1000 < session.minChargeW * hours[first + k]! ? 0 : room;
    });
    const price = stay.mostKwh.map((_, k) => site.importPricePerKwh[first + k]!);
    const fitting = { ...stay, mostKwh, ceilingKwh: stay.needKwh };
    const costs = costByFinish(fitting, price);
    const cheapest = costs.reduce((best, cost, at) => (cost < costs[best]! ? at : best), 0);
    if (costs[cheapest] === Number.POSITIVE_INFINITY) return null;
    finishes[i] = cheapest - 1;
    scheduleWithin(fitting, price, cheapest - 1).chargeKwh.forEach((kwh, k) => {
      roomKwh[first + k]! -= kwh;
    });
  }
  return finishes;
}
