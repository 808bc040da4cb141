/** A place with charging stations as a scenario file describes it: powers in kW and energies in kWh there, W and Wh in code. */
import type { OcppVersion } from '@smac/ocpp';
import type { BehaviourName } from '../ev/behaviour.ts';
import type { PROFILE_QUIRKS } from '../station/profiles/limits.ts';

/** From mains to vehicle of a DC charger. */
export const DC_EFFICIENCY = 0.95;

export type Quirk = keyof typeof PROFILE_QUIRKS;
/** `fast`: people who wait beside a DC charger. */
export type TrafficPlace = 'workplace' | 'public' | 'home' | 'fast';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly sites: readonly SiteScenario[];
  readonly faults: FaultScenario;
  /** Hours that are played. */
  readonly hours: number;
  /** Local hour of the first site at which it begins, 0..24. */
  readonly startHour: number;
  /** Day on which it is played when no clock is given, `2026-06-01`. */
  readonly day: string;
  readonly seed: string;
}

export interface SiteScenario {
  /** At most 36 letters, digits, `-`: id of the OCPI location. */
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly city: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  /** Contracted import of the supply point, W. */
  readonly limitW: number;
  /** Main fuse per line, A. */
  readonly fuseA: number | undefined;
  readonly maxExportW: number;
  readonly currency: string;
  /** Annual maximum of the load besides cars, W; 0: none. */
  readonly baseLoadW: number;
  readonly pvW: number;
  readonly battery: BatteryScenario | undefined;
  readonly prices: PriceScenario;
  readonly stations: readonly StationScenario[];
  readonly traffic: readonly TrafficScenario[];
  readonly strategy: readonly StrategyScenario[];
}

export interface BatteryScenario {
  readonly capacityWh: number;
  readonly powerW: number;
  readonly policy: 'self-consumption' | 'peak-shaving';
}

export interface PriceScenario {
  /** Currency of the site per EUR of the day-ahead price. */
  readonly perEur: number;
  /** Taxes and grid fees per kWh, in the currency of the site. */
  readonly adder: number;
  /** Share of the import price that is paid for what is fed in, 0..1. */
  readonly exportShare: number;
}

/** Stations that are alike. */
export interface StationScenario {
  /** Ids are this and a number: `TUR` gives `TUR-01`. */
  readonly prefix: string;
  readonly count: number;
  readonly version: OcppVersion;
  readonly evses: readonly EvseScenario[];
  /** Fuse of every station per line, A: its sockets share it. */
  readonly fuseA: number | undefined;
  readonly quirk: Quirk | undefined;
  /** They join so many hours after the start. */
  readonly joinsAfterH: number;
}

export interface EvseScenario {
  readonly currentType: 'AC' | 'DC';
  readonly standard: 'IEC_62196_T2' | 'IEC_62196_T2_COMBO' | 'CHADEMO';
  readonly phases: 1 | 3;
  /** A per phase of the mains. */
  readonly maxCurrentA: number;
  /** W, for DC. */
  readonly maxW: number | undefined;
  readonly dischargeW: number;
  /** Traffic finds its EVSEs by this word. */
  readonly group: string;
}

/** Who comes: people of one kind to one group of EVSEs. */
export interface TrafficScenario {
  readonly place: TrafficPlace;
  readonly group: string;
  readonly sessionsPerDay: number;
  /** How the cars behave, by weight. */
  readonly behaviours: Readonly<Partial<Record<BehaviourName, number>>>;
  /** Share of cars that give energy back, 0..1. */
  readonly v2gShare: number;
  /** Share of drivers who say when they leave and what they need, 0..1; the others say nothing. */
  readonly announceShare: number;
  /** Share of drivers who leave when they said, for certain. */
  readonly firmShare: number;
}

/** Hours in which a group of EVSEs serves at these powers. */
export interface StrategyScenario {
  readonly group: string;
  readonly fromHour: number;
  readonly toHour: number;
  readonly minW: number | undefined;
  readonly maxW: number | undefined;
  readonly maxStayMinutes: number | undefined;
}

export interface FaultScenario {
  /** Share of time without a line, percent (D1.5-Q2-9: 2). */
  readonly linkLossPercent: number;
  /** Length of such an outage, s. */
  readonly outageS: number;
  /** One way, ms. */
  readonly latencyMs: number;
  /** Per station and day: the line seems to be up and nothing passes, for `outageS`. */
  readonly halfOpenPerDay: number;
  /** Per day: every line breaks at once. */
  readonly stormsPerDay: number;
  /** Per station and day: no mains for `outageS`. */
  readonly powerCutsPerDay: number;
  /** Grid operator's cuts of the limit. */
  readonly limitCuts: readonly LimitCut[];
}

export interface LimitCut {
  readonly atHour: number;
  readonly minutes: number;
  /** Share of the contracted limit that is left, 0..1. */
  readonly toShare: number;
}
