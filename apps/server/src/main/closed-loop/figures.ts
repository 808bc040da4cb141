/** What a played scenario came to, site by site. */
import { valueAt } from '@smac/simulator';
import { attainable, chargedAtOnce, type Fleet, type SiteWorld } from '@smac/simulator/scenario';

export interface SiteFigures {
  readonly siteId: string;
  readonly currency: string;
  readonly limitW: number;
  /** Seconds above the limit later than 60 s after it was cut; the first of them, s from the start. */
  readonly overLimitSeconds: number;
  readonly firstOverS: number | undefined;
  readonly worstOverW: number;
  readonly hasFuseMelted: boolean;
  /** Stays that ended while it was recorded: the others had not been promised anything for now. */
  readonly stays: number;
  readonly askedWh: number;
  readonly deliveredWh: number;
  /** What each of these cars would have got alone at the site, at full power all its stay, summed. */
  readonly aloneWh: number;
  /** The most that all of them together could have got below the limit, had everything been known beforehand. */
  readonly togetherWh: number;
  /** Energy of every stay up to what it could have got alone, over `togetherWh`. */
  readonly needsMet: number;
  /** Stays that got at least 99 % of what they could have got alone. */
  readonly staysMet: number;
  /** Given back by all cars, those that are still there included. */
  readonly exportedWh: number;
  /** Through all plugs, cars that are still there included; what was given back subtracts. */
  readonly evWh: number;
  readonly peakW: number;
  /** Of the cars' energy at the site's import price, per kWh; and of the same cars charging at once. */
  readonly costPerKwh: number;
  readonly atOnceCostPerKwh: number;
  readonly atOnceWh: number;
  /** Stays that miss most of what they could have got alone, for a person who looks for the reason. */
  readonly worst: readonly { readonly id: string; readonly gotWh: number; readonly aloneWh: number }[];
}

/** A limit may be passed by the resolution of meters and pilots, W. */
const TOLERANCE_W = 50;
const GRACE_S = 60;
const QUARTER_S = 900;

export function siteFigures(fleet: Fleet, world: SiteWorld, endMs: number): SiteFigures {
  const supply = fleet.supply(world.site.id);
  const { record } = supply;
  const over = record.overLimitSeconds(TOLERANCE_W, GRACE_S);
  const secondOf = (atMs: number) => Math.floor((atMs - record.startMs) / 1000);
  const plugs = new Set(world.plugs.map(({ uid }) => uid));
  const results = fleet.results.filter(({ stay }) => plugs.has(stay.plug.uid));
  const possible = attainable(
    world,
    results.map(({ stay }) => stay),
    {
      roomWh: (fromMs, toMs) => record.roomWh(secondOf(fromMs), secondOf(toMs)),
      darkness: fleet.darkness,
      knownWh: new Map(
        results.flatMap(({ isCut, stay, deliveredWh }) =>
          isCut ? [[stay.id, Math.max(0, deliveredWh)]] : [],
        ),
      ),
      endMs,
    },
  );
  const rows = results
    .filter(({ isCut }) => !isCut)
    .map(({ stay, deliveredWh }) => ({
      id: stay.id,
      gotWh: deliveredWh,
      askedWh: stay.needWh,
      aloneWh: possible.aloneWh.get(stay.id) ?? 0,
    }));
  const sum = (pick: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + pick(row), 0);
  const limitAt = (atMs: number) => {
    const second = secondOf(atMs);
    return second >= 0 && second < record.seconds ? record.limitW(second) : world.site.limitW;
  };
  const atOnce = chargedAtOnce(world, endMs, limitAt);
  const atOnceWh = [...atOnce.energyWh.values()].reduce((total, each) => total + each, 0);
  const { cost, peakW } = costOf(fleet, world);
  return {
    siteId: world.site.id,
    currency: world.site.currency,
    limitW: world.site.limitW,
    overLimitSeconds: over.length,
    firstOverS: over[0],
    worstOverW: Math.max(0, ...over.map((second) => record.netW(second) - record.limitW(second))),
    hasFuseMelted: supply.hasFuseMelted,
    stays: rows.length,
    askedWh: sum((row) => row.askedWh),
    deliveredWh: sum((row) => row.gotWh),
    aloneWh: sum((row) => row.aloneWh),
    togetherWh: possible.togetherWh,
    needsMet:
      possible.togetherWh < 1 ? 1 : sum((row) => Math.min(row.gotWh, row.aloneWh)) / possible.togetherWh,
    staysMet: rows.filter((row) => row.gotWh >= 0.99 * row.aloneWh).length,
    exportedWh: results.reduce((total, { exportedWh }) => total + exportedWh, 0),
    evWh: supply.evWh,
    peakW,
    costPerKwh: perKwh(cost, supply.evWh),
    atOnceCostPerKwh: perKwh(atOnce.cost, atOnceWh),
    atOnceWh,
    worst: rows
      .toSorted((a, b) => b.aloneWh - b.gotWh - (a.aloneWh - a.gotWh))
      .slice(0, 5)
      .map(({ id, gotWh, aloneWh }) => ({ id, gotWh, aloneWh })),
  };
}

const perKwh = (cost: number, wh: number) => (wh < 1 ? 0 : (cost / wh) * 1_000);

/** Of what the cars added to the import of every quarter hour. */
function costOf(fleet: Fleet, world: SiteWorld): { readonly cost: number; readonly peakW: number } {
  const { record } = fleet.supply(world.site.id);
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
  return { cost, peakW };
}
