/** The cars of a scenario without SMAC: everybody charges at once, sharing fairly, under the same limit and with the same plugs. */
import type { Connection } from '../ev/connection.ts';
import { valueAt } from '../series/series.ts';
import { connectionOf, servedW, socAfter, wantedW } from './car-at-plug.ts';
import type { Stay } from './traffic.ts';
import type { SiteWorld } from './world.ts';

const STEP_MS = 60_000;
const HOURS = STEP_MS / 3_600_000;

interface Present {
  readonly stay: Stay;
  readonly connection: Connection;
  readonly startMs: number;
  soc: number;
  gotWh: number;
}

export interface AtOnce {
  /** Mains energy per stay, Wh. */
  readonly energyWh: ReadonlyMap<string, number>;
  /** What that costs, by the import price, in the currency of the site. */
  readonly cost: number;
  readonly peakW: number;
}

/** @param limitW of net import at an instant */
export function chargedAtOnce(world: SiteWorld, endMs: number, limitW: (atMs: number) => number): AtOnce {
  const energyWh = new Map<string, number>();
  const waiting = [...world.stays];
  let present: Present[] = [];
  let cost = 0;
  let peakW = 0;
  const firstMs = waiting[0]?.plugInMs ?? endMs;
  for (let atMs = firstMs; atMs < endMs; atMs += STEP_MS) {
    present = present.filter((car) => car.stay.unplugMs > atMs);
    while (waiting[0] !== undefined && waiting[0].plugInMs <= atMs) {
      const stay = waiting.shift()!;
      if (stay.unplugMs <= atMs) continue;
      const { vehicle, soc } = stay.arrival;
      const connection = connectionOf(world, stay);
      const startMs = atMs + connection.startS * 1000 + vehicle.behaviour.delayS * 1000 + 60_000;
      present.push({ stay, connection, startMs, soc, gotWh: 0 });
    }
    const baseW = powerIn(world.baseW, atMs) - powerIn(world.pvW, atMs);
    const powers = shared(present, atMs, Math.max(0, limitW(atMs) - baseW), (car) =>
      servedW(world, car.stay, car.connection.minW, atMs),
    );
    let carsW = 0;
    for (const [n, car] of present.entries()) {
      const powerW = powers[n]!;
      carsW += powerW;
      car.gotWh += powerW * HOURS;
      car.soc = socAfter(car.stay, car.connection, car.soc, powerW, STEP_MS);
      energyWh.set(car.stay.id, car.gotWh);
    }
    const netW = Math.max(0, baseW + carsW);
    peakW = Math.max(peakW, netW);
    cost += (netW - Math.max(0, baseW)) * HOURS * (valueAt(world.importPrice, atMs) ?? 0) * 0.001;
  }
  return { energyWh, cost, peakW };
}

const powerIn = (series: SiteWorld['baseW'], atMs: number) =>
  series === undefined ? 0 : (valueAt(series, atMs) ?? 0);

/** First come, first served with the smallest power, then equal shares. */
function shared(
  present: readonly Present[],
  atMs: number,
  budgetW: number,
  mostW: (car: Present) => number,
): number[] {
  const wantedW = present.map((car) => Math.min(wantedOf(car, atMs), mostW(car)));
  const powers = present.map(() => 0);
  let leftW = budgetW;
  for (const [n, car] of present.entries()) {
    const leastW = Math.min(wantedW[n]!, car.connection.minW);
    if (leastW <= 0 || leastW > leftW) continue;
    powers[n] = leastW;
    leftW -= leastW;
  }
  let open = present.map((_, n) => n).filter((n) => powers[n]! > 0 && wantedW[n]! > powers[n]!);
  while (open.length > 0 && leftW > 1) {
    const share = leftW / open.length;
    for (const n of open) {
      const more = Math.min(share, wantedW[n]! - powers[n]!);
      powers[n]! += more;
      leftW -= more;
    }
    open = open.filter((n) => wantedW[n]! - powers[n]! > 1);
  }
  return powers;
}

function wantedOf({ stay, connection, startMs, soc, gotWh }: Present, atMs: number): number {
  const leftWh = (stay.arrival.wishWh ?? Number.POSITIVE_INFINITY) - gotWh;
  if (atMs < startMs || leftWh <= 0) return 0;
  // The last minute of a need may be shorter than the smallest power would make it.
  return Math.min(wantedW(stay, connection, soc), leftWh / HOURS);
}
