/** What one car can take at its plug, seen from the mains. */
import { acceptedBy } from '../ev/charge-curve.ts';
import { acConnection, type Connection, dcConnection, toBatteryW, toMainsW } from '../ev/connection.ts';
import { wallOfEpoch } from '../series/wall-time.ts';
import type { Stay } from './traffic.ts';
import type { SiteWorld } from './world.ts';

const HOUR_MS = 3_600_000;
/** Without a diode in its plug a car keeps to 10 A (IEC 61851-1). */
const SIMPLIFIED_A = 10;

export function connectionOf(world: SiteWorld, { plug, arrival: { vehicle } }: Stay): Connection {
  const station = world.stations.find(({ id }) => id === plug.stationId)!;
  const evse = station.options.evses.find(({ evseId }) => evseId === plug.evseId)!;
  if (evse.dcCharger !== undefined && vehicle.dc !== undefined)
    return dcConnection(vehicle.dc, evse.dcCharger, { voltageV: 230 });
  const { lagA, isSimplified } = vehicle.behaviour;
  const stationA = Math.min(evse.maxCurrentA, isSimplified ? SIMPLIFIED_A : Number.POSITIVE_INFINITY) - lagA;
  return acConnection(
    { ...vehicle.ac, maxCurrentA: Math.min(vehicle.ac.maxCurrentA, stationA) },
    vehicle.behaviour,
    0,
    { phases: evse.phases, voltageV: 230 },
  );
}

/** What the grid code lets a car on one phase draw, A: 4.6 kVA in Germany and Austria, no rule in North America, 3.7 kW elsewhere (D1.5-Q3B-5). */
const ONE_PHASE_A: Readonly<Record<string, number>> = { DEU: 20, AUT: 20, USA: 80, CAN: 80 };
const USUAL_ONE_PHASE_A = 16;

/** What the grid code leaves a car, W. */
export function ruledW({ site }: SiteWorld, { currentType, phases, voltageV }: Connection): number {
  if (currentType === 'DC' || phases > 1) return Number.POSITIVE_INFINITY;
  return (ONE_PHASE_A[site.country] ?? USUAL_ONE_PHASE_A) * voltageV;
}

/** What the hours of service leave a plug, W. */
export function servedW({ site }: SiteWorld, { plug }: Stay, minW: number, atMs: number): number {
  const { hour: wholeHour, minute } = wallOfEpoch(atMs, site.timeZone);
  const hour = wholeHour + minute / 60;
  let mostW = Number.POSITIVE_INFINITY;
  for (const { group, fromHour, toHour, maxW } of site.strategy) {
    if (group !== plug.group || maxW === undefined) continue;
    const holds = fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
    if (holds) mostW = Math.min(mostW, maxW);
  }
  return mostW < minW ? 0 : mostW;
}

/** Mains power a car takes at a state of charge when it may, W. */
export function wantedW({ arrival }: Stay, connection: Connection, soc: number): number {
  if (soc >= (arrival.maxSoc ?? 1)) return 0;
  const acceptedW = toMainsW(connection, acceptedBy(arrival.vehicle.curve, soc));
  const mostW = Math.min(connection.maxW, acceptedW);
  return mostW < connection.minW ? 0 : mostW;
}

/** Its state of charge after a while at a mains power. */
export function socAfter(
  { arrival }: Stay,
  connection: Connection,
  soc: number,
  powerW: number,
  ms: number,
): number {
  return Math.min(1, soc + (toBatteryW(connection, powerW) * ms) / HOUR_MS / arrival.vehicle.capacityWh);
}
