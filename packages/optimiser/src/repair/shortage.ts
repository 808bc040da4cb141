/**
 * When not everything fits: needs are lowered to what can be had, and the plan no longer claims that nobody could have more.
 *
 * The linear optimum shares a shortage in the contract's order (minimums, priority, all, max-min fair by fraction of need); its shares become the needs.
 * A minimum power may then still leave somebody out, because the room that is left comes in pieces that are too small. Feasible needs
 * are closed downwards, so the greatest fraction that fits is found by bisection; it is tried again when others have moved.
 */
import type { PowerMatrix } from '../grid/index.ts';
import type { BestResponse } from './best-response.ts';
import type { Device } from './device.ts';
import type { FleetState } from './fleet-state.ts';

/** What is missing by less than this is rounding of the linear solver and no shortage, Wh. */
const ROUNDING_WH = 0.01;
/** Leeway of a granted share, Wh. */
const LEEWAY_WH = 1e-5;
const HALVINGS = 14;

/** Cuts every need to what the linear optimum delivers. @returns whether that took something from somebody */
export function grantWhatFits(state: FleetState, linear: PowerMatrix): boolean {
  const { hours } = state.normal;
  const powers = [...linear.powerW, ...linear.storePowerW];
  let short = false;
  state.devices.forEach((device, d) => {
    let gainWh = 0;
    const granted = device.askedWh.map((asked, k) => {
      const wh = powers[d]![device.firstSlot + k]! * hours[device.firstSlot + k]!;
      gainWh += wh > 0 ? wh * device.chargeEfficiency : wh / device.dischargeEfficiency;
      return asked > gainWh + ROUNDING_WH ? Math.max(device.floorWh, gainWh - LEEWAY_WH) : asked;
    });
    if (granted.every((asked, k) => asked === device.askedWh[k])) return;
    setNeeds(state, d, granted);
    short = true;
  });
  return short;
}

/**
 * Plans a device that does not fit for as much of its need as does.
 * @param leastWh what it has anyway
 * @returns false when not even that can be kept
 */
export function relent(
  state: FleetState,
  response: BestResponse,
  d: number,
  leastWh?: Float64Array,
): boolean {
  const whole = state.devices[d]!.askedWh.slice();
  const least = leastWh ?? whole.map((asked) => Math.min(asked, 0));
  const tryShare = (share: number) => {
    const between = whole.map((asked, k) =>
      asked > least[k]! ? least[k]! + share * (asked - least[k]!) : asked,
    );
    setNeeds(state, d, between);
    return response.plan(d);
  };
  let fits = 0;
  let fails = 1;
  if (tryShare(1)) fits = 1;
  for (let step = 0; step < HALVINGS && fits < 1; step++) {
    const share = (fits + fails) / 2;
    if (tryShare(share)) fits = share;
    else fails = share;
  }
  if (!tryShare(fits)) return false;
  state.put(d, response.powerW);
  return true;
}

/** Gives those whose needs were cut what has become free. @param wholeWh the needs of all devices before */
export function retry(state: FleetState, response: BestResponse, wholeWh: readonly Float64Array[]): void {
  state.devices.forEach(({ askedWh }, d) => {
    if (wholeWh[d]!.every((asked, k) => asked === askedWh[k])) return;
    const keptWh = askedWh.slice();
    setNeeds(state, d, wholeWh[d]!);
    if (!relent(state, response, d, keptWh)) setNeeds(state, d, keptWh);
  });
}

/** The same devices when nobody is owed anything: what they cost at least is valid whoever gets how much. */
export function withoutNeeds(devices: readonly Device[]): Device[] {
  return devices.map((device) => {
    const nothing = device.askedWh.map(() => Number.NEGATIVE_INFINITY);
    return { ...device, askedWh: nothing, askedFromWh: nothing };
  });
}

function setNeeds(state: FleetState, d: number, askedWh: Float64Array): void {
  const device = state.devices[d]!;
  device.askedWh.set(askedWh);
  device.askedFromWh.set(askedWh);
  for (let k = askedWh.length - 2; k >= 0; k--) {
    device.askedFromWh[k] = Math.max(device.askedFromWh[k]!, device.askedFromWh[k + 1]!);
  }
}
