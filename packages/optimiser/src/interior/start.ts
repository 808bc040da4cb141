/**
 * Where the iteration starts: every device gets what it needs evenly over its window, discharges little, and the supply follows, all of
 * it kept away from the bounds. Multipliers start at a fraction of the mean price. Both shorten the way, neither is needed for convergence.
 */
import type { Block } from './block.ts';
import type { Iterate } from './iterate.ts';
import type { BlockArrowProgram } from './program.ts';

/** Least distance from a bound, as a share of the range. */
const AWAY = 0.2;
const DISCHARGE_SHARE = 0.1;
/** Of the mean price. */
const MULTIPLIER_SHARE = 0.2;
/** Import and export at once at the start, kWh: the supply's distance from its lower bounds. */
const IDLE_KWH = 1;

/** @param b right-hand sides for variables that start at 0 */
export function placeStart(
  program: BlockArrowProgram,
  b: Float64Array,
  { x, zl, zu, range, cost }: Iterate,
): void {
  const { slots, blocks, peak } = program;
  const netKwh = b.slice(0, slots);
  const inside = (j: number, value: number) => {
    const width = range[j]!;
    x[j] = width === 0 ? 0 : Math.min((1 - AWAY) * width, Math.max(AWAY * width, value));
    return x[j]!;
  };
  for (const block of blocks) placeBlock(block, b, range, inside, netKwh);
  for (let t = program.gridSlots; t < slots; t++) netKwh[t - program.gridSlots]! += netKwh[t]!;
  let price = 0;
  for (let t = 0; t < slots; t++) {
    const idle = IDLE_KWH + 0.1 * Math.abs(netKwh[t]!);
    inside(t, Math.max(0, netKwh[t]!) + idle);
    const exported = range[slots + t]!;
    x[slots + t] = Math.min(exported / 2, Math.max(0, -netKwh[t]!) + idle);
    x[2 * slots + t] = range[2 * slots + t]! / 2;
    price += (Math.abs(cost[t]!) + Math.abs(cost[slots + t]!)) / (2 * slots);
  }
  if (peak >= 0) for (let j = 3 * slots; j <= peak; j++) x[j] = range[j]! / 2;
  let z = MULTIPLIER_SHARE * price;
  if (z === 0) z = 1;
  for (let j = 0; j < range.length; j++) {
    if (range[j] === 0) continue;
    zl[j] = z;
    zu[j] = z;
  }
}

function placeBlock(
  block: Block,
  b: Float64Array,
  range: Float64Array,
  inside: (variable: number, value: number) => number,
  netKwh: Float64Array,
): void {
  const { charge, discharge, content, shortfall, end, window, firstSlot, multiplier } = block;
  const { chargeEfficiency: eta } = block;
  if (block.kind === 'row') {
    const even = b[multiplier]! / (eta * window);
    for (let k = 0; k < window; k++) netKwh[firstSlot + k]! += inside(charge + k, even);
    inside(content, 0);
    if (shortfall >= 0) inside(shortfall, 0);
    return;
  }
  let gain = 0;
  for (let k = 0; k < window; k++) gain -= b[multiplier + k]!;
  gain = Math.max(0, gain + 0.2 * range[content + window - 1]!) / window;
  let before = 0;
  for (let k = 0; k < window; k++) {
    const g = discharge < 0 ? 0 : inside(discharge + k, DISCHARGE_SHARE * range[discharge + k]!);
    const lost = g / block.dischargeEfficiency;
    const c = inside(charge + k, (gain + lost) / eta);
    before = inside(content + k, b[multiplier + k]! + before + eta * c - lost);
    netKwh[firstSlot + k]! += c - g;
  }
  if (shortfall >= 0) for (let j = shortfall; j < end; j++) inside(j, 0);
}
