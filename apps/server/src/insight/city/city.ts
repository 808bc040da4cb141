import type { Planning } from '../../planning/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { availabilityOf, type StationAvailability } from './availability.ts';
import { CO2_METHOD } from './carbon.ts';
import { EFFECT_METHOD, type Effect, effectsOf } from './effect.ts';
import type { CityEvse, CityFacts, Period } from './facts.ts';
import { figuresOf, type Shown } from './figures.ts';
import { type LiveFigures, readLive } from './live.ts';
import { boundsOf, localTime, nextDate, previousOf } from './local-time.ts';
import { chosen, readPlaces, type Selection } from './places.ts';
import { readConnections, readFacts, readIntensities } from './read.ts';
import { LEAST_SESSIONS } from './suppress.ts';
import { type DayBar, daysOfFacts, type EvseUse, type HeatCell, heatOf, usePerEvse } from './tables.ts';

export interface CityQuery extends Selection {
  readonly from?: string;
  readonly to?: string;
}

export interface CitySummary {
  readonly nowMs: number;
  readonly period: Period;
  readonly previous: Period;
  readonly leastSessions: number;
  readonly evses: number;
  readonly faulted: number;
  readonly timeZones: readonly string[];
  readonly figures: Shown;
  readonly before: Shown;
  readonly days: readonly DayBar[];
  /** Empty where too few sessions or no plans. */
  readonly effects: readonly Effect[];
  readonly live: LiveFigures;
  /** Of own stations; null where none was there. */
  readonly uptimeShare: number | null;
  readonly outages: number;
  readonly methods: { readonly co2: string; readonly effect: string };
  readonly choices: Choices;
}

export interface Choices {
  readonly sites: readonly { readonly key: string; readonly name: string }[];
  readonly districts: readonly string[];
  readonly operators: readonly string[];
}

export interface SocketLine extends EvseUse {
  /** null: another operator's station, whose connection is not seen here. */
  readonly availability: StationAvailability | null;
}

/** What a city sees: sums from which nobody can be picked out. */
export interface City {
  summary(query: CityQuery): Promise<CitySummary>;
  evses(query: CityQuery): Promise<{ readonly period: Period; readonly lines: readonly SocketLine[] }>;
  heat(query: CityQuery): Promise<{ readonly period: Period; readonly cells: readonly HeatCell[] }>;
}

export interface CityRoom {
  readonly store: Store;
  readonly planning: Pick<Planning, 'savings'>;
  readonly clock: Pick<Clock, 'now'>;
}

type AllFacts = CityFacts & { readonly all: readonly CityEvse[] };

/** Days shown where none are named. */
const DEFAULT_DAYS = 30;

export function createCity({ store, planning, clock }: CityRoom): City {
  /** Readings under way, by what was asked for. */
  const underWay = new Map<string, Promise<AllFacts>>();

  /**
   * Who asks the same while it is being read gets the same reading: a page asks for figures, map and hours at once, and what they show beside
   * each other is of one moment. Nothing is kept beyond that.
   */
  function factsOf(query: CityQuery): Promise<AllFacts> {
    const { from, to, site, district, operator } = query;
    const name = JSON.stringify([from, to, site, district, operator]);
    const reading = underWay.get(name) ?? readAll(query).finally(() => underWay.delete(name));
    underWay.set(name, reading);
    return reading;
  }

  async function readAll(query: CityQuery): Promise<AllFacts> {
    const nowMs = clock.now();
    const all = await readPlaces(store);
    const evses = chosen(all, query);
    const facts = await readFacts(store, evses, periodOf(query, evses, nowMs), nowMs);
    return { ...facts, all };
  }

  /** By station; other operators' stations are not in it. */
  async function availabilities({ evses, period, nowMs }: CityFacts) {
    const connections = await readConnections(store);
    const known = new Map<string, StationAvailability>();
    for (const { stationId, timeZone } of evses) {
      const ofStation = stationId === null ? undefined : connections.get(stationId);
      if (stationId === null || ofStation === undefined) continue;
      const { fromMs, untilMs } = boundsOf(period, timeZone);
      known.set(stationId, availabilityOf(ofStation, fromMs, Math.min(untilMs, nowMs)));
    }
    return known;
  }

  async function figuresBefore({ evses, nowMs }: CityFacts, period: Period): Promise<Shown> {
    const before = await readFacts(store, evses, period, nowMs);
    return figuresOf(before, await readIntensities(store, before));
  }

  return {
    async summary(query) {
      const facts = await factsOf(query);
      const previous = previousOf(facts.period);
      const figures = figuresOf(facts, await readIntensities(store, facts));
      const [before, effects, stations, live] = await Promise.all([
        figuresBefore(facts, previous),
        figures.withheld || figures.sessions === 0 ? [] : effectsOf(planning, facts),
        availabilities(facts),
        readLive(store, facts.evses),
      ]);
      const shares = [...stations.values()].flatMap(({ uptimeShare }) => uptimeShare ?? []);
      return {
        nowMs: facts.nowMs,
        period: facts.period,
        previous,
        leastSessions: LEAST_SESSIONS,
        evses: facts.evses.length,
        faulted: facts.evses.filter(({ status }) => status === 'OUTOFORDER' || status === 'INOPERATIVE')
          .length,
        timeZones: [...new Set(facts.evses.map(({ timeZone }) => timeZone))].sort(),
        figures,
        before,
        days: daysOfFacts(facts),
        effects,
        live,
        uptimeShare:
          shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
        outages: [...stations.values()].reduce((sum, { outages }) => sum + outages.length, 0),
        methods: { co2: CO2_METHOD, effect: EFFECT_METHOD },
        choices: choicesOf(facts.all),
      };
    },
    async evses(query) {
      const { from, to } = query;
      const whole = await factsOf({
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      });
      const known = await availabilities(whole);
      const wanted = new Set(chosen(whole.evses, query).map(({ key }) => key));
      const lines = usePerEvse(whole)
        .filter(({ evse }) => wanted.has(evse.key))
        .map((use) => ({ ...use, availability: known.get(use.evse.stationId ?? '') ?? null }));
      return { period: whole.period, lines };
    },
    async heat(query) {
      const facts = await factsOf(query);
      return { period: facts.period, cells: heatOf(facts) };
    },
  };
}

/** The last thirty days where nothing is said; one end alone gets thirty days too. */
function periodOf({ from, to }: CityQuery, evses: readonly CityEvse[], nowMs: number): Period {
  if (from !== undefined) return { from, to: to ?? nextDate(from, DEFAULT_DAYS - 1) };
  const zones = evses.length === 0 ? ['UTC'] : evses.map(({ timeZone }) => timeZone);
  const today = [...new Set(zones)]
    .map((timeZone) => localTime(nowMs, timeZone).date)
    .sort()
    .at(-1)!;
  const last = to ?? today;
  return { from: nextDate(last, 1 - DEFAULT_DAYS), to: last };
}

function choicesOf(evses: readonly CityEvse[]): Choices {
  const sites = new Map(evses.map(({ siteKey, siteName }) => [siteKey, siteName]));
  const different = (read: (evse: CityEvse) => string) => [...new Set(evses.map(read))].sort();
  return {
    sites: [...sites].map(([key, name]) => ({ key, name })).sort((a, b) => a.name.localeCompare(b.name)),
    districts: different(({ district }) => district),
    operators: different(({ operator }) => operator),
  };
}
