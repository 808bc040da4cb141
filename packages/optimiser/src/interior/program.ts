/**
 * The linear models v1 to v4 as a block-arrow programme: every variable boxed, one block per vehicle or store, blocks coupled only
 * through the balance of each slot. Energies kWh, money in the problem's currency.
 *
 *   coupling row t:  imp(t) - exp(t) - sum c(n,t) + sum g(n,t) = base(t)
 *   row block n:     eta_c sum_t c(n,t) - w(n) = need(n)                  charge-only, one deadline; w = energy beyond the need
 *   chain block n:   s(k) - s(k-1) - eta_c c(k) + g(k)/eta_d = 0 (start for k = 0)
 *
 * Variables stand in one flat array: imp, exp, then block after block: c, [g], then w (row) or s (chain).
 */
import type { NormalProblem, NormalSession, NormalStore } from '../grid/index.ts';

export interface Block {
  kind: 'row' | 'chain';
  /** First slot and number of slots of the window. */
  firstSlot: number;
  window: number;
  /** First variable of c; of g, or -1; of w (one) or s (window of them). */
  charge: number;
  discharge: number;
  content: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  /** row: energy into the battery that is needed, kWh. chain: content at the start, kWh. */
  rightHandSide: number;
  /** First multiplier (row: one, chain: window of them). */
  multiplier: number;
}

export interface BlockArrowProgram {
  slots: number;
  baseKwh: Float64Array;
  blocks: readonly Block[];
  /** Block of every session, then of every store; undefined where the window is empty. */
  devices: readonly (Block | undefined)[];
  variables: number;
  multipliers: number;
  lower: Float64Array;
  upper: Float64Array;
  cost: Float64Array;
}

/** A boxed programme needs a finite import limit where the site has none; nothing can use more than this. */
function importBoundKwh(normal: NormalProblem, slot: number): number {
  const { site, hours } = normal;
  if (Number.isFinite(site.netCeilingW[slot]!)) return (site.netCeilingW[slot]! * hours[slot]!) / 1000;
  let mostW = Math.max(0, site.baseW[slot]!) + 1;
  for (const session of normal.sessions) mostW += session.maxChargeW;
  for (const store of normal.stores) mostW += store.maxChargeW;
  return (mostW * hours[slot]!) / 1000;
}

export function blockArrowProgram(normal: NormalProblem): BlockArrowProgram {
  const { slots, hours, site } = normal;
  const lower: number[] = [];
  const upper: number[] = [];
  const cost: number[] = [];
  const add = (least: number, most: number, price: number) => {
    lower.push(least);
    upper.push(most);
    return cost.push(price) - 1;
  };
  for (let t = 0; t < slots; t++) {
    const ceilingKwh = importBoundKwh(normal, t);
    add(0, Math.max(0, ceilingKwh), site.importPricePerKwh[t]!);
  }
  for (let t = 0; t < slots; t++) {
    const ceilingKwh = importBoundKwh(normal, t);
    const floorKwh = (site.netFloorW[t]! * hours[t]!) / 1000;
    add(Math.max(0, -ceilingKwh), Math.max(0, -floorKwh), -site.exportPricePerKwh[t]!);
  }

  const blocks: Block[] = [];
  let multipliers = slots;
  const place = (device: Device): Block | undefined => {
    const block = blockOf(device, normal, multipliers, add);
    if (block === undefined) return undefined;
    blocks.push(block);
    multipliers += block.kind === 'row' ? 1 : block.window;
    return block;
  };
  const devices = [
    ...normal.sessions.map((session) => place(sessionDevice(normal, session))),
    ...normal.stores.map((store) => place(storeDevice(normal, store))),
  ];
  return {
    slots,
    baseKwh: site.baseW.map((watts, t) => (watts * hours[t]!) / 1000),
    blocks,
    devices,
    variables: cost.length,
    multipliers,
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    cost: Float64Array.from(cost),
  };
}

