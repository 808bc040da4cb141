/**
 * Limits that a station got from elsewhere (local energy management, grid operator): planning keeps below them while they hold, and never
 * sets that purpose itself (K01.FR.22, D1.5-§2.2.1.2-EXT). A limit of the whole station binds whoever charges there: it is shared again
 * with every car that comes or goes, and with every step of its schedule.
 */
import type { Request } from '@smac/ocpp';
import type { Sites } from '../sites/index.ts';
import type { RequestContext, RequestHandlers, Stations } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import { type Network, OWN_PEER } from './network.ts';
import { maxPowerOf, type Placed } from './place.ts';
import { sharedLimit } from './shared-limit.ts';
import {
  createStationLimits,
  type LimitSchedule,
  type StationLimitTold,
  stepsOf,
  toldAt,
} from './station-limits.ts';

export interface ChargingLimitsOptions {
  readonly store: Store;
  readonly stations: Pick<Stations, 'listen'>;
  readonly transactions: Pick<Transactions, 'list' | 'get'>;
  readonly network: Pick<Network, 'placeOf' | 'evsesOf'>;
  readonly sites: Pick<Sites, 'setStationLimit' | 'onTrigger'>;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export interface ChargingLimits {
  /** What an EVSE may draw on top of every limit because the site makes it itself, W (K27). */
  localGenerationW(stationId: string, evseId: number): number;
  /** Takes up what the last run was told. */
  start(): Promise<void>;
  close(): void;
}

/** A limit without an end counts for so long unless it is told again. */
const UNTIL_CLEARED_MS = 24 * 3_600_000;

/** A station's clock this far from ours is no fault, ms. */
const CLOCK_MS = 120_000;
/** A limit that begins later is no plan of anybody, ms. */
const FURTHEST_MS = 7 * 24 * 3_600_000;

type Notify = Request<'2.0.1', 'NotifyChargingLimit'> | Request<'2.1', 'NotifyChargingLimit'>;
type Cleared = Request<'2.0.1', 'ClearedChargingLimit'> | Request<'2.1', 'ClearedChargingLimit'>;

interface Bound {
  readonly transaction: TransactionState;
  readonly mostW: number;
  /** Of its own EVSE, W. */
  readonly ownW: number;
}

export function followChargingLimits(options: ChargingLimitsOptions): ChargingLimits {
  const { stations, transactions, network, sites, clock, activity, log } = options;
  const limits = createStationLimits(options.store);
  const sharing = new Map<string, Promise<void>>();
  const wakes = new Map<string, () => void>();
  /** Sessions that were given a limit from here. */
  const bound = new Set<string>();

  async function notify(payload: Notify, context: RequestContext): Promise<Record<string, never>> {
    const { stationId, receivedMs } = context;
    const evseId = payload.evseId ?? 0;
    const place = evseId === 0 ? network.evsesOf(stationId)[0] : network.placeOf(stationId, evseId);
    const [schedule] = (payload.chargingSchedule ?? []) as unknown as readonly LimitSchedule[];
    if (place === undefined || schedule === undefined) return {};
    const { chargingLimitSource: source, isLocalGeneration = false } = payload.chargingLimit as {
      readonly chargingLimitSource: string;
      readonly isLocalGeneration?: boolean;
    };
    const startMs = startOf(schedule, receivedMs);
    const steps = stepsOf(schedule, place, startMs);
    if (steps.length === 0) return {};
    const untilMs =
      schedule.duration === undefined
        ? Math.max(startMs, receivedMs) + UNTIL_CLEARED_MS
        : startMs + schedule.duration * 1000;
    await limits.keep(stationId, { evseId, source, isLocalGeneration, steps, untilMs });
    await share(stationId);
    return {};
  }

  async function cleared(payload: Cleared, { stationId }: RequestContext): Promise<Record<string, never>> {
    await limits.clear(stationId, payload.evseId, payload.chargingLimitSource);
    await share(stationId);
    return {};
  }

  /** One after the other per station: what was told last counts. */
  function share(stationId: string): Promise<void> {
    const before = sharing.get(stationId) ?? Promise.resolve();
    const next = before.catch(() => {}).then(() => shareNow(stationId));
    sharing.set(stationId, next);
    const done = () => {
      if (sharing.get(stationId) === next) sharing.delete(stationId);
    };
    next.then(done, done);
    return next;
  }

  async function shareNow(stationId: string): Promise<void> {
    const nowMs = clock.now();
    const inForce = limits
      .of(stationId)
      .filter(({ isLocalGeneration, untilMs }) => !isLocalGeneration && untilMs > nowMs);
    wakeAtNextStep(stationId, inForce, nowMs);
    const sessions = await charging(stationId, inForce, nowMs);
    const stationW = lowest(inForce, 0, nowMs);
    const parts = sharedLimit(
      stationW,
      sessions.map(({ mostW, ownW }) => Math.min(mostW, ownW)),
    );
    for (const [n, { transaction, ownW }] of sessions.entries()) {
      const powerW = Math.min(ownW, Number.isFinite(stationW) ? parts[n]! : Number.POSITIVE_INFINITY);
      const binding = inForce.filter(({ evseId }) => evseId === 0 || evseId === transaction.evseId);
      await give(transaction.id, powerW, Math.max(...binding.map(({ untilMs }) => untilMs)));
    }
  }

  async function charging(
    stationId: string,
    inForce: readonly StationLimitTold[],
    nowMs: number,
  ): Promise<Bound[]> {
    const active = await transactions.list({ stationId, state: 'active', limit: 1_000 });
    return active.flatMap((transaction) => {
      const place = network.placeOf(stationId, transaction.evseId);
      if (place === undefined) return [];
      const ownW = lowest(inForce, transaction.evseId, nowMs);
      return [{ transaction, mostW: mostOf(place), ownW }];
    });
  }

  async function give(sessionId: string, powerW: number, untilMs: number): Promise<void> {
    const ref = { peerId: OWN_PEER, sessionId };
    if (Number.isFinite(powerW)) {
      bound.add(sessionId);
      await sites.setStationLimit(ref, { powerW, untilMs, isStated: true });
    } else if (bound.delete(sessionId)) {
      await sites.setStationLimit(ref, undefined);
    }
  }

  function wakeAtNextStep(stationId: string, inForce: readonly StationLimitTold[], nowMs: number): void {
    wakes.get(stationId)?.();
    wakes.delete(stationId);
    const instants = inForce
      .flatMap(({ steps, untilMs }) => [...steps.map(({ fromMs }) => fromMs), untilMs])
      .filter((ms) => ms > nowMs);
    if (instants.length === 0) return;
    wakes.set(
      stationId,
      clock.after(Math.min(...instants) - nowMs, () => later(() => share(stationId))),
    );
  }

  function later(work: () => Promise<void>): void {
    activity
      .track(work)
      .catch((error: unknown) =>
        log.error({ detail: String(error) }, 'A limit of a station was not shared between its cars'),
      );
  }

  const requests: RequestHandlers = {
    '2.0.1': { NotifyChargingLimit: notify, ClearedChargingLimit: cleared },
    '2.1': { NotifyChargingLimit: notify, ClearedChargingLimit: cleared },
  };
  const unlisten = stations.listen({ requests });
  const unsubscribe = sites.onTrigger(({ cause, session }) => {
    if (session?.peerId !== OWN_PEER) return;
    if (cause === 'session-stop') bound.delete(session.sessionId);
    else if (cause !== 'session-start') return;
    if (limits.stations().length === 0) return;
    later(async () => {
      const transaction = await transactions.get(session.sessionId);
      if (transaction && limits.of(transaction.stationId).length > 0) await share(transaction.stationId);
    });
  });

  return {
    localGenerationW(stationId, evseId) {
      const nowMs = clock.now();
      return limits
        .of(stationId)
        .filter((each) => each.isLocalGeneration && (each.evseId === 0 || each.evseId === evseId))
        .reduce((sum, each) => sum + (toldAt(each, nowMs) ?? 0), 0);
    },
    async start() {
      await limits.load();
      for (const stationId of limits.stations()) await share(stationId);
    },
    close() {
      unlisten();
      unsubscribe();
      for (const cancel of wakes.values()) cancel();
    },
  };
}

/** A clock that is a little off means now; so does a limit that would be over before it was heard of (F13). */
function startOf({ startSchedule, duration }: LimitSchedule, receivedMs: number): number {
  const statedMs = Date.parse(startSchedule ?? '');
  if (Number.isNaN(statedMs) || Math.abs(statedMs - receivedMs) <= CLOCK_MS) return receivedMs;
  const isOver = duration !== undefined && statedMs + duration * 1000 <= receivedMs;
  return isOver || statedMs > receivedMs + FURTHEST_MS ? receivedMs : statedMs;
}

const lowest = (limits: readonly StationLimitTold[], evseId: number, atMs: number) =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...limits.filter((each) => each.evseId === evseId).flatMap((each) => toldAt(each, atMs) ?? []),
  );
const mostOf = (place: Placed) => Math.max(0, ...place.connectors.map(maxPowerOf));
