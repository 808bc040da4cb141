import { sql } from 'kysely';
import type { Store } from '../store/index.ts';
import { putRows } from '../store/put-rows.ts';
import type { ProfileState } from '../store/tables/dispatch.ts';
import type { LedgerEntry } from './ledger/entry.ts';
import type { Profile, SessionKey } from './port.ts';
import type { Log } from './surroundings.ts';

/** A profile about to leave (or only shown): the row that must be on disk before anything is sent. */
export interface Intent {
  readonly reference: string;
  readonly planId: string;
  readonly contextId: string;
  readonly key: SessionKey;
  readonly state: 'SENT' | 'SHADOW';
  readonly reason: 'safety' | 'lower' | 'raise' | 'shadow';
  readonly profile: Profile;
  readonly sentMs: number;
}

export interface Outcome {
  readonly reference: string;
  readonly state: ProfileState;
  readonly answeredMs?: number;
  readonly appliedMs?: number;
  readonly detail?: string;
}

export interface DispatchEvent {
  readonly atMs: number;
  readonly level: 'info' | 'alarm';
  readonly code: string;
  readonly contextId?: string;
  readonly key?: SessionKey;
  readonly peerId?: string;
  readonly text: string;
}

/** The last reading of the meter at a supply point. */
export interface SupplyRecord {
  readonly contextId: string;
  /** Net import, W. */
  readonly powerW: number;
  /** What of it was not drawn by cars, W. */
  readonly baseW: number;
  readonly atMs: number;
  readonly untilMs: number;
}

interface Batch {
  intents: Intent[];
  outcomes: Outcome[];
  events: DispatchEvent[];
  /** The newest entry of a session, or undefined when it is gone. */
  ledger: Map<string, { key: SessionKey; entry: LedgerEntry | undefined }>;
  /** The newest reading of each supply point. */
  supplies: Map<string, SupplyRecord>;
  done: Promise<void>;
  settle: { resolve: () => void; reject: (reason: unknown) => void };
}

const ROWS_AT_ONCE = 1_000;
/** Attempts, and events, that are kept while the database is away; beyond, the oldest are forgotten. */
const MOST_KEPT = 10_000;

const putIntents = putRows('dispatch_profile', { key: ['id'], ifThere: 'defect' });
const putLedger = putRows('dispatch_ledger', { key: ['peer_id', 'session_id'], ifThere: 'replaced' });

const putSupplies = putRows('dispatch_supply_meter', { key: ['context_id'], ifThere: 'replaced' });

/** One text per session, for maps. */
export function nameOf(key: SessionKey): string {
  return `${key.peerId}/${key.sessionId}`;
}

/**
 * The record of dispatch. Everything that comes up while a transaction runs goes into the next one, so that a plan of a hundred
 * sessions costs a handful of commits. A write that fails is reported to who waits for it; ledger and outcomes are kept for
 * the next transaction, intents are not, because what is not recorded is not sent. What is kept is bounded however long the database is
 * away: the newest ledger of a session, the last state of an attempt, and of what people are told the last of each kind per session.
 */
export class Records {
  readonly #store: Store;
  readonly #log: Log;
  readonly #nowMs: () => number;
  #next: Batch | undefined;
  #running: Promise<void> | undefined;