interface Device {
  firstSlot: number;
  endSlot: number;
  maxChargeW: number;
  maxDischargeW: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  startWh: number;
  floorWh: number;
  ceilingWh: number;
  /** Least content at the end of slot endSlot - 1, Wh. */
  targets: readonly { endSlot: number; contentWh: number }[];
  wearCostPerKwh: number;
  /** Currency per kWh charged in the k-th slot of the window (linear occupancy, D4.2 O4 corrected). */
  chargeCost: (k: number) => number;
}

function sessionDevice(normal: NormalProblem, session: NormalSession): Device {
  const perSlot = normal.site.opportunityCostPerSlot;
  const weighs = perSlot > 0 && normal.opportunity === 'linear' && session.needWh > 0;
  const perKwh = weighs ? (session.chargeEfficiency * 1000 * perSlot) / session.needWh : 0;
  return { ...session, chargeCost: (k) => perKwh * (session.occupiedSlots + k) };
}

function storeDevice(normal: NormalProblem, store: NormalStore): Device {
  return {
    ...store,
    firstSlot: 0,
    endSlot: normal.slots,
    targets: [{ endSlot: normal.slots, contentWh: store.endWh }],
    chargeCost: () => 0,
  };
}

function blockOf(
  device: Device,
  normal: NormalProblem,
  multiplier: number,
  add: (least: number, most: number, price: number) => number,
): Block | undefined {
  const window = device.endSlot - device.firstSlot;
  const mayCharge = device.maxChargeW > 0 && device.ceilingWh > device.startWh;
  if (window <= 0 || (!mayCharge && device.maxDischargeW === 0)) return undefined;
  const kwh = (watts: number, k: number) => (watts * normal.hours[device.firstSlot + k]!) / 1000;
  const early = device.targets.some(
    (target) => target.endSlot < device.endSlot && target.contentWh > device.startWh,
  );
  const kind = device.maxDischargeW > 0 || early ? 'chain' : 'row';
  const charge = add(0, kwh(device.maxChargeW, 0), device.chargeCost(0));
  for (let k = 1; k < window; k++) add(0, kwh(device.maxChargeW, k), device.chargeCost(k));
  let discharge = -1;
  if (device.maxDischargeW > 0) {
    discharge = add(0, kwh(device.maxDischargeW, 0), device.wearCostPerKwh);
    for (let k = 1; k < window; k++) add(0, kwh(device.maxDischargeW, k), device.wearCostPerKwh);
  }
  const shape = {
    kind,
    firstSlot: device.firstSlot,
    window,
    charge,
    discharge,
    chargeEfficiency: device.chargeEfficiency,
    dischargeEfficiency: device.dischargeEfficiency,
    multiplier,
  } as const;
  // What the device can have at most by the end of its k-th slot; a target above it is cut, because nobody else could help.
  const gainWh = (slots: number) => {
    let wh = 0;
    for (let k = 0; k < slots; k++) wh += kwh(device.maxChargeW, k) * 1000 * device.chargeEfficiency;
    return Math.min(wh, device.ceilingWh - device.startWh);
  };
  if (kind === 'row') {
    const mostWh = gainWh(window);
    const askedWh = device.targets.reduce(
      (most, target) => Math.max(most, target.contentWh - device.startWh),
      0,
    );
    const needWh = Math.min(askedWh, mostWh);
    const beyondWh = Math.max(0, Math.min(device.ceilingWh - device.startWh, mostWh) - needWh);
    return { ...shape, content: add(0, beyondWh / 1000, 0), rightHandSide: needWh / 1000 };
  }
  const least = new Float64Array(window).fill(device.floorWh);
  for (const target of device.targets) {
    const k = target.endSlot - device.firstSlot - 1;
    if (k >= 0) least[k] = Math.max(least[k]!, Math.min(target.contentWh, device.startWh + gainWh(k + 1)));
  }
  const content = add(least[0]! / 1000, device.ceilingWh / 1000, 0);
  for (let k = 1; k < window; k++) add(least[k]! / 1000, device.ceilingWh / 1000, 0);
  return { ...shape, content, rightHandSide: device.startWh / 1000 };
}
