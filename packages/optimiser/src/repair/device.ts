/**
 * What the repair plans one at a time: a session or a stationary store, in Wh gained since its start.
 *
 * The needs are those the contract asks for before money, so they are hard here: every target, cut to what the device can reach when it is
 * alone at the site. Two cuts: full power until the deadline, and the granularity of a minimum power. A charge-only session that uses k slots
 * gains something in [k low, k high] (low and high: one slot at minimum and at full power). So a need between (k-1) high and k low takes k low;
 * and when that is more than it may hold, (k-1) high is all it can ever have.
 */
import { chargeLimitOf, type NormalProblem, type NormalSession, type NormalStore } from '../grid/index.ts';

export interface Device {
  firstSlot: number;
  endSlot: number;
  maxChargeW: number;
  chargeLimitW: Float64Array | null;
  /** Charging power is 0 or at least this. */
  minChargeW: number;
  maxDischargeW: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  /** Content above the start never falls below the first nor rises above the second, Wh. */
  floorWh: number;
  ceilingWh: number;
  /** Least content above the start at the end of each slot of the window, Wh; -Infinity where nothing is asked. */
  askedWh: Float64Array;
  /** Least content above the start that the device may leave with after slot k, Wh: the highest that is asked from k on. */
  askedFromWh: Float64Array;
  /** The granularity of the minimum power changed a need. */
  adjusted: boolean;
  wearCostPerKwh: number;
  /** Cost of being occupied up to and including slot k of the window (exact occupancy); null where using the connector costs nothing. */
  occupancyCost: Float64Array | null;
  /** Currency per kWh charged in slot k of the window on top of the price (linear occupancy); null for none. */
  chargeCostPerKwh: Float64Array | null;
  /** Share of the power that lands on each of the three phases. */
  phaseShare: readonly [number, number, number];
  /** Groups (by position) that the device belongs to. */
  groups: readonly number[];
}

/** Room for rounding in a need, Wh: far below what any meter shows. */
const ROUNDING_WH = 1e-6;

/** Sessions first, then stores, in the order of the problem. */
export function devicesOf(normal: NormalProblem): Device[] {
  const memberships: number[][] = normal.sessions.map(() => []);
  normal.groups.forEach((group, g) => {
    for (const index of group.sessions) memberships[index]!.push(g);
  });
  return [
    ...normal.sessions.map((session) => sessionDevice(normal, session, memberships[session.index]!)),
    ...normal.stores.map((store) => storeDevice(normal, store)),
  ];
}

function sessionDevice(normal: NormalProblem, session: NormalSession, groups: readonly number[]): Device {
  const { site, opportunity } = normal;
  const window = Math.max(0, session.endSlot - session.firstSlot);
  const perSlot = site.opportunityCostPerSlot;
  const weight = (k: number) => perSlot * (session.occupiedSlots + k);
  const exact = perSlot > 0 && opportunity === 'exact';
  const linear = perSlot > 0 && opportunity === 'linear' && session.needWh > 0;
  let occupied = 0;
  const share = 1 / session.phases.length;
  const onPhase = (phase: number) => (session.phases.includes(phase) ? share : 0);
  return {
    ...limitsOf(session),
    ...asked(normal, session, session.ceilingWithMinimumWh, session.targets),
    minChargeW: session.minChargeW,
    floorWh: session.floorWh - session.startWh,
    ceilingWh: session.ceilingWithMinimumWh - session.startWh,
    occupancyCost: exact
      ? Float64Array.from({ length: window }, (_, k) => {
          occupied += weight(k);
          return occupied;
        })
      : null,
    chargeCostPerKwh: linear
      ? Float64Array.from(
          { length: window },
          (_, k) => (weight(k) * session.chargeEfficiency * 1000) / session.needWh,
        )
      : null,
    phaseShare: [onPhase(1), onPhase(2), onPhase(3)],
    groups,
  };
}

