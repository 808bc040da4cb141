/** What a played scenario came to, site by site. */
import { valueAt } from '@smac/simulator';
import { type Feasible, type Fleet, feasible, type SiteWorld } from '@smac/simulator/scenario';

export interface SiteFigures {
  readonly siteId: string;
  readonly currency: string;
  readonly stays: number;
  readonly limitW: number;
  /** Seconds above the limit later than 60 s after it was cut; the first of them, s from the start. */
  readonly overLimitSeconds: number;
  readonly firstOverS: number | undefined;
  readonly worstOverW: number;
  readonly hasFuseMelted: boolean;
  readonly askedWh: number;
  readonly deliveredWh: number;
  readonly feasibleWh: number;
  readonly exportedWh: number;
  /** Through all plugs, cars that are still there included; what was given back subtracts. */
  readonly evWh: number;
  /** Energy of every stay up to what was feasible for it, over what was feasible. */
  readonly needsMet: number;
  /** Stays that got at least 99 % of what was feasible. */
  readonly staysMet: number;
  readonly peakW: number;
  /** Of the cars' energy at the site's import price, and of the same cars charging at once. */
  readonly cost: number;
  readonly uncontrolledCost: number;
  /** Stays that got least of what was feasible, for a person who looks for the reason. */
  readonly worst: readonly { readonly id: string; readonly gotWh: number; readonly feasibleWh: number }[];
}

/** A limit may be passed by the resolution of meters and pilots, W. */
const TOLERANCE_W = 50;
const GRACE_S = 60;
const QUARTER_S = 900;

export function siteFigures(fleet: Fleet, world: SiteWorld, endMs: number): SiteFigures {
  const supply = fleet.supply(world.site.id);
  const { record } = supply;
  const over = record.overLimitSeconds(TOLERANCE_W, GRACE_S);
  const limitAt = (atMs: number) => {
    const second = Math.floor((atMs - record.startMs) / 1000);
    return second >= 0 && second < record.seconds ? record.limitW(second) : world.site.limitW;
  };
  const possible: Feasible = feasible(world, endMs, limitAt);
  // Who had not left yet had not been promised anything for now.
  const results = fleet.results.filter(
    ({ stay, isCut }) => !isCut && world.plugs.some(({ uid }) => uid === stay.plug.uid),
  );
  const rows = results.map(({ stay, deliveredWh, exportedWh }) => {
    const feasibleWh = Math.min(stay.needWh, possible.energyWh.get(stay.id) ?? 0);
    // What a bidirectional car gave back was not its need.
    return { id: stay.id, gotWh: deliveredWh, exportedWh, feasibleWh, needWh: stay.needWh };
  });
  const sum = (pick: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + pick(row), 0);
  const feasibleWh = sum((row) => row.feasibleWh);
  let cost = 0;
  let peakW = 0;
  for (let second = 0; second + QUARTER_S <= record.seconds; second += QUARTER_S) {
    const netW = record.meanW(second, second + QUARTER_S);
    const atMs = record.startMs + second * 1000;
    const baseW =
      (world.baseW === undefined ? 0 : (valueAt(world.baseW, atMs) ?? 0)) -
      (world.pvW === undefined ? 0 : (valueAt(world.pvW, atMs) ?? 0));
    peakW = Math.max(peakW, netW);
    cost +=
      ((Math.max(0, netW) - Math.max(0, baseW)) / 1000) * 0.25 * (valueAt(world.importPrice, atMs) ?? 0);
  }
  return {
    siteId: world.site.id,
    currency: world.site.currency,
    stays: rows.length,
    limitW: world.site.limitW,
    overLimitSeconds: over.length,
    firstOverS: over[0],
    worstOverW: Math.max(0, ...over.map((second) => record.netW(second) - record.limitW(second))),
    hasFuseMelted: supply.hasFuseMelted,
    askedWh: sum((row) => row.needWh),
    deliveredWh: sum((row) => row.gotWh),
    feasibleWh,
    exportedWh: sum((row) => row.exportedWh),
    evWh: supply.evWh,
    needsMet: feasibleWh === 0 ? 1 : sum((row) => Math.min(row.gotWh, row.feasibleWh)) / feasibleWh,
    staysMet: rows.filter((row) => row.gotWh >= 0.99 * row.feasibleWh).length,
    peakW,
    cost,
    uncontrolledCost: possible.cost,
    worst: [...rows]
      .sort((a, b) => b.feasibleWh - b.gotWh - (a.feasibleWh - a.gotWh))
      .slice(0, 5)
      .map(({ id, gotWh, feasibleWh: mostWh }) => ({ id, gotWh, feasibleWh: mostWh })),
  };
}
