/**
 * Own transactions become sessions of the platform: planning treats them as it treats a foreign operator's. A change of state is told at
 * once, mere meter values at most every few seconds per session.
 */
import type { Session } from '@smac/ocpi';
import type { Sites } from '../sites/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionChange, TransactionState, Transactions } from '../transactions/index.ts';
import type { Network } from './network.ts';
import { maxPowerOf, type Placed } from './place.ts';
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
}

export interface OwnSessions {
  /** Tells planning of what happened while this process was down. */
  start(): Promise<void>;
  /** Resolves when everything heard is told. */
  close(): Promise<void>;
}

/** Meter values of one session are told at most this often, ms. */
const METER_PAUSE_MS = 10_000;
/** A transaction that ended while the process was down may not have been told. */
const LOOK_BACK_MS = 24 * 3_600_000;

interface Line {
  newest: TransactionState | undefined;
  toldMs: number;
  toldKey: string;
  running: Promise<void> | undefined;
  cancelLater: (() => void) | undefined;
}

export function createOwnSessions(options: OwnSessionsOptions): OwnSessions {
  const { network, sites, transactions, clock, activity, log } = options;
  const lines = new Map<string, Line>();
  const toldPhases = new Map<string, number>();
  let lastMs = 0;

  const unsubscribe = transactions.onChange(hear);

  function hear({ transaction }: TransactionChange): void {
    if (network.placeOf(transaction.stationId, transaction.evseId) === undefined) return;
    const line = lines.get(transaction.id) ?? {
      newest: undefined,
      toldMs: 0,
      toldKey: '',
      running: undefined,
      cancelLater: undefined,
    };
    lines.set(transaction.id, line);
    line.newest = transaction;
    const waitMs = line.toldKey === keyOf(transaction) ? line.toldMs + METER_PAUSE_MS - clock.now() : 0;
    if (waitMs <= 0) flush(transaction.id, line);
    else line.cancelLater ??= clock.after(waitMs, () => flush(transaction.id, line));
  }

  function flush(id: string, line: Line): void {
    line.cancelLater?.();
    line.cancelLater = undefined;
    line.running ??= activity
      .track(async () => {
        for (let next = line.newest; next !== undefined; next = line.newest) {
          line.newest = undefined;
          await tell(next);
          line.toldMs = clock.now();
          line.toldKey = keyOf(next);
          if (next.state === 'ended') {
            lines.delete(id);
            toldPhases.delete(id);
          }
        }
      })
      .catch((error: unknown) =>
        log.error({ transactionId: id, detail: String(error) }, 'A session could not be told to planning'),
      )
      .finally(() => {
        line.running = undefined;
      });
  }

  async function tell(transaction: TransactionState): Promise<void> {
    const place = network.placeOf(transaction.stationId, transaction.evseId);
    if (place === undefined) return;
    const identity = await options.identityOf?.(transaction);
    // OCPI objects are ordered by their time of change: two of one millisecond would be one (X42).
    lastMs = Math.max(clock.now(), lastMs + 1);
    const bare = sessionObject(transaction, place, network.owner.party, options.currency, lastMs);
    const session = { ...bare, ...identity };
    const ref = { peerId: network.owner.peerId, sessionId: transaction.id };
    const isNew = transaction.state === 'active' && (await sites.session(ref)) === undefined;
    const put = await sites.putSession(network.owner, session);
    if (!put.ok) {
      log.error(
        { transactionId: transaction.id, detail: put.detail },
        'A session of the own network was refused by planning',
      );
      return;
    }
    if (isNew) await options.onBegin?.(ref, Math.max(0, ...place.connectors.map(maxPowerOf)));
    await tellPhases(transaction, place);
    options.onSession?.(session, transaction);
  }

  /** A single-phase car is planned as one: in amperes of three phases its power would look a third (D1.5-Q3B-5). */
  async function tellPhases({ id, phases }: TransactionState, place: Placed): Promise<void> {
    if (phases === undefined || phases === toldPhases.get(id)) return;
    toldPhases.set(id, phases);
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
        if (told?.endMs === undefined) await tell(transaction);
      }
      for (const transaction of await transactions.list({ state: 'active', limit: 1_000 }))
        await tell(transaction);
    },
    async close() {
      unsubscribe();
      for (const [id, line] of lines) flush(id, line);
      await Promise.all([...lines.values()].map(({ running }) => running));
    },
  };
}

/** What planning wants to know at once. */
const keyOf = ({ state, chargingState, tokenUid, soc, phases }: TransactionState) =>
  [state, chargingState, tokenUid, soc === undefined, phases].join(' ');
