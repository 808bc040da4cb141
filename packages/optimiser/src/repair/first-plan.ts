/**
 * A first plan that keeps every limit and every need, from one of two starts.
 *
 * From the linear optimum: everybody keeps what it has there, and only those whose power is somewhere between 0 and the minimum are planned anew,
 * the room of the others untouched. From nothing: one after the other in a given order, at prices that already say how scarce a slot is.
 * Who does not fit lets others give way; who still does not fit goes first in the next attempt from nothing.
 */
import { chargeLimitOf, type PowerMatrix } from '../grid/index.ts';
import type { BestResponse, Wish } from './best-response.ts';
import type { FleetState } from './fleet-state.ts';
import { displace } from './moves.ts';

/** Powers below this are rounding of the linear solver, W. */
const NEGLIGIBLE_W = 0.01;
const ROUNDS = 3;
/** Dearer than any price, so that room of others is taken last. */
const OVERFLOW_PRICES = 100;

/** Repairs the linear optimum. @returns the devices that did not fit */
export function fromLinear(state: FleetState, response: BestResponse, linear: PowerMatrix): number[] {
  const powers = [...linear.powerW, ...linear.storePowerW];
  let broken: number[] = [];
  state.devices.forEach((device, d) => {
    const { firstSlot, endSlot, minChargeW, maxDischargeW } = device;
    const window = powers[d]!.slice(firstSlot, Math.max(firstSlot, endSlot)).map((power, k) =>
      Math.abs(power) < NEGLIGIBLE_W
        ? 0
        : Math.max(-maxDischargeW, Math.min(chargeLimitOf(device, firstSlot + k), power)),
    );
    state.put(d, window);
    const between = window.some((power) => power > 0 && power < minChargeW - NEGLIGIBLE_W);
    if (between || !meetsNeeds(state, d)) broken.push(d);
  });
  for (let round = 0; round < ROUNDS && broken.length > 0; round++) {
    broken = broken.filter((d) => !replan(state, response, d));
  }
  return broken.filter((d) => !displace(state, response, d, overflowing(state)));
}

/**
 * Plans one device after the other.
 * @param wish what scarce slots cost on top of their price
 * @param late true when it is time to give up
 * @returns the devices that did not fit
 */
export function fromNothing(
  state: FleetState,
  response: BestResponse,
  order: readonly number[],
  wish: Wish,
  late: () => boolean,
): number[] {
  let queue = [...order];
  let broken: number[] = [];
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const none = new Float64Array(state.normal.slots);
    for (const d of queue) state.put(d, none);
    broken = queue.filter((d) => !replan(state, response, d, wish));
    broken = broken.filter((d) => !replan(state, response, d));
    broken = broken.filter((d) => !displace(state, response, d, overflowing(state)));
    if (broken.length === 0 || late()) return broken;
    const first = new Set(broken);
    queue = [...broken, ...queue.filter((d) => !first.has(d))];
  }
  return broken;
}

const MOST_ATTEMPTS = 10;

function replan(state: FleetState, response: BestResponse, d: number, wish?: Wish): boolean {
  if (!response.plan(d, wish)) return false;
  state.put(d, response.powerW);
  return true;
}

function overflowing({ normal: { site } }: FleetState): Wish {
  const dearest = site.importPricePerKwh.reduce((most, price) => Math.max(most, Math.abs(price)), 1);
  return { overflowPerKwh: OVERFLOW_PRICES * dearest };
}

/** Leeway of a need that rounding of the linear solver may leave, Wh. */
const LEEWAY_WH = 0.01;

function meetsNeeds(state: FleetState, d: number): boolean {
  const { firstSlot, askedWh, chargeEfficiency, dischargeEfficiency } = state.devices[d]!;
  let gainWh = 0;
  return askedWh.every((asked, k) => {
    const wh = state.powerW[d]![firstSlot + k]! * state.normal.hours[firstSlot + k]!;
    gainWh += wh > 0 ? wh * chargeEfficiency : wh / dischargeEfficiency;
    return gainWh >= asked - LEEWAY_WH;
  });
}
