import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database, Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';

export interface AuditEntry {
  readonly actor: string;
  /** Verb in the past tense with its room, like `api_key.created`. */
  readonly action: string;
  /** `kind:id`. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditRow extends AuditEntry {
  readonly id: number;
  readonly atMs: number;
  readonly hash: string;
}

/** Newest row of the trail: what is noted outside the database, so that cutting off the end is seen too. */
export interface AuditHead {
  readonly id: number;
  readonly hash: string;
}

export interface AuditPage {
  readonly limit: number;
  readonly beforeId?: number;
  /** First moment that counts, epoch ms. */
  readonly fromMs?: number;
  /** First moment that counts no more. */
  readonly toMs?: number;
}

export type AuditVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: AuditHead | undefined }
  | { readonly ok: false; readonly rows: number; readonly brokenId: number; readonly sentence: string };

export interface Audit {
  /** Appends to the trail; inside `trx` it is part of that transaction. */
  record(entry: AuditEntry, trx?: Transaction<Database>): Promise<void>;
  /** Newest first. */
  list(page: AuditPage): Promise<readonly AuditRow[]>;
  head(): Promise<AuditHead | undefined>;
  /** Recomputes the whole chain, and looks for `anchors` noted outside the database (D1.5-§1.4-I). */
  verify(anchors?: readonly AuditHead[]): Promise<AuditVerdict>;
  /** Removes rows before `beforeMs`; a row says so and carries the chain on. */
  prune(beforeMs: number): Promise<number>;
}

const GENESIS = '0'.repeat(64);
/** Advisory lock key (ASCII `AUDT`): one row is appended at a time. */
const CHAIN_LOCK = 0x41554454;
const VERIFY_BATCH = 5_000;

/** The audit trail: append-only, each row hashes the one before it. */
export function createAudit(options: { readonly store: Store; readonly clock: Clock }): Audit {
  const { store, clock } = options;

  async function append(trx: Transaction<Database>, entry: AuditEntry): Promise<void> {
    await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(trx);
    const last = await trx
      .selectFrom('audit')
      .select('hash')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const previous = last?.hash ?? GENESIS;
    const row = { ...entry, atMs: clock.now() };
    await trx
      .insertInto('audit')
      .values({
        at_ms: row.atMs,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        detail: JSON.stringify(row.detail),
        previous_hash: previous,
        hash: hashOf(previous, row),
      })
      .execute();
  }

  return {
    record: (entry, trx) => (trx ? append(trx, entry) : store.transaction((own) => append(own, entry))),
    async list({ limit, beforeId, fromMs, toMs }) {
      const rows = await store.db
        .selectFrom('audit')
        .selectAll()
        .$if(beforeId !== undefined, (query) => query.where('id', '<', beforeId ?? 0))
        .$if(fromMs !== undefined, (query) => query.where('at_ms', '>=', fromMs ?? 0))
        .$if(toMs !== undefined, (query) => query.where('at_ms', '<', toMs ?? 0))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ id, at_ms, actor, action, subject, detail, hash }) => ({
        id,
        atMs: at_ms,
        actor,
        action,
        subject,
        detail,
        hash,
      }));
    },
    async head() {
      return store.db
        .selectFrom('audit')
        .select(['id', 'hash'])
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
    },
    async verify(anchors = []) {
      const wanted = new Map(anchors.map((anchor) => [anchor.id, anchor.hash]));
      let rows = 0;
      let firstId = 0;
      let previous: string | undefined;
      let opening: string | undefined;
      let head: AuditHead | undefined;
      const pruned = new Set<string>();
      for (;;) {
        const batch = await store.db
          .selectFrom('audit')
          .selectAll()
          .where('id', '>', head?.id ?? 0)
          .orderBy('id')
          .limit(VERIFY_BATCH)
          .execute();
        for (const row of batch) {
          if (previous === undefined) {
            opening = row.previous_hash;
            firstId = row.id;
          }
          const broken = (sentence: string): AuditVerdict => ({
            ok: false,
            rows,
            brokenId: row.id,
            sentence,
          });
          if (previous !== undefined && row.previous_hash !== previous) {
            return broken(`Row ${row.id} does not follow the row before it: a row was removed or inserted.`);
          }
          if (row.hash !== hashOf(row.previous_hash, { ...row, atMs: row.at_ms })) {
            return broken(`Row ${row.id} was altered: its content does not match its hash.`);
          }
          const noted = wanted.get(row.id);
          if (noted !== undefined && noted !== row.hash) {
            return broken(
              `Row ${row.id} is not the one that was noted outside the database: the trail was rewritten.`,
            );
          }
          wanted.delete(row.id);
          if (row.action === 'audit.pruned' && typeof row.detail.hash === 'string')
            pruned.add(row.detail.hash);
          previous = row.hash;
          head = { id: row.id, hash: row.hash };
          rows += 1;
        }
        if (batch.length < VERIFY_BATCH) break;
      }
      if (opening !== undefined && opening !== GENESIS && !pruned.has(opening)) {
        return {
          ok: false,
          rows,
          brokenId: firstId,
          sentence: `Rows before ${firstId} are missing and no retention run removed them.`,
        };
      }
      const missing = [...wanted.keys()].find((id) => id >= firstId);
      if (missing !== undefined) {
        return {
          ok: false,
          rows,
          brokenId: missing,
          sentence: `Row ${missing} was noted outside the database and is missing: the end was cut off.`,
        };
      }
      return { ok: true, rows, head };
    },
    async prune(beforeMs) {
      return store.transaction(async (trx) => {
        await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(trx);
        const last = await trx
          .selectFrom('audit')
          .select(['id', 'hash'])
          .where('at_ms', '<', beforeMs)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (!last) return 0;
        const { count } = await trx
          .selectFrom('audit')
          .select((e) => e.fn.countAll<number>().as('count'))
          .where('id', '<=', last.id)
          .executeTakeFirstOrThrow();
        await append(trx, {
          actor: 'system',
          action: 'audit.pruned',
          subject: `audit:${last.id}`,
          detail: { hash: last.hash, rows: count },
        });
        await trx.deleteFrom('audit').where('id', '<=', last.id).execute();
        return count;
      });
    },
  };
}

function hashOf(previous: string, row: Omit<AuditRow, 'id' | 'hash'>): string {
  const content = [
    previous,
    row.atMs,
    row.actor,
    row.action,
    row.subject,
    ordered(JSON.parse(JSON.stringify(row.detail))),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** `jsonb` does not keep the order of keys, so the hash is over sorted ones. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}
