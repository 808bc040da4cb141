/**
 * Own transactions become sessions of the platform: planning treats them as it treats a foreign operator's. A change of state is told at
 * once, mere meter values at most every few seconds per session, unless another platform follows it.
 */
import { type Outcome, refused, type Session } from '@smac/ocpi';
import { NO_PREFERENCES, type Preferences, type Sites } from '../sites/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionChange, TransactionState, Transactions } from '../transactions/index.ts';
import type { Network } from './network.ts';
import { maxPowerOf, type Placed, placedAs } from './place.ts';
import { seenVehicle } from './seen-vehicle.ts';
import { sessionObject } from './session-object.ts';

/** What the back office decided when the token was presented. */
export type SessionIdentity = Partial<Pick<Session, 'cdr_token' | 'auth_method' | 'authorization_reference'>>;

export interface OwnSessionsOptions {
  readonly network: Network;
  readonly sites: Sites;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly currency: string;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Whose token it is and how it was accepted; default: this operator's. */
  readonly identityOf?: (transaction: TransactionState) => Promise<SessionIdentity | undefined>;
  /** Hears of a session before planning does: until its plan it may draw the most its EVSE gives, W. */
  readonly onBegin?: (
    key: { readonly peerId: string; readonly sessionId: string },
    maxPowerW: number,
  ) => Promise<void>;
  /** Hears every session as it was told to planning, e.g. to push it to other platforms. */
  readonly onSession?: (session: Session, transaction: TransactionState) => void;
  /** Another platform follows this session: its meter values do not wait (D1.5-R5-3). */
  readonly isFollowed?: (sessionId: string) => boolean;
}

export interface OwnSessions {
  /** Tells planning of what happened while this process was down. */
  start(): Promise<void>;
  /** Resolves when everything heard is told. */
  close(): Promise<void>;
}

/** Meter values of one session are told at most this often, ms. */
const METER_PAUSE_MS = 10_000;
/** An older reading was kept by its station while it had no line, ms. */
const LATE_MS = 30_000;
/** A transaction that ended while the process was down may not have been told. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** What is known of one session between two changes. */
interface Line {
  /** Not told yet. */
  newest: TransactionState | undefined;
  /** Heard last, told or not. */
  last: TransactionState | undefined;
  /** What the driver wishes, and what of it the newest session message stands for. */
  wish: string;
  toldWish: string;
  toldMs: number;
  toldKey: string;
  running: Promise<void> | undefined;
  cancelLater: (() => void) | undefined;
  /** Where planning was told that it is; undefined: planning has not heard of it. */
  address: Pick<Placed, 'locationId' | 'evseUid'> | undefined;
  /** Whose token it is, as soon as somebody presented one that was accepted. */
  identity: SessionIdentity | undefined;
  phases: number | undefined;
}

/** One session on its way into the room of the sites. */
interface Put {
  readonly session: Session;
  /** When the meter showed its energy; a station that was away tells it later. */
  readonly readMs: number | undefined;
  outcome?: Outcome<undefined>;
}

