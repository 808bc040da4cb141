/**
 * Which way each slot with inverted prices goes: the only integers that price inversion brings, one per slot.
 *
 * Once it is fixed that slot t imports (net >= 0, at the import price) or exports (net <= 0, at the export price), the problem is linear again
 * and a linear engine solves it exactly. First guesses: a slot imports when its relaxed net power lies above a threshold between lo and hi, for
 * several thresholds, because the relaxed optimum keeps to lo and hi where it is sure and is anywhere between where it is not. Then the
 * slots that are nearest to 0 are turned one by one, as long as that pays. How many problems that may take goes by the size of the fleet.
 */
import type { Solution } from '../engine/engine.ts';
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import type { Device } from './device.ts';
import { netRange } from './relaxation.ts';

/** Solves a linear problem; null when there is no proved solution. */
export type LinearSolve = (problem: NormalProblem) => Promise<Solution | null>;

/** Thresholds between lo (0) and hi (1). */
const THRESHOLDS = [0.5, 0.62, 0.75, 0.9];
/** Linear problems times devices: about a second. */
const SOLVES_TIMES_DEVICES = 6000;
const LEAST_SOLVES = 3;
const MOST_SOLVES = 40;
const ROUNDING_W = 1;

/**
 * @param problem the problem to plan
 * @param relaxed its relaxation, whose prices are chords in the inverted slots
 * @param optimum of the relaxation
 * @returns powers that keep one direction per slot; those of the relaxation when there is nothing to decide or no choice was found
 */
export async function chooseDirections(
  problem: NormalProblem,
  relaxed: NormalProblem,
  devices: readonly Device[],
  optimum: PowerMatrix,
  solve: LinearSolve,
): Promise<PowerMatrix> {
  const { importPricePerKwh, exportPricePerKwh } = problem.site;
  const { low, high } = netRange(problem, devices);
  const undecided = Array.from(low.keys()).filter(
    (t) => importPricePerKwh[t]! < exportPricePerKwh[t]! && low[t]! < 0 && high[t]! > 0,
  );
  if (undecided.length === 0) return optimum;
  let left = Math.max(LEAST_SOLVES, Math.min(MOST_SOLVES, SOLVES_TIMES_DEVICES / devices.length));
  const solved = async (imports: ReadonlySet<number>): Promise<Choice | null> => {
    if (--left < 0) return null;
    const solution = await solve(directed(problem, relaxed, undecided, imports));
    return solution?.bound == null ? null : { powers: solution.powers, cost: solution.bound, imports };
  };
  const relaxedNetW = netPower(problem, optimum);
  let best = await solved(new Set(undecided.filter((t) => relaxedNetW[t]! > 0)));
  for (const share of THRESHOLDS) {
    const above = (t: number) => relaxedNetW[t]! - low[t]! >= share * (high[t]! - low[t]!);
    best = cheaper(best, await solved(new Set(undecided.filter(above))));
  }
  for (let turned = best; turned !== null; ) {
    best = turned;
    turned = null;
    const netW = netPower(problem, best.powers);
    const nearest = [...undecided].sort((a, b) => Math.abs(netW[a]!) - Math.abs(netW[b]!) || a - b);
    for (const t of nearest) {
      if (left < 1 || turned !== null) break;
      const imports = new Set(best.imports);
      if (!imports.delete(t)) imports.add(t);
      const other = await solved(imports);
      if (cheaper(best, other) === other) turned = other;
    }
  }
  return best === null ? optimum : best.powers;
}

interface Choice {
  powers: PowerMatrix;
  cost: number;
  imports: ReadonlySet<number>;
}

function cheaper(one: Choice | null, other: Choice | null): Choice | null {
  if (one === null || other === null) return one ?? other;
  return other.cost < one.cost - 1e-9 * Math.max(1, Math.abs(one.cost)) ? other : one;
}

function directed(
  problem: NormalProblem,
  relaxed: NormalProblem,
  undecided: readonly number[],
  imports: ReadonlySet<number>,
): NormalProblem {
  const importPricePerKwh = relaxed.site.importPricePerKwh.slice();
  const exportPricePerKwh = relaxed.site.exportPricePerKwh.slice();
  const netCeilingW = relaxed.site.netCeilingW.slice();
  const netFloorW = relaxed.site.netFloorW.slice();
  for (const t of undecided) {
    const importing = imports.has(t);
    const price = importing ? problem.site.importPricePerKwh[t]! : problem.site.exportPricePerKwh[t]!;
    importPricePerKwh[t] = price;
    exportPricePerKwh[t] = price;
    if (importing) netFloorW[t] = Math.max(0, netFloorW[t]!);
    else netCeilingW[t] = Math.min(0, netCeilingW[t]!);
  }
  const site = { ...relaxed.site, importPricePerKwh, exportPricePerKwh, netCeilingW, netFloorW };
  return { ...relaxed, site };
}

function netPower({ site, slots }: NormalProblem, { powerW, storePowerW }: PowerMatrix): Float64Array {
  const netW = site.baseW.slice();
  for (const powers of [...powerW, ...storePowerW]) for (let t = 0; t < slots; t++) netW[t]! += powers[t]!;
  return netW;
}

/** Some engines take for granted that charging cannot fall below the floor; with a direction it can. */
export function keepsFloor(problem: NormalProblem, powers: PowerMatrix): boolean {
  return netPower(problem, powers).every((netW, t) => netW >= problem.site.netFloorW[t]! - ROUNDING_W);
}
