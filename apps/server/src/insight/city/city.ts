import type { Planning } from '../../planning/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { availabilityOf, type StationAvailability } from './availability.ts';
import { CO2_METHOD, GRID_MIX_G_PER_KWH } from './carbon.ts';
import { EFFECT_METHOD, type Effect, effectsOf } from './effect.ts';
import type { CityEvse, CityFacts, Period } from './facts.ts';
import { figuresOf, type Shown } from './figures.ts';
import { type HeatCell, heatOf } from './heat.ts';
import { type LiveFigures, readLive } from './live.ts';
import { boundsOf, lastDayOf, localTime, nextDate, previousOf, yearBefore } from './local-time.ts';
import { partOf } from './neighbours.ts';
import { chosen, readPlaces, type Selection, standing } from './places.ts';
import { readConnections, readFacts, readIntensities } from './read.ts';
import { LEAST_SESSIONS } from './suppress.ts';
import { type DayBar, daysOfFacts, type EvseUse, type GroupUse, usePerEvse, usePerGroup } from './tables.ts';

export interface CityQuery extends Selection {
  readonly from?: string;
  readonly to?: string;
  /** What the figures are compared with; the days before where nothing is said. */
  readonly against?: 'before' | 'year';
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
  readonly operators: readonly Compared[];
  readonly districts: readonly Compared[];
  /** Empty where too few sessions or no plans. */
  readonly effects: readonly Effect[];
  readonly live: LiveFigures;
  /** Of own stations; null where none was there. */
  readonly uptimeShare: number | null;
  readonly outages: number;
  /** Used where a site has no CO2 figures of its own. */
  readonly gridMixGPerKwh: number;
  readonly methods: { readonly co2: string; readonly effect: string };
  readonly choices: Choices;
}

/** One operator or district beside the others. */
export type Compared = GroupUse & {
  /** In the days it is compared with; null where withheld. */
  readonly energyBeforeWh: number | null;
};

export interface Choices {
  readonly sites: readonly { readonly key: string; readonly name: string }[];
  readonly districts: readonly string[];
  readonly operators: readonly string[];
}

export type SocketLine = EvseUse & {
  /** null: another operator's station, whose connection is not seen here. */
  readonly availability: StationAvailability | null;
};

export interface SocketLines {
  readonly period: Period;
  readonly lines: readonly SocketLine[];
}

/** What a city sees: sums from which nobody can be picked out. */
export interface City {
  summary(query: CityQuery): Promise<CitySummary>;
  evses(query: CityQuery): Promise<SocketLines>;
  /** The same of a whole month. @param month like `2026-06` */
  month(month: string, selection: Selection): Promise<SocketLines>;
  heat(query: CityQuery): Promise<{ readonly period: Period; readonly cells: readonly HeatCell[] }>;
}

export interface CityRoom {
  readonly store: Store;
  readonly planning: Pick<Planning, 'savings'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Days shown where none are named. */
const DEFAULT_DAYS = 30;

export function createCity({ store, planning, clock }: CityRoom): City {
  /** Readings under way, by what was asked for. */
  const underWay = new Map<string, Promise<CityFacts>>();

  /**
   * Who asks the same while it is being read gets the same reading: a page asks for figures, map and hours at once, and what they show beside
   * each other is of one moment. Nothing is kept beyond that.
   */
  function factsOf(query: CityQuery): Promise<CityFacts> {
    const name = JSON.stringify([query.from, query.to]);
    const reading = underWay.get(name) ?? readAll(query).finally(() => underWay.delete(name));
    underWay.set(name, reading);
    return reading;
  }

  /** Of all EVSEs whatever is chosen: what one of them may tell depends on those beside it. */
  async function readAll(query: CityQuery): Promise<CityFacts> {
    const nowMs = clock.now();
    const all = await readPlaces(store);
    return readFacts(store, all, periodOf(query, all, nowMs), nowMs);
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

  async function shownOf(whole: CityFacts, query: CityQuery) {
    const facts = partOf(whole, chosen(whole.evses, query));
    return { facts, figures: figuresOf(facts, await readIntensities(store, facts)) };
  }

  async function linesOf(whole: CityFacts, selection: Selection): Promise<SocketLines> {
    const known = await availabilities(whole);
    const wanted = new Set(standing(chosen(whole.evses, selection)).map(({ key }) => key));
    const lines = usePerEvse(whole)
      .filter(({ evse }) => wanted.has(evse.key))
      .map((use) => ({ ...use, availability: known.get(use.evse.stationId ?? '') ?? null }));
    return { period: whole.period, lines };
  }

  return {
    async summary(query) {
      const whole = await factsOf(query);
      const { facts, figures } = await shownOf(whole, query);
      const previous = query.against === 'year' ? yearBefore(whole.period) : previousOf(whole.period);
      const [before, effects, stations, live] = await Promise.all([
        readFacts(store, whole.evses, previous, whole.nowMs).then((then) => shownOf(then, query)),
        figures.withheld || figures.sessions === 0 ? [] : effectsOf(planning, facts, figures.rounded),
        availabilities(facts),
        readLive(store, facts.evses),
      ]);
      const shares = [...stations.values()].flatMap(({ uptimeShare }) => uptimeShare ?? []);
      return {
        nowMs: facts.nowMs,
        period: facts.period,
        previous,
        leastSessions: LEAST_SESSIONS,
        evses: standing(facts.evses).length,
        faulted: facts.evses.filter(({ status }) => status === 'OUTOFORDER' || status === 'INOPERATIVE')
          .length,
        timeZones: [...new Set(facts.evses.map(({ timeZone }) => timeZone))].sort(),
        figures,
        before: before.figures,
        days: daysOfFacts(facts),
        operators: comparedBy(({ operator }) => operator, facts, before.facts),
        districts: comparedBy(({ district }) => district, facts, before.facts),
        effects,
        live,
        uptimeShare:
          shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
        outages: [...stations.values()].reduce((sum, { outages }) => sum + outages.length, 0),
        gridMixGPerKwh: GRID_MIX_G_PER_KWH,
        methods: { co2: CO2_METHOD, effect: EFFECT_METHOD },
        choices: choicesOf(whole.evses),
      };
    },
    async evses(query) {
      return linesOf(await factsOf(query), query);
    },
    async month(month, selection) {
      return linesOf(await factsOf({ from: `${month}-01`, to: lastDayOf(month) }), selection);
    },
    async heat(query) {
      const whole = await factsOf(query);
      const facts = partOf(whole, chosen(whole.evses, query));
      return { period: facts.period, cells: heatOf(facts) };
    },
  };
}

/** Side by side, with what each had in the days before. */
function comparedBy(
  nameOf: (evse: CityEvse) => string,
  now: CityFacts,
  before: CityFacts,
): readonly Compared[] {
  const then = new Map(usePerGroup(before, nameOf).map(({ name, energyWh }) => [name, energyWh]));
  return usePerGroup(now, nameOf).map((group) => ({
    ...group,
    energyBeforeWh: group.withheld ? null : (then.get(group.name) ?? null),
  }));
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
