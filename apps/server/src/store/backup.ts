import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { sql, type Transaction } from 'kysely';
import { CannotStart } from '../config/index.ts';
import type { Database } from './database.ts';
import { ensureMeterPartitions } from './meter-partitions.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Store } from './store.ts';
import { USAGE_TABLES, withoutDoors } from './usage-data.ts';

/** First line of a backup. */
interface Header {
  readonly smac_backup: 1;
  /** Newest migration of the database it was made from. */
  readonly schema: string;
}
interface Batch {
  readonly table: string;
  readonly rows: readonly unknown[];
}

const ROWS_AT_ONCE = 500;

/**
 * The whole database as gzipped JSON lines, the same for both kinds, so that a backup of one is restored into the other. It is read
 * in one repeatable-read transaction: it holds exactly what was committed when it began, and nothing of what came later. The
 * embedded database has one connection, so other requests wait while it is read.
 */
export function backup(store: Store): AsyncIterable<Uint8Array> {
  // `pipeline` hands a failing read on to whoever reads the result; `pipe` would leave them waiting.
  return pipeline(
    Readable.from(
      lines(
        store,
        () => true,
        (_, row) => row,
      ),
    ),
    createGzip(),
    () => {},
  );
}

/** The same of what somebody else may have (`usage-data.ts`); `restore` reads it, too. */
export function usageExport(store: Store): AsyncIterable<Uint8Array> {
  const chosen = (table: string) => USAGE_TABLES.has(table);
  return pipeline(Readable.from(lines(store, chosen, withoutDoors)), createGzip(), () => {});
}

async function* lines(
  store: Store,
  isChosen: (table: string) => boolean,
  shown: (table: string, row: unknown) => unknown,
): AsyncGenerator<string> {
  const queue: string[] = [];
  let wake = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();
  let isOver = false;
  const put = async (value: Header | Batch) => {
    queue.push(`${JSON.stringify(value)}\n`);
    wake.resolve();
    await room.promise;
  };
  const reading = store
    .transaction(async (trx) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(trx);
      await put({ smac_backup: 1, schema: newestMigration() });
      for (const table of (await tables(trx)).filter(isChosen)) {
        await sql`declare backup no scroll cursor for select to_jsonb(t) as row from ${sql.table(table)} t`.execute(
          trx,
        );
        for (;;) {
          const { rows } = await sql<{
            row: unknown;
          }>`fetch ${sql.raw(String(ROWS_AT_ONCE))} from backup`.execute(trx);
          if (rows.length > 0) await put({ table, rows: rows.map(({ row }) => shown(table, row)) });
          if (rows.length < ROWS_AT_ONCE) break;
        }
        await sql`close backup`.execute(trx);
      }
    })
    .finally(() => {
      isOver = true;
      wake.resolve();
    });
  reading.catch(() => {});
  try {
    for (;;) {
      await wake.promise;
      wake = Promise.withResolvers();
      yield* queue.splice(0);
      room.resolve();
      room = Promise.withResolvers();
      if (isOver && queue.length === 0) break;
    }
    await reading;
  } finally {
    // A reader that goes away must not leave the transaction open.
    isOver = true;
    room.resolve();
  }
}

/**
 * Fills an empty database from a backup, in one transaction: all of it or nothing.
 * @returns rows restored
 * @throws CannotStart when the database is not empty, or the file is no backup of this version or an older one
 */
export async function restore(store: Store, file: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  await store.transaction(async (trx) => {
    const names = await tables(trx);
    for (const table of names) await refuseRows(trx, table);
    let header: Header | undefined;
    for await (const line of unpacked(file)) {
      if (header === undefined) {
        header = headerOf(line);
        continue;
      }
      const { table, rows } = JSON.parse(line) as Batch;
      if (!names.includes(table)) {
        throw new CannotStart(
          `The backup holds a table ${table} that this version does not know: use the version it was made with.`,
        );
      }
      if (table === 'meter_value') {
        await ensureMeterPartitions(
          trx,
          rows.map((row) => (row as { at_ms: number }).at_ms),
        );
      }
      await sql`insert into ${sql.table(table)} overriding system value select * from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
        trx,
      );
      count += rows.length;
    }
    if (header === undefined) throw new CannotStart('The file is not a SMAC backup: it is empty.');
    for (const { table, column } of await identities(trx)) {
      await sql`select setval(pg_get_serial_sequence(${table}, ${column}), (select coalesce(max(${sql.ref(column)}), 0) + 1 from ${sql.table(table)}), false)`.execute(
        trx,
      );
    }
  });
  return count;
}

/** Lines of a backup; a damaged or cut-off file ends with a sentence instead of looking shorter than it is. */
async function* unpacked(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  try {
    const text = pipeline(Readable.from(file), createGunzip(), () => {}).setEncoding('utf8');
    for await (const part of text) {
      const lines = `${rest}${part}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'Z_DATA_ERROR')
      throw new CannotStart('The file is not a SMAC backup: give one that `smac backup` wrote.');
    if (code === 'Z_BUF_ERROR') throw new CannotStart('The backup is cut off: copy the file again.');
    throw error;
  }
}

function headerOf(line: string): Header {
  let header: Partial<Header> = {};
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {
    // Falls through to the sentence below.
  }
  if (header.smac_backup !== 1 || typeof header.schema !== 'string') {
    throw new CannotStart('The file is not a SMAC backup: give one that `smac backup` wrote.');
  }
  if (header.schema !== newestMigration()) {
    throw new CannotStart(
      `The backup was made with database schema ${header.schema}, this version has ${newestMigration()}: restore it with the version it was made with, then update.`,
    );
  }
  return { smac_backup: 1, schema: header.schema };
}

function newestMigration(): string {
  return Object.keys(MIGRATIONS).sort().at(-1) ?? '';
}

async function refuseRows(trx: Transaction<Database>, table: string): Promise<void> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(trx);
  if (rows.length > 0) {
    throw new CannotStart(
      `The database is not empty (table ${table} has rows): restore into a new SMAC_DATA_DIR or a new PostgreSQL database.`,
    );
  }
}

/** Every table of the rooms; those that refer to others last. */
async function tables(trx: Transaction<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'kysely_%'
    order by exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'), c.relname`.execute(
    trx,
  );
  return rows.map((row) => row.name);
}

async function identities(
  trx: Transaction<Database>,
): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = 'public' and is_identity = 'YES'`.execute(trx);
  return rows;
}
