import { sql, type Transaction } from 'kysely';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Owner, ownerParty } from './owner.ts';
import type { SessionState } from './session.ts';
import type { TriggerCause, TriggerFeed } from './trigger.ts';

export type Trx = Transaction<Database>;

/** Structured log: fields first, then one plain sentence. */
export interface SitesLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What every function of the room works with. */
export interface Room {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: SitesLog;
  readonly triggers: TriggerFeed;
}

/** A trigger that waits for the commit. */
export interface PendingTrigger {
  readonly contextId: string;
  readonly cause: TriggerCause;
  readonly session?: { readonly peerId: string; readonly sessionId: string };
  readonly state?: SessionState;
}

/**
 * One change: runs `work` in a transaction, then emits what it asked for, then resolves. Nothing is emitted or acknowledged before
 * the commit. Equal triggers of one change are emitted once.
 */
export async function change<T>(
  room: Room,
  work: (trx: Trx, emit: (trigger: PendingTrigger) => void) => Promise<T>,
): Promise<T> {
  const pending = new Map<string, PendingTrigger>();
  const result = await room.store.transaction((trx) =>
    work(trx, (trigger) => {
      pending.set(`${trigger.contextId}|${trigger.cause}|${trigger.session?.sessionId ?? ''}`, trigger);
    }),
  );
  const atMs = room.clock.now();
  for (const trigger of pending.values()) room.triggers.emit({ ...trigger, atMs });
  return result;
}

/** First key of the advisory locks of this room (ASCII `SITE`). */
const OWNER_LOCK = 0x53495445;

/**
 * One change to what an owner pushes, one at a time: an object is judged by what is stored of it and of its neighbours (which context has
 * the EVSE, what was newest), and a row that does not exist yet cannot be locked. The embedded database has one connection anyway.
 */
export function changeOf<T>(
  room: Room,
  owner: Owner,
  work: (trx: Trx, emit: (trigger: PendingTrigger) => void) => Promise<T>,
): Promise<T> {
  if (room.store.kind === 'pglite') return change(room, work);
  return change(room, async (trx, emit) => {
    const name = `${owner.peerId}/${ownerParty(owner)}`;
    await sql`select pg_advisory_xact_lock(${OWNER_LOCK}::int, hashtext(${name}))`.execute(trx);
    return work(trx, emit);
  });
}
