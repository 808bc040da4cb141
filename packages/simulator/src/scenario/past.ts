/** A time that is over, in quarter hours: what every car took when its energy was put where it was cheapest within its stay. */
import { valueAt } from '../series/series.ts';
import { type AtOnce, chargedAtOnce } from './at-once.ts';
import type { Stay } from './traffic.ts';
import type { SiteWorld } from './world.ts';

const QUARTER_MS = 900_000;
const HOURS = 0.25;

export interface PastStay {
  readonly stay: Stay;
  /** Energy since plugging in at the ends of quarter hours, ascending; the first is 0 at plugging in, the last at leaving. */
  readonly readings: readonly { readonly atMs: number; readonly energyWh: number }[];
}

/** The stays of a site that ended before `endMs`. The limit is kept in every quarter hour; nobody gets more than charging at once would have given. */
export function pastOf(world: SiteWorld, endMs: number): readonly PastStay[] {
  const { limitW } = world.site;
  const possible: AtOnce = chargedAtOnce(world, endMs, () => limitW);
  const usedW = new Map<number, number>();
  const done = world.stays.filter((stay) => stay.unplugMs < endMs);
  return done
    .toSorted((a, b) => a.unplugMs - b.unplugMs)
    .map((stay) => ({
      stay,
      readings: readingsOf(world, stay, Math.min(stay.needWh, possible.energyWh.get(stay.id) ?? 0), usedW),
    }))
    .toSorted((a, b) => a.stay.plugInMs - b.stay.plugInMs);
}

function readingsOf(world: SiteWorld, stay: Stay, energyWh: number, usedW: Map<number, number>) {
  const quarters: { readonly atMs: number; readonly mostWh: number; readonly price: number }[] = [];
  const firstMs = Math.ceil(stay.plugInMs / QUARTER_MS) * QUARTER_MS;
  const { ac, dc } = stay.arrival.vehicle;
  const carW =
    stay.plug.currentType === 'DC' && dc !== undefined
      ? dc.batteryV * dc.maxCurrentA
      : Math.min(ac.phases, stay.plug.phases) * Math.min(ac.maxCurrentA, stay.plug.maxCurrentA) * 230;
  for (let atMs = firstMs; atMs + QUARTER_MS <= stay.unplugMs; atMs += QUARTER_MS) {
    const baseW = valueIn(world.baseW, atMs) - valueIn(world.pvW, atMs);
    const roomW = world.site.limitW - baseW - (usedW.get(atMs) ?? 0);
    const mostWh = Math.max(0, Math.min(roomW, stay.plug.maxW, carW * 0.9)) * HOURS;
    quarters.push({ atMs, mostWh, price: valueIn(world.importPrice, atMs) });
  }
  const takes = new Map<number, number>();
  let leftWh = energyWh;
  for (const { atMs, mostWh } of quarters.toSorted((a, b) => a.price - b.price || a.atMs - b.atMs)) {
    const wh = Math.min(leftWh, mostWh);
    if (wh <= 0) continue;
    leftWh -= wh;
    takes.set(atMs, wh);
    usedW.set(atMs, (usedW.get(atMs) ?? 0) + wh / HOURS);
  }
  const readings = [{ atMs: stay.plugInMs, energyWh: 0 }];
  let totalWh = 0;
  for (const { atMs } of quarters) {
    totalWh += takes.get(atMs) ?? 0;
    readings.push({ atMs: atMs + QUARTER_MS, energyWh: Math.round(totalWh) });
  }
  const last = readings.at(-1)!;
  if (last.atMs < stay.unplugMs) readings.push({ atMs: stay.unplugMs, energyWh: last.energyWh });
  return readings;
}

const valueIn = (series: SiteWorld['baseW'], atMs: number) =>
  series === undefined ? 0 : (valueAt(series, atMs) ?? 0);