function storeDevice(normal: NormalProblem, store: NormalStore): Device {
  const device = { ...store, firstSlot: 0, endSlot: normal.slots, minChargeW: 0 };
  const targets = [{ endSlot: normal.slots, contentWh: store.endWh }];
  return {
    ...limitsOf(device),
    ...asked(normal, device, store.ceilingWh, targets),
    minChargeW: 0,
    floorWh: store.floorWh - store.startWh,
    ceilingWh: store.ceilingWh - store.startWh,
    occupancyCost: null,
    chargeCostPerKwh: null,
    phaseShare: [1 / 3, 1 / 3, 1 / 3],
    groups: [],
  };
}

type Limits = Pick<
  Device,
  | 'firstSlot'
  | 'endSlot'
  | 'maxChargeW'
  | 'chargeLimitW'
  | 'maxDischargeW'
  | 'chargeEfficiency'
  | 'dischargeEfficiency'
  | 'wearCostPerKwh'
>;

function limitsOf(device: Limits): Limits {
  const { firstSlot, endSlot, maxChargeW, chargeLimitW, maxDischargeW } = device;
  const { chargeEfficiency, dischargeEfficiency, wearCostPerKwh } = device;
  return {
    firstSlot,
    endSlot,
    maxChargeW,
    chargeLimitW,
    maxDischargeW,
    chargeEfficiency,
    dischargeEfficiency,
    wearCostPerKwh,
  };
}

interface Asking {
  firstSlot: number;
  endSlot: number;
  startWh: number;
  maxChargeW: number;
  chargeLimitW: Float64Array | null;
  minChargeW: number;
  maxDischargeW: number;
  chargeEfficiency: number;
}

function asked(
  { hours }: NormalProblem,
  device: Asking,
  ceilingWh: number,
  targets: readonly { endSlot: number; contentWh: number }[],
): Pick<Device, 'askedWh' | 'askedFromWh' | 'adjusted'> {
  const { firstSlot, endSlot, startWh } = device;
  const window = Math.max(0, endSlot - firstSlot);
  const askedWh = new Float64Array(window).fill(Number.NEGATIVE_INFINITY);
  let adjusted = false;
  for (const target of targets) {
    const k = Math.min(target.endSlot, endSlot) - firstSlot - 1;
    if (k < 0) continue;
    let reachWh = 0;
    for (let t = firstSlot; t <= firstSlot + k; t++)
      reachWh += chargeLimitOf(device, t) * hours[t]! * device.chargeEfficiency;
    const roomWh = ceilingWh - startWh;
    const gainWh = Math.min(target.contentWh - startWh, reachWh, roomWh);
    const possibleWh = inWholeSlots(device, hours, gainWh, roomWh);
    adjusted ||= possibleWh !== gainWh;
    askedWh[k] = Math.max(askedWh[k]!, possibleWh - ROUNDING_WH);
  }
  const askedFromWh = askedWh.slice();
  for (let k = window - 2; k >= 0; k--) askedFromWh[k] = Math.max(askedFromWh[k]!, askedFromWh[k + 1]!);
  return { askedWh, askedFromWh, adjusted };
}

/** The least gain that the minimum power can make of the need: in k slots at least k times the minimum, or what is next below it. */
function inWholeSlots(device: Asking, hours: Float64Array, gainWh: number, roomWh: number): number {
  const { minChargeW, maxChargeW, chargeLimitW, maxDischargeW, firstSlot, endSlot } = device;
  // Where discharge can trim, or slots differ in length or limit, other gains are possible too.
  const even = chargeLimitW === null && (firstSlot > 0 || endSlot <= 1 || hours[0] === hours[1]);
  if (minChargeW <= 0 || maxDischargeW > 0 || gainWh <= 2 * ROUNDING_WH || !even) return gainWh;
  const perW = hours[firstSlot]! * device.chargeEfficiency;
  const slots = Math.ceil((gainWh - 2 * ROUNDING_WH) / (maxChargeW * perW));
  const leastWh = slots * minChargeW * perW;
  if (leastWh <= gainWh) return gainWh;
  return leastWh <= roomWh + ROUNDING_WH ? leastWh : (slots - 1) * maxChargeW * perW;
}
