/** What the cars of a scenario could have got: everybody charges at once, sharing fairly, under the same limit and with the same plugs. */
import { acceptedBy } from '../ev/charge-curve.ts';
import { acConnection, type Connection, dcConnection, toBatteryW, toMainsW } from '../ev/connection.ts';
import { valueAt } from '../series/series.ts';
import { wallOfEpoch } from '../series/wall-time.ts';
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

export interface Feasible {
  /** Mains energy per stay, Wh. */
  readonly energyWh: ReadonlyMap<string, number>;
  /** What that costs, by the import price, in the currency of the site. */
  readonly cost: number;
  readonly peakW: number;
}

/** @param limitW of net import at an instant */
export function feasible(world: SiteWorld, endMs: number, limitW: (atMs: number) => number): Feasible {
  const evses = new Map(
    world.stations.flatMap(({ id, options }) => options.evses.map((evse) => [`${id} ${evse.evseId}`, evse])),
  );
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
      const evse = evses.get(`${stay.plug.stationId} ${stay.plug.evseId}`)!;
      const connection =
        evse.dcCharger !== undefined && vehicle.dc !== undefined
          ? dcConnection(vehicle.dc, evse.dcCharger, { voltageV: 230 })
          : acConnection(
              { ...vehicle.ac, maxCurrentA: Math.min(vehicle.ac.maxCurrentA, evse.maxCurrentA) },
              vehicle.behaviour,
              0,
              { phases: evse.phases, voltageV: 230 },
            );
      const startMs = atMs + connection.startS * 1000 + vehicle.behaviour.delayS * 1000 + 60_000;
      present.push({ stay, connection, startMs, soc, gotWh: 0 });
    }
    const baseW = powerIn(world.baseW, atMs) - powerIn(world.pvW, atMs);
    const hour = hourAt(atMs, world.site.timeZone);
    const powers = shared(present, atMs, Math.max(0, limitW(atMs) - baseW), (car) =>
      servedW(world, car, hour),
    );
    let carsW = 0;
    for (const [n, car] of present.entries()) {
      const powerW = powers[n]!;
      carsW += powerW;
      car.gotWh += powerW * HOURS;
      car.soc = Math.min(
        1,
        car.soc + (toBatteryW(car.connection, powerW) * HOURS) / car.stay.arrival.vehicle.capacityWh,
      );
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

function hourAt(atMs: number, timeZone: string): number {
  const { hour, minute } = wallOfEpoch(atMs, timeZone);
  return hour + minute / 60;
}

/** What the hours of service leave a plug. */
function servedW({ site }: SiteWorld, { stay, connection }: Present, hour: number): number {
  let mostW = Number.POSITIVE_INFINITY;
  for (const { group, fromHour, toHour, maxW } of site.strategy) {
    if (group !== stay.plug.group || maxW === undefined) continue;
    const holds = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
    if (holds) mostW = Math.min(mostW, maxW);
  }
  return mostW < connection.minW ? 0 : mostW;
}

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
  const { arrival } = stay;
  const leftWh = (arrival.wishWh ?? Number.POSITIVE_INFINITY) - gotWh;
  if (atMs < startMs || leftWh <= 0 || soc >= (arrival.maxSoc ?? 1)) return 0;
  const acceptedW = toMainsW(connection, acceptedBy(arrival.vehicle.curve, soc));
  const wantedW = Math.min(connection.maxW, acceptedW, leftWh / HOURS);
  // The last minute of a need may be shorter than the smallest power would make it.
  return wantedW < connection.minW && leftWh / HOURS > connection.minW ? 0 : wantedW;
}
