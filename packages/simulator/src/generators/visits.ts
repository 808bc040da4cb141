import { bidirectional, type CarModel, pickCar } from '../ev/catalogue.ts';
import { batterySideW, maxMainsW } from '../ev/charger.ts';
import type { Random } from '../random/random.ts';
import { addDays, startOfDay, weekdayOf } from '../series/wall-time.ts';
import { seat, type Visit } from '../visits/visit.ts';
import { DEPARTURE_ERROR_MIN, HABITS, type Habits, type Place } from './habits.ts';
import { normalCdf, quantile } from './quantiles.ts';

export interface VisitOptions {
  readonly place: Place;
  /** Any instant of the first day. */
  readonly startMs: number;
  readonly days: number;
  readonly timeZone: string;
  /** Sessions on a Wednesday. */
  readonly sessionsPerDay: number;
  readonly evseUids: readonly string[];
  readonly random: Random;
  /** What a socket gives at most, W per car; default: no limit but the car's. */
  readonly socketW?: number;
  /** Share of cars with a bidirectional charger whose drivers allow discharging, 0..1. */
  readonly bidirectionalShare?: number;
}

interface Draft {
  readonly plugInMs: number;
  readonly unplugMs: number;
  readonly energyWh: number;
  readonly random: Random;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Seeded visits whose arrivals, stays and energies follow the published distributions of a place, joined by a Gaussian
 * copula with the published rank correlations; drivers announce departures as wrongly as real ones do.
 */
export function generateVisits(options: VisitOptions): readonly Visit[] {
  const habits = HABITS[options.place];
  const drafts: Draft[] = [];
  let midnightMs = startOfDay(options.startMs, options.timeZone);
  for (let day = 0; day < options.days; day++) {
    const share = habits.weekdays[weekdayOf(midnightMs, options.timeZone) - 1]!;
    const dayRandom = options.random.stream(`day ${midnightMs}`);
    const mean = options.sessionsPerDay * share;
    const count = Math.max(0, Math.round(mean + dayRandom.normal() * Math.sqrt(mean) * 0.3));
    for (let n = 0; n < count; n++) drafts.push(draft(habits, midnightMs, dayRandom.stream(`visit ${n}`)));
    midnightMs = addDays(midnightMs, 1, options.timeZone);
  }
  drafts.sort((a, b) => a.plugInMs - b.plugInMs || a.unplugMs - b.unplugMs);
  return seat(drafts, options.evseUids).seated.map(({ visit, evseUid }, n) =>
    complete(visit, evseUid, n, options),
  );
}

function draft(habits: Habits, midnightMs: number, random: Random): Draft {
  const [arrival, stay, energy] = correlatedUniforms(habits.correlation, random);
  const plugInMs = midnightMs + Math.round(quantile(habits.arrivalH, arrival) * 60) * MINUTE_MS;
  const stayMin = Math.max(30, Math.round(quantile(habits.stayH, stay) * 60));
  return {
    plugInMs,
    unplugMs: plugInMs + stayMin * MINUTE_MS,
    energyWh: quantile(habits.energyKwh, energy) * 1000,
    random: random.stream('car and driver'),
  };
}

/** Three uniforms with the given Spearman correlations (Pearson of the normals = 2 sin(pi rho / 6)). */
function correlatedUniforms(rank: Habits['correlation'], random: Random): readonly [number, number, number] {
  const [ab, ac, bc] = rank.map((rho) => 2 * Math.sin((Math.PI * rho) / 6)) as [number, number, number];
  const [z1, z2, z3] = [random.normal(), random.normal(), random.normal()];
  const b1 = Math.sqrt(1 - ab * ab);
  const c1 = (bc - ab * ac) / b1;
  const c2 = Math.sqrt(Math.max(0, 1 - ac * ac - c1 * c1));
  return [normalCdf(z1), normalCdf(ab * z1 + b1 * z2), normalCdf(ac * z1 + c1 * z2 + c2 * z3)];
}

function complete(
  { plugInMs, unplugMs, energyWh, random }: Draft,
  evseUid: string,
  n: number,
  options: VisitOptions,
): Visit {
  const isBidirectional = random.next() < (options.bidirectionalShare ?? 0);
  const model = isBidirectional ? bidirectional(pickCar(random)) : roomyCar(energyWh, random);
  const powerW = Math.min(maxMainsW(model.charger), options.socketW ?? Number.POSITIVE_INFINITY);
  const storedPerMains = batterySideW(model.charger, powerW) / powerW;
  const roomWh = (model.battery.capacityWh * 0.9) / storedPerMains;
  const possibleWh = (powerW * 0.97 * (unplugMs - plugInMs)) / HOUR_MS;
  const needWh = Math.floor(Math.max(500, Math.min(energyWh, roomWh, possibleWh)));
  const shareWh = (needWh * storedPerMains) / model.battery.capacityWh;
  const errorMs = quantile(DEPARTURE_ERROR_MIN, random.next()) * MINUTE_MS;
  const announcedMs = Math.max(plugInMs + 30 * MINUTE_MS, unplugMs - errorMs);
  return {
    id: `S${String(n + 1).padStart(5, '0')}`,
    evseUid,
    plugInMs,
    unplugMs,
    // People say quarter hours.
    announcedDepartureMs: Math.round(announcedMs / (15 * MINUTE_MS)) * 15 * MINUTE_MS,
    needWh,
    model,
    soc: Math.max(0, random.between(Math.min(shareWh + 0.05, 0.95), 0.95) - shareWh),
    wish: 'CHEAP',
    dischargeAllowed: isBidirectional,
  };
}

/** A car in whose battery the energy fits: nobody takes 40 kWh into a plug-in hybrid. */
function roomyCar(energyWh: number, random: Random): CarModel {
  for (let draw = 0; draw < 8; draw++) {
    const model = pickCar(random);
    if (model.battery.capacityWh * 0.9 >= energyWh) return model;
  }
  return pickCar(random);
}
