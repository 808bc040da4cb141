import { BEHAVIOURS, type BehaviourName } from '../ev/behaviour.ts';
import { GENEROUS } from '../ev/discharge-terms.ts';
import { DC_CARS, type VehicleModel, vehicleOf } from '../ev/vehicle.ts';
import { HABITS } from '../generators/habits.ts';
import { quantile } from '../generators/quantiles.ts';
import { generateVisits } from '../generators/visits.ts';
import type { Random } from '../random/random.ts';
import { addDays, startOfDay } from '../series/wall-time.ts';
import type { Arrival } from '../station/evse.ts';
import { seat, type Visit, type Wish } from '../visits/visit.ts';
import type { TrafficScenario } from './scenario.ts';

/** A plug of the scenario as traffic sees it. */
export interface Plug {
  readonly stationId: string;
  readonly evseId: number;
  /** OCPI uid. */
  readonly uid: string;
  readonly group: string;
  readonly currentType: 'AC' | 'DC';
  readonly phases: 1 | 3;
  readonly maxCurrentA: number;
  readonly maxW: number;
  readonly dischargeW: number;
}

/** One car at one plug, from arrival to departure, and what its driver says. */
export interface Stay {
  readonly id: string;
  readonly plug: Plug;
  readonly idToken: string;
  readonly plugInMs: number;
  readonly unplugMs: number;
  readonly arrival: Arrival;
  /** Mains energy the driver wants, Wh. */
  readonly needWh: number;
  /** What the driver tells the operator; absent: nothing. */
  readonly said?: Said;
}

export interface Said {
  readonly departureMs: number;
  readonly isFirm: boolean;
  readonly dischargeAllowed: boolean;
  readonly wish: Wish;
}

