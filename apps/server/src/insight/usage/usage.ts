import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { availabilityOf, type StationAvailability } from '../city/availability.ts';
import { LEAST_CHARGING_W, type Piece, pieces } from '../city/energy-curve.ts';
import type { CityEvse } from '../city/facts.ts';
import { boundsOf } from '../city/local-time.ts';
import { chosen, isStanding, readAllPlaces, readPlaces } from '../city/places.ts';
import { readConnections } from '../city/read.ts';
import { type ProfileInForce, profilesInForce } from './profiles-in-force.ts';
import { beganBetween, liveSince, readCharges, type StoredCharge } from './read-charges.ts';

/**
 * What was particular about how a transaction charged (BI13, BI7-4): `smart` a profile of a plan held; `deferred` energy came five
 * minutes and more after the car, while a profile held it back; `lowered` it charged while a profile allowed less than the socket can;
 * `given-back` energy flowed out of the car.
 */
export const PARTICULARITIES = ['smart', 'deferred', 'lowered', 'given-back'] as const;
export type Particularity = (typeof PARTICULARITIES)[number];

/** One transaction, without the name of whoever charged. Times in epoch ms, energies in Wh by registers. */
export interface UsageTransaction {
  /** Unique code: the OCPI session id, at own stations also the transaction's. */
  readonly code: string;
  readonly evse: CityEvse;
  /** Counts cards in the order of their first transaction in the month; says nothing outside of the report. */
  readonly card: number;
  readonly connectedMs: number;
  readonly disconnectedMs: number | null;
  readonly startMs: number;
  readonly endMs: number | null;
  /** First and last moment at which at least 100 W flowed; null: never. */
  readonly chargingFromMs: number | null;
  readonly chargingUntilMs: number | null;
  readonly energyWh: number;
  /** Given back, never netted; null where the station tells no register of it. */
  readonly exportWh: number | null;
  /** Highest mean power between two readings, W. */
  readonly mostW: number;
  readonly particularities: readonly Particularity[];
  /** Profiles that held, one after the other, each with the plan whose problem was its input; the last of a live one until it runs out. */
  readonly profiles: readonly ProfileInForce[];
}

export interface UsageSocket {
  readonly evse: CityEvse;
  readonly transactions: number;
  readonly cards: number;
  readonly energyWh: number;
  /** null: a station of another operator, whose connection is not seen here. */
  readonly availability: StationAvailability | null;
}

export interface UsageReport {
  readonly month: string;
  /** Whether the month is over at every site: then the report does not change any more, but for offline stations that come late. */
  readonly complete: boolean;
  readonly transactions: readonly UsageTransaction[];
  readonly sockets: readonly UsageSocket[];
}

/** A charge that runs, or ended less than two minutes ago (BI7): what the report of its month will say, as far as it is known. */
export interface LiveUsage extends Omit<UsageTransaction, 'card' | 'profiles'> {
  /** OCPI session status: ACTIVE, or COMPLETED for its last word. */
  readonly status: string;
  /** Metered last, W; negative while it gives back. */
  readonly powerW: number | null;
  /** The profile that holds now; null: none of a plan. */
  readonly profile: ProfileInForce | null;
}

/** Everything that is told of the use of sockets, month by month (BI13). */
export interface Usage {
  /** @param month `2026-06`, at each site by its own calendar @param peerId only what this peer operates */
  month(month: string, only?: { readonly peerId?: string; readonly operator?: string }): Promise<UsageReport>;
  /** @param contextIds only at these; undefined: everywhere */
  live(contextIds?: readonly string[], only?: { readonly peerId?: string }): Promise<readonly LiveUsage[]>;
}

const LAST_WORD_MS = 2 * 60_000;

const DAY_MS = 24 * 3_600_000;
const DEFERRED_MS = 5 * 60_000;
/** A socket that may give this share of what it can is not lowered: rounding to whole amperes is none. */
const NOT_LOWERED = 0.95;

