import { type Kysely, sql } from 'kysely';

/** First instants (epoch ms) of the month of `atMs` and of the next, UTC. */
export function monthOf(atMs: number): {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
} {
  const day = new Date(atMs);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const name = `${year}_${String(month + 1).padStart(2, '0')}`;
  return { name, fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) };
}

/** Meter values live in one partition per month: old ones are dropped in an instant, and indexes stay as small as a month. */
export async function ensureMeterPartitions<T>(db: Kysely<T>, instants: Iterable<number>): Promise<void> {
  const months = new Map([...instants].map((atMs) => [monthOf(atMs).name, monthOf(atMs)]));
  for (const { name, fromMs, toMs } of months.values()) {
    await sql`create table if not exists ${sql.table(`meter_value_${name}`)} partition of meter_value
      for values from (${sql.lit(fromMs)}) to (${sql.lit(toMs)})`.execute(db);
  }
}

/** Drops the months that ended before `beforeMs`. @returns names of the dropped partitions */
export async function dropMeterPartitions<T>(db: Kysely<T>, beforeMs: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'meter_value'::regclass order by c.relname`.execute(db);
  const gone = rows
    .map(({ name }) => name)
    .filter((name) => {
      const [, year, month] = /^meter_value_(\d{4})_(\d{2})$/.exec(name) ?? [];
      return (
        year !== undefined && month !== undefined && Date.UTC(Number(year), Number(month), 1) <= beforeMs
      );
    });
  for (const name of gone) await sql`drop table ${sql.table(name)}`.execute(db);
  return gone;
}