export function createOwnSessions(options: OwnSessionsOptions): OwnSessions {
  const { network, sites, transactions, clock, activity, log } = options;
  const lines = new Map<string, Line>();
  const puts = groupCommit<Put>(async (group) => {
    const outcomes = await sites.putSessions(
      network.owner,
      group.map(({ session }) => session),
      group.map(({ readMs }) => readMs),
    );
    for (const [n, put] of group.entries()) put.outcome = outcomes[n] ?? NOTHING_SAID;
  });
  let lastMs = 0;
  let isClosing = false;

  const unsubscribe = transactions.onChange(hear);
  const unsubscribeWishes = sites.onTrigger(({ cause, session }) => {
    if (cause !== 'preferences' || session?.peerId !== network.owner.peerId) return;
    activity.track(() => hearWish(session.sessionId)).catch(faultOf(session.sessionId));
  });

  function lineOf(id: string): Line {
    const line = lines.get(id) ?? {
      newest: undefined,
      last: undefined,
      wish: NOTHING_WISHED,
      toldWish: NOTHING_WISHED,
      toldMs: 0,
      toldKey: '',
      running: undefined,
      cancelLater: undefined,
      address: undefined,
      identity: undefined,
      phases: undefined,
    };
    lines.set(id, line);
    return line;
  }

  function hear({ transaction }: Pick<TransactionChange, 'transaction'>): void {
    if (network.placeOf(transaction.stationId, transaction.evseId) === undefined) return;
    const line = lineOf(transaction.id);
    line.newest = transaction;
    line.last = transaction;
    next(transaction.id, line);
  }

  /** The session message follows every changed preference: who plans elsewhere has nothing else that says so (D1.5-§2.3.1.1-UPD). */
  async function hearWish(id: string): Promise<void> {
    const state = await sites.session({ peerId: network.owner.peerId, sessionId: id });
    const line = lines.get(id);
    if (state === undefined || line?.last === undefined) return;
    line.wish = wishOf(state.preferences);
    if (line.wish === line.toldWish) return;
    line.newest ??= line.last;
    next(id, line);
  }

  /** A change of state or of the wish at once, mere readings after the pause. */
  function next(id: string, line: Line): void {
    if (line.newest === undefined || line.running !== undefined) return;
    const isMeterOnly = line.toldKey === keyOf(line.newest) && line.toldWish === line.wish;
    const isHasty = !isMeterOnly || options.isFollowed?.(id) === true;
    const fromMs = isLate(line.newest) ? clock.now() : line.toldMs;
    const waitMs = isHasty ? 0 : fromMs + METER_PAUSE_MS - clock.now();
    if (waitMs <= 0 || isClosing) flush(id, line);
    else line.cancelLater ??= clock.after(waitMs, () => flush(id, line));
  }

  /** A station that was away tells old readings first: told as what the meter shows now they would make the car look weak. */
  function isLate({ meteredMs }: TransactionState): boolean {
    return meteredMs !== undefined && meteredMs < clock.now() - LATE_MS;
  }

  function flush(id: string, line: Line): void {
    line.cancelLater?.();
    line.cancelLater = undefined;
    const transaction = line.newest;
    if (line.running !== undefined || transaction === undefined) return;
    line.newest = undefined;
    const { wish } = line;
    line.running = activity
      .track(async () => {
        await tell(transaction, line);
        line.toldWish = wish;
        line.toldMs = clock.now();
        line.toldKey = keyOf(transaction);
        if (transaction.state === 'ended') lines.delete(id);
      })
      .catch((error: unknown) => {
        faultOf(id)(error);
        // The database was away: what happened is told when it is back, unless something newer came.
        line.newest ??= transaction;
        if (!isClosing) line.cancelLater ??= clock.after(METER_PAUSE_MS, () => flush(id, line));
      })
      .finally(() => {
        line.running = undefined;
        if (line.cancelLater === undefined && !isClosing) next(id, line);
      });
  }

  function faultOf(transactionId: string): (error: unknown) => void {
    return (error) =>
      log.error({ transactionId, detail: String(error) }, 'A session could not be told to planning yet');
  }

  async function tell(transaction: TransactionState, line: Line): Promise<void> {
    const ref = { peerId: network.owner.peerId, sessionId: transaction.id };
    line.address ??= await sites.session(ref);
    const standing = network.placeOf(transaction.stationId, transaction.evseId);
    if (standing === undefined) return;
    const place = placedAs(standing, line.address);
    line.identity ??= await options.identityOf?.(transaction);
    const isNew = transaction.state === 'active' && line.address === undefined;
    // OCPI objects are ordered by their time of change: two of one millisecond would be one (X42).
    lastMs = Math.max(clock.now(), lastMs + 1);
    const bare = sessionObject(transaction, place, network.owner.party, options.currency, lastMs);
    const put: Put = { session: { ...bare, ...line.identity }, readMs: transaction.meteredMs };
    await puts.add(put);
    const { session, outcome = NOTHING_SAID } = put;
    if (!outcome.ok) {
      log.error(
        { transactionId: transaction.id, detail: outcome.detail },
        'A session of the own network was refused by planning',
      );
      return;
    }
    line.address ??= place;
    if (isNew) await options.onBegin?.(ref, Math.max(0, ...place.connectors.map(maxPowerOf)));
    await tellPhases(transaction, place, line);
    options.onSession?.(session, transaction);
  }

  /** A single-phase car is planned as one: in amperes of three phases its power would look a third (D1.5-Q3B-5). */
  async function tellPhases({ id, phases }: TransactionState, place: Placed, line: Line): Promise<void> {
    if (phases === undefined || phases === line.phases) return;
    line.phases = phases;
    const ref = { peerId: network.owner.peerId, sessionId: id };
    const known = (await sites.session(ref))?.vehicle.maxChargeW ?? Infinity;
    const { maxChargeW = Infinity, ...seen } = seenVehicle(
      phases,
      place,
      await network.countryOf(place.locationId),
    );
    const mostW = Math.min(known, maxChargeW);
    const told = await sites.setVehicle(ref, {
      ...seen,
      ...(Number.isFinite(mostW) ? { maxChargeW: mostW } : {}),
    });
    if (!told.ok)
      log.error({ transactionId: id, detail: told.detail }, 'The phases of a car were not stored');
  }

  return {
    async start() {
      const ended = await transactions.list({
        state: 'ended',
        fromMs: clock.now() - LOOK_BACK_MS,
        limit: 1_000,
      });
      for (const transaction of ended) {
        const told = await sites.session({ peerId: network.owner.peerId, sessionId: transaction.id });
        if (told?.endMs === undefined) hear({ transaction });
      }
      for (let offset = 0; ; offset += PAGE) {
        const active = await transactions.list({ state: 'active', limit: PAGE, offset });
        for (const transaction of active) hear({ transaction });
        if (active.length < PAGE) break;
      }
      await Promise.all([...lines.values()].map(({ running }) => running));
    },
    async close() {
      unsubscribe();
      unsubscribeWishes();
      isClosing = true;
      for (const [id, line] of lines) {
        await line.running;
        flush(id, line);
      }
      await Promise.all([...lines.values()].map(({ running }) => running));
    },
  };
}

const PAGE = 1_000;
const NOTHING_SAID = refused('serverError', 'planning gave no answer');

/** The same text for the same wish: the database keeps no order of fields. */
const wishOf = (preferences: Preferences) =>
  JSON.stringify(Object.entries(preferences).sort(([a], [b]) => (a < b ? -1 : 1)));
const NOTHING_WISHED = wishOf(NO_PREFERENCES);

/** What planning wants to know at once. */
const keyOf = ({ state, chargingState, tokenUid, soc, batteryWh, phases }: TransactionState) =>
  [state, chargingState, tokenUid, soc === undefined, batteryWh, phases].join(' ');
