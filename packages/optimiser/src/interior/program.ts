/**
 * The linear models v1 to v4 as a block-arrow programme: every variable boxed, one block per vehicle or store, blocks coupled only
 * through the balance of each slot. Energies kWh, money in the problem's currency.
 *
 *   balance(t):   imp(t) - exp(t) + over(t) - sum c(n,t) + sum g(n,t) = base(t)
 *   peak(t):      imp(t) + over(t) + slack(t) - h P = h peak so far - used(t)             only with a capacity price; P kW, h hours
 *   row block:    eta_c sum c(k) - w + u = need                                           charge-only, one deadline
 *   chain block:  s(k) - s(k-1) - eta_c c(k) + g(k)/eta_d - (u(k) - u(k-1)) = 0 (start for k = 0)
 *
 * Sessions `apart` stand in rows t + slots of the grid that the rows t supply (supply-rows.ts).
 * over(t) is the base's excess over the import limit (level 1b), w energy beyond the need, s content, u what is missing to a target: the
 * content is s - u, s never below the target. A programme without shortfalls has no u: then every target that the device alone can reach is
 * reached. All variables stand in one flat array: imp, exp, over, [slack, P], then block after block c, [g], w or s, [u].
 */
import type { NormalProblem } from '../grid/index.ts';
import type { Block } from './block.ts';
import { type Device, devicesOf, isChain, isIdle } from './device.ts';
import { fillChain, fillRow } from './fill-block.ts';
import { fillApart, fillSupply, slotRoom } from './fill-supply.ts';

export interface BlockArrowProgram {
  /** Rows of balance: the slots of the grid, and again as many where GREEN sessions have slots of their own. */
  slots: number;
  gridSlots: number;
  /** Hours of a full slot. */
  slotHours: number;
  blocks: readonly Block[];
  /** Block of every session, then of every store; undefined where the device can do nothing. */
  devices: readonly (Block | undefined)[];
  /** The variable P; -1 without a capacity price. */
  peak: number;
  variables: number;
  multipliers: number;
  /** Per multiplier: base(t), [peak], then the blocks' rows. */
  rightHandSide: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  /** Level 3. */
  cost: Float64Array;
  /** True when it is time to stop, whatever is reached; absent: never. */
  late?: (() => boolean) | undefined;
}

export interface ProgramOptions {
  /** With a variable u for what is missing to each target. */
  shortfalls: boolean;
  /** With a variable u for what FAST sessions still need after each slot (earliest.ts gives it its range). */
  unmet?: boolean;
  /** Sessions that charge in slots of their own, supplied by surplus and from the grid (supply-rows.ts): only without a capacity price. */
  apart?: readonly number[];
  /** What the programme and those made of it are stopped by. */
  late?: (() => boolean) | undefined;
}

export function blockArrowProgram(
  normal: NormalProblem,
  { shortfalls, unmet = false, apart = [], late }: ProgramOptions = { shortfalls: false },
): BlockArrowProgram {
  const { slots: gridSlots } = normal;
  const slots = apart.length > 0 ? 2 * gridSlots : gridSlots;
  const devices = devicesOf(normal);
  const peak = normal.site.capacityPricePerKw > 0 ? 4 * slots : -1;
  let variables = peak < 0 ? 3 * slots : peak + 1;
  let multipliers = peak < 0 ? slots : 2 * slots;
  const isApart = new Set(apart);
  const placed = devices.map((device, i): Block | undefined => {
    if (isIdle(device)) return undefined;
    const block = blockOf(device, variables, multipliers, shortfalls || (unmet && device.fastWh !== null));
    if (isApart.has(i)) block.firstSlot += gridSlots;
    variables = block.end;
    multipliers += block.kind === 'row' ? 1 : block.window;
    return block;
  });
  const program: BlockArrowProgram = {
    slots,
    gridSlots,
    slotHours: normal.slotHours,
    blocks: placed.filter((block) => block !== undefined),
    devices: placed,
    peak,
    variables,
    multipliers,
    rightHandSide: new Float64Array(multipliers),
    lower: new Float64Array(variables),
    upper: new Float64Array(variables),
    cost: new Float64Array(variables),
    late,
  };
  const room = slotRoom(normal, devices);
  fillSupply(program, normal, room);
  if (apart.length > 0)
    fillApart(
      program,
      normal,
      apart.map((i) => devices[i]!),
    );
  placed.forEach((block, i) => {
    if (block?.kind === 'row') fillRow(program, block, normal, devices[i]!, room);
    else if (block !== undefined) fillChain(program, block, normal, devices[i]!, room, shortfalls);
  });
  return program;
}

function blockOf(device: Device, variable: number, multiplier: number, shortfalls: boolean): Block {
  const kind = isChain(device) ? 'chain' : 'row';
  const window = device.endSlot - device.firstSlot;
  const perRow = kind === 'row' ? 1 : window;
  const discharge = device.maxDischargeW > 0 ? variable + window : -1;
  const content = variable + (discharge < 0 ? window : 2 * window);
  return {
    kind,
    firstSlot: device.firstSlot,
    window,
    charge: variable,
    discharge,
    content,
    shortfall: shortfalls ? content + perRow : -1,
    end: content + (shortfalls ? 2 : 1) * perRow,
    multiplier,
    chargeEfficiency: device.chargeEfficiency,
    dischargeEfficiency: device.dischargeEfficiency,
  };
}