export function createUsage({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }): Usage {
  return {
    async month(month, { peerId, operator } = {}) {
      const nowMs = clock.now();
      const evses = chosen(await readAllPlaces(store), operator === undefined ? {} : { operator }).filter(
        (evse) => peerId === undefined || evse.peerId === peerId,
      );
      const period = wholeMonth(month);
      // Zones differ by up to 14 hours from UTC: the calendar of each site cuts what is read too wide.
      const wideFromMs = Date.parse(`${period.from}T00:00:00Z`) - DAY_MS;
      const wideUntilMs = Date.parse(`${period.to}T00:00:00Z`) + 2 * DAY_MS;
      const wide = await readCharges(store, evses, beganBetween(wideFromMs, wideUntilMs));
      const charges = wide.filter(({ evse, startMs }) => {
        const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
        return startMs >= fromMs && startMs < untilMs;
      });
      const cards = new Map<string, number>();
      const transactions = charges.map((charge) => {
        const card = cards.get(charge.tokenKey) ?? cards.size + 1;
        cards.set(charge.tokenKey, card);
        return transactionOf(charge, card, nowMs);
      });
      const connections = await readConnections(store);
      const bySocket = Map.groupBy(transactions, ({ evse }) => evse.key);
      // What is gone since keeps what was charged there.
      const told = evses.filter((evse) => isStanding(evse) || bySocket.has(evse.key));
      const sockets = told.map((evse): UsageSocket => {
        const own = bySocket.get(evse.key) ?? [];
        const known = evse.stationId === null ? undefined : connections.get(evse.stationId);
        const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
        return {
          evse,
          transactions: own.length,
          cards: new Set(own.map(({ card }) => card)).size,
          energyWh: own.reduce((sum, { energyWh }) => sum + energyWh, 0),
          availability: known === undefined ? null : availabilityOf(known, fromMs, Math.min(untilMs, nowMs)),
        };
      });
      const ends = told.map(({ timeZone }) => boundsOf(period, timeZone).untilMs);
      return { month, complete: ends.every((endMs) => endMs <= nowMs), transactions, sockets };
    },
    async live(contextIds, { peerId } = {}) {
      const nowMs = clock.now();
      const evses = (await readPlaces(store)).filter(
        (evse) => peerId === undefined || evse.peerId === peerId,
      );
      const charges = await readCharges(store, evses, liveSince(contextIds, nowMs - LAST_WORD_MS));
      return charges.map((charge): LiveUsage => {
        const { card: _, profiles, ...told } = transactionOf(charge, 0, nowMs);
        const { status, powerW } = charge;
        const atMs = Math.min(charge.endMs ?? nowMs, nowMs);
        const held = profiles.findLast(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs);
        return { ...told, status, powerW, profile: held ?? null };
      });
    },
  };
}

function wholeMonth(month: string): { from: string; to: string } {
  const [year, number] = month.split('-').map(Number);
  const to = new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
  return { from: `${month}-01`, to };
}

const meanW = ({ fromMs, untilMs, wh }: Piece) => (wh * 3_600_000) / (untilMs - fromMs);

function transactionOf(charge: StoredCharge, card: number, nowMs: number): UsageTransaction {
  const { evse, sessionId, startMs, endMs, points, energyWh, exportWh } = charge;
  const flowing = pieces(points).filter((piece) => meanW(piece) >= LEAST_CHARGING_W);
  const chargingFromMs = flowing[0]?.fromMs ?? null;
  const profiles = profilesInForce(charge.attempts, startMs, endMs ?? Number.POSITIVE_INFINITY);
  const connectedMs = Math.min(charge.connectedMs ?? startMs, startMs);
  const isLow = (powerW: number) => powerW < evse.maxW * NOT_LOWERED;
  const heldBack = (untilMs: number) =>
    profiles.some(({ stretches }) => stretches.some(({ fromMs, powerW }) => powerW <= 0 && fromMs < untilMs));
  const lowered = flowing.some((piece) =>
    profiles.some(({ stretches }) =>
      stretches.some(
        (one) =>
          one.powerW > 0 && isLow(one.powerW) && one.fromMs < piece.untilMs && one.untilMs > piece.fromMs,
      ),
    ),
  );
  const isDeferred =
    (chargingFromMs ?? endMs ?? nowMs) - connectedMs >= DEFERRED_MS &&
    heldBack(chargingFromMs ?? endMs ?? nowMs);
  const holds: Readonly<Record<Particularity, boolean>> = {
    smart: profiles.length > 0,
    deferred: isDeferred,
    lowered,
    'given-back': (exportWh ?? 0) > 0,
  };
  return {
    code: sessionId,
    evse,
    card,
    connectedMs,
    disconnectedMs: charge.disconnectedMs ?? endMs,
    startMs,
    endMs,
    chargingFromMs,
    chargingUntilMs: flowing.at(-1)?.untilMs ?? null,
    energyWh,
    exportWh,
    mostW: Math.max(0, ...flowing.map(meanW)),
    particularities: PARTICULARITIES.filter((one) => holds[one]),
    profiles,
  };
}