  constructor(store: Store, log: Log, nowMs: () => number) {
    this.#store = store;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Resolves after the commit. */
  write(change: {
    readonly intents?: readonly Intent[];
    readonly outcomes?: readonly Outcome[];
    readonly events?: readonly DispatchEvent[];
    readonly entries?: readonly LedgerEntry[];
    readonly gone?: readonly SessionKey[];
    readonly supplies?: readonly SupplyRecord[];
  }): Promise<void> {
    this.#next ??= newBatch();
    const batch = this.#next;
    batch.intents.push(...(change.intents ?? []));
    batch.outcomes.push(...(change.outcomes ?? []));
    batch.events.push(...(change.events ?? []));
    for (const entry of change.entries ?? []) batch.ledger.set(nameOf(entry.key), { key: entry.key, entry });
    for (const key of change.gone ?? []) batch.ledger.set(nameOf(key), { key, entry: undefined });
    for (const supply of change.supplies ?? []) batch.supplies.set(supply.contextId, supply);
    this.#running ??= this.#run();
    return batch.done;
  }

  /** Resolves when nothing is left to write; what a failed transaction left behind is tried once more. Rejects when that fails, too. */
  async committed(): Promise<void> {
    await this.#running;
    if (this.#next === undefined) return;
    const { done } = this.#next;
    this.#running ??= this.#run();
    await done;
  }

  async #run(): Promise<void> {
    // One turn of the event loop lets everything that belongs together come together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#next !== undefined) {
      const batch = this.#next;
      this.#next = undefined;
      try {
        await this.#commit(batch);
        batch.settle.resolve();
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        this.#log.error({ detail }, 'Dispatch could not be recorded; nothing of this batch is sent');
        this.#keep(batch);
        batch.settle.reject(error);
        break;
      }
    }
    this.#running = undefined;
  }

  #keep(failed: Batch): void {
    this.#next ??= newBatch();
    this.#next.outcomes = latest([...failed.outcomes, ...this.#next.outcomes]).slice(-MOST_KEPT);
    this.#next.events = lastOfEach([...failed.events, ...this.#next.events]).slice(-MOST_KEPT);
    for (const [name, row] of failed.ledger) {
      if (!this.#next.ledger.has(name)) this.#next.ledger.set(name, row);
    }
    this.#next.supplies = new Map([...failed.supplies, ...this.#next.supplies]);
  }

  async #commit(batch: Batch): Promise<void> {
    const ledger = [...batch.ledger.values()];
    const rows = ledger.flatMap(({ entry }) => (entry ? [this.#ledgerRow(entry)] : []));
    const gone = ledger.flatMap(({ key, entry }) => (entry ? [] : [key]));
    await this.#store.transaction(async (trx) => {
      for (const intents of portions(batch.intents)) {
        await putIntents(trx, intents.map(intentRow));
      }
      if (batch.outcomes.length > 0) {
        // The list of ids leads through the key: by the join alone every answer reads all profiles there ever were.
        const merged = latest(batch.outcomes);
        const outcomes = JSON.stringify(merged);
        const references = merged.map(({ reference }) => reference);
        await sql`update dispatch_profile p
          set state = v.state,
              answered_ms = coalesce(v."answeredMs", p.answered_ms),
              applied_ms = coalesce(v."appliedMs", p.applied_ms),
              detail = coalesce(v.detail, p.detail)
          from jsonb_to_recordset(${outcomes}::jsonb)
            as v(reference text, state text, "answeredMs" bigint, "appliedMs" bigint, detail text)
          where p.id = v.reference and p.id = any(${references}::text[])`.execute(trx);
      }
      for (const portion of portions(rows)) {
        await putLedger(trx, portion);
      }
      for (const key of gone) {
        await trx
          .deleteFrom('dispatch_ledger')
          .where('peer_id', '=', key.peerId)
          .where('session_id', '=', key.sessionId)
          .execute();
      }
      for (const supplies of portions([...batch.supplies.values()])) {
        await putSupplies(trx, supplies.map(supplyRow));
      }
      for (const events of portions(batch.events)) {
        await trx.insertInto('dispatch_event').values(events.map(eventRow)).execute();
      }
    });
  }