export interface TrafficOptions {
  readonly traffic: TrafficScenario;
  readonly plugs: readonly Plug[];
  readonly startMs: number;
  readonly days: number;
  readonly timeZone: string;
  readonly random: Random;
  /** Ids and cards begin with it. */
  readonly prefix: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The cars of one kind of people, in order of arrival. */
export function staysOf(options: TrafficOptions): readonly Stay[] {
  const plugs = options.plugs.filter(({ group }) => group === options.traffic.group);
  if (plugs.length === 0 || options.traffic.sessionsPerDay === 0) return [];
  return options.traffic.place === 'fast' || plugs[0]?.currentType === 'DC'
    ? fastStays(options, plugs)
    : acStays(options, plugs);
}

function acStays(options: TrafficOptions, plugs: readonly Plug[]): readonly Stay[] {
  const { traffic, random, startMs, days, timeZone } = options;
  const byUid = new Map(plugs.map((plug) => [plug.uid, plug]));
  const visits = generateVisits({
    place: traffic.place as 'workplace' | 'public' | 'home',
    startMs,
    days,
    timeZone,
    sessionsPerDay: traffic.sessionsPerDay,
    evseUids: [...byUid.keys()],
    random,
    socketW: Math.max(...plugs.map(({ maxW }) => maxW)),
    bidirectionalShare: traffic.v2gShare,
  });
  return visits.map((visit, n) => {
    const draw = random.stream(`driver ${n}`);
    const vehicle = vehicleOf(visit.model, behaviourIn(traffic, draw));
    const canGive = visit.dischargeAllowed && byUid.get(visit.evseUid)!.dischargeW > 0;
    const departureMs = visit.announcedDepartureMs ?? visit.unplugMs;
    const announces = draw.next() < traffic.announceShare;
    const isFirm = announces && draw.next() < traffic.firmShare;
    const targetSoc = Math.min(1, visit.soc + (visit.needWh * 0.9) / visit.model.battery.capacityWh);
    return {
      id: `${options.prefix}${visit.id}`,
      plug: byUid.get(visit.evseUid)!,
      idToken: cardOf(options.prefix, n),
      plugInMs: visit.plugInMs,
      unplugMs: visit.unplugMs,
      needWh: visit.needWh,
      arrival: {
        vehicle,
        soc: visit.soc,
        wishWh: visit.needWh,
        ...(canGive
          ? {
              discharge: GENEROUS,
              settings: {
                mode: 'Dynamic' as const,
                departureMs: visit.unplugMs,
                targetSoc,
                minSoc: 0.2,
                maxSoc: 1,
                v2x: { minSoc: 0.2, maxSoc: 0.95 },
              },
            }
          : {}),
      },
      ...(announces || canGive
        ? {
            said: {
              departureMs: isFirm ? visit.unplugMs : departureMs,
              isFirm,
              dischargeAllowed: canGive,
              wish: 'CHEAP' as const,
            },
          }
        : {}),
    };
  });
}

/** Recorded sessions at the plugs of a site; who finds all of them taken goes away. */
export function recordedStays(
  visits: readonly Visit[],
  plugs: readonly Plug[],
  prefix: string,
): readonly Stay[] {
  const byUid = new Map(plugs.map((plug) => [plug.uid, plug]));
  return seat(visits, [...byUid.keys()]).seated.map(({ visit, evseUid }, n) => ({
    id: `${prefix}${visit.id}`,
    plug: byUid.get(evseUid)!,
    idToken: cardOf(prefix, n),
    plugInMs: visit.plugInMs,
    unplugMs: visit.unplugMs,
    needWh: visit.needWh,
    arrival: { vehicle: vehicleOf(visit.model), soc: visit.soc, wishWh: visit.needWh },
    ...(visit.announcedDepartureMs === undefined
      ? {}
      : {
          said: {
            departureMs: visit.announcedDepartureMs,
            isFirm: false,
            dischargeAllowed: false,
            wish: visit.wish,
          },
        }),
  }));
}

/** People who wait: they leave at 80 %, or when the break is over. */
function fastStays(options: TrafficOptions, plugs: readonly Plug[]): readonly Stay[] {
  const { traffic, random, timeZone } = options;
  const drafts: Omit<Draft, 'wanted'>[] = [];
  let midnightMs = startOfDay(options.startMs, timeZone);
  for (let day = 0; day < options.days; day++) {
    const dayRandom = random.stream(`fast day ${midnightMs}`);
    const mean = traffic.sessionsPerDay;
    const count = Math.max(0, Math.round(mean + dayRandom.normal() * Math.sqrt(mean) * 0.3));
    for (let n = 0; n < count; n++) {
      const draw = dayRandom.stream(`car ${n}`);
      const plugInMs =
        midnightMs + Math.round(quantile(HABITS.public.arrivalH, draw.next()) * 60) * MINUTE_MS;
      const stayMin = Math.round(Math.min(75, Math.max(12, 32 + 12 * draw.normal())));
      const kinds: readonly VehicleModel[] = [DC_CARS.id3, DC_CARS.model3, DC_CARS.zoe];
      const vehicle = draw.pick(kinds);
      const behaviour = behaviourIn(traffic, draw);
      drafts.push({
        plugInMs,
        unplugMs: plugInMs + stayMin * MINUTE_MS,
        vehicle: { ...vehicle, behaviour },
        soc: draw.between(0.1, 0.5),
        announces: draw.next() < traffic.announceShare,
      });
    }
    midnightMs = addDays(midnightMs, 1, timeZone);
  }
  drafts.sort((a, b) => a.plugInMs - b.plugInMs || a.unplugMs - b.unplugMs);
  const byUid = new Map(plugs.map((plug) => [plug.uid, plug]));
  return seat<Draft>(drafts, [...byUid.keys()]).seated.map(({ visit, evseUid }, n) => {
    const plug = byUid.get(evseUid)!;
    const wantedWh = ((0.8 - visit.soc) * visit.vehicle.capacityWh) / 0.95;
    const possibleWh = (plug.maxW * (visit.unplugMs - visit.plugInMs)) / HOUR_MS;
    return {
      id: `${options.prefix}F${String(n + 1).padStart(5, '0')}`,
      plug,
      idToken: cardOf(options.prefix, n),
      plugInMs: visit.plugInMs,
      unplugMs: visit.unplugMs,
      needWh: Math.floor(Math.min(wantedWh, possibleWh)),
      arrival: { vehicle: visit.vehicle, soc: visit.soc, wishWh: Math.floor(wantedWh) },
      ...(visit.announces
        ? {
            said: {
              departureMs: visit.unplugMs,
              isFirm: true,
              dischargeAllowed: false,
              wish: 'FAST' as const,
            },
          }
        : {}),
    };
  });
}

interface Draft {
  readonly plugInMs: number;
  readonly unplugMs: number;
  readonly vehicle: VehicleModel;
  readonly soc: number;
  readonly announces: boolean;
  readonly wanted?: string;
}

function behaviourIn({ behaviours }: TrafficScenario, random: Random) {
  const kinds = Object.entries(behaviours) as [BehaviourName, number][];
  if (kinds.length === 0) return BEHAVIOURS.good;
  return BEHAVIOURS[random.pick(kinds, ([, weight]) => weight)[0]];
}

/** Cards come again: people do. */
function cardOf(prefix: string, n: number): string {
  return `${prefix}${String((n % 400) + 1).padStart(4, '0')}`.slice(-20).toUpperCase();
}