  #ledgerRow(entry: LedgerEntry) {
    return {
      peer_id: entry.key.peerId,
      session_id: entry.key.sessionId,
      context_id: entry.contextId,
      max_power_w: entry.maxPowerW,
      min_power_w: entry.minPowerW,
      uncontrolled: entry.uncontrolled,
      may_hold: entry.mayHold,
      observed: entry.observed ?? null,
      updated_ms: this.#nowMs(),
    };
  }

  /** The ledger of the last run. Attempts whose answer never came become UNKNOWN: the station may hold them or not. */
  async load(): Promise<LedgerEntry[]> {
    return this.#store.transaction(async (trx) => {
      await trx
        .updateTable('dispatch_profile')
        .set({ state: 'UNKNOWN', detail: 'The server was restarted before the answer came' })
        .where('state', '=', 'SENT')
        .execute();
      const rows = await trx.selectFrom('dispatch_ledger').selectAll().execute();
      return rows.map((row) => ({
        key: { peerId: row.peer_id, sessionId: row.session_id },
        contextId: row.context_id,
        maxPowerW: row.max_power_w,
        minPowerW: row.min_power_w,
        uncontrolled: row.uncontrolled,
        mayHold: row.may_hold as LedgerEntry['mayHold'],
        ...(row.observed === null ? {} : { observed: row.observed as Profile }),
      }));
    });
  }

  /** What the meters of supply points showed last. */
  async supplies(): Promise<SupplyRecord[]> {
    const rows = await this.#store.db.selectFrom('dispatch_supply_meter').selectAll().execute();
    return rows.map((row) => ({
      contextId: row.context_id,
      powerW: row.power_w,
      baseW: row.base_w,
      atMs: row.at_ms,
      untilMs: row.until_ms,
    }));
  }
}

function newBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Who does not wait for this batch must not turn its failure into an unhandled rejection; it was logged.
  promise.catch(() => {});
  return {
    intents: [],
    outcomes: [],
    events: [],
    ledger: new Map(),
    supplies: new Map(),
    done: promise,
    settle: { resolve, reject },
  };
}

/** PostgreSQL takes 65,535 values in one statement, and a text of some size: what piled up while the database was away goes in portions. */
function portions<T>(rows: readonly T[]): T[][] {
  const out: T[][] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    out.push(rows.slice(from, from + ROWS_AT_ONCE));
  return out;
}

/** One outcome per attempt: the last state, with every time that was noted on the way. */
function latest(outcomes: readonly Outcome[]): Outcome[] {
  const merged = new Map<string, Outcome>();
  for (const { detail, ...outcome } of outcomes) {
    merged.set(outcome.reference, {
      ...merged.get(outcome.reference),
      ...outcome,
      ...(detail === undefined ? {} : { detail: storable(detail) }),
    });
  }
  return [...merged.values()];
}

/** The newest event of each kind about the same thing, in order of time. */
function lastOfEach(events: readonly DispatchEvent[]): DispatchEvent[] {
  const last = new Map<string, DispatchEvent>();
  for (const event of events) {
    const name = JSON.stringify([
      event.code,
      event.contextId,
      event.key?.peerId ?? event.peerId,
      event.key?.sessionId,
    ]);
    last.delete(name);
    last.set(name, event);
  }
  return [...last.values()];
}

/** Text of a peer as PostgreSQL keeps it: one character it refuses would hold up the record of every session. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', ' ');
}

function intentRow(intent: Intent) {
  return {
    id: intent.reference,
    plan_id: intent.planId,
    context_id: intent.contextId,
    peer_id: intent.key.peerId,
    session_id: intent.key.sessionId,
    state: intent.state,
    reason: intent.reason,
    profile: intent.profile,
    sent_ms: intent.sentMs,
    answered_ms: null,
    applied_ms: null,
    detail: null,
  };
}

function supplyRow({ contextId, powerW, baseW, atMs, untilMs }: SupplyRecord) {
  return { context_id: contextId, power_w: powerW, base_w: baseW, at_ms: atMs, until_ms: untilMs };
}

function eventRow(event: DispatchEvent) {
  return {
    at_ms: event.atMs,
    level: event.level,
    code: event.code,
    context_id: event.contextId ?? null,
    peer_id: event.key?.peerId ?? event.peerId ?? null,
    session_id: event.key?.sessionId ?? null,
    text: storable(event.text),
  };
}
