/** When each station had a connection, and what share of a period that was (D1.5-Q2-9). */
import { type Kysely, sql } from 'kysely';
import { groupCommit } from '../../store/group-commit.ts';
import type { Database, Store } from '../../store/index.ts';
import type { EventLog } from '../event-log.ts';

export interface Availability {
  /** The part of the period since the station first came. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly connectedMs: number;
  /** 0..1. */
  readonly share: number;
}

export interface Uptime {
  /** Connections that a killed process left open end with the last thing their stations said. */
  load(): Promise<void>;
  /** undefined: the station never came, or not before the end of the period. */
  of(stationId: string, fromMs: number, untilMs: number): Promise<Availability | undefined>;
  /** Resolves when everything heard is stored. */
  settled(): Promise<void>;
}

interface Heard {
  readonly stationId: string;
  readonly generation: number;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export function createUptime(
  { db }: Store,
  events: Pick<EventLog, 'watch'>,
  onFault: (error: unknown) => void,
): Uptime {
  /** A fleet that returns comes by the thousand: what comes together is committed together. */
  const changes = groupCommit<Heard>(async (group) => {
    const came = group.flatMap(({ stationId, generation, fromMs }) =>
      fromMs === undefined ? [] : [{ station_id: stationId, generation, from_ms: fromMs, until_ms: null }],
    );
    const went = group.flatMap(({ stationId, generation, untilMs }) =>
      untilMs === undefined ? [] : [{ stationId, generation, untilMs }],
    );
    // One statement is a transaction of its own.
    if (went.length === 0) await begin(db, came);
    else if (came.length === 0) await end(db, went);
    else
      await db.transaction().execute(async (trx) => {
        await begin(trx, came);
        await end(trx, went);
      });
  });

  events.watch((event) => {
    if (event.kind !== 'connected' && event.kind !== 'disconnected') return;
    const { stationId, generation, atMs } = event;
    const when = event.kind === 'connected' ? { fromMs: atMs } : { untilMs: atMs };
    changes.add({ stationId, generation, ...when }).catch(onFault);
  });

  return {
    async load() {
      await sql`
        update station_uptime as open set until_ms = greatest(open.from_ms, coalesce(
          (select max(at_ms) from station_message as said
           where said.station_id = open.station_id and said.direction = 'in'), 0))
        where until_ms is null`.execute(db);
    },
    async of(stationId, fromMs, untilMs) {
      await changes.settled();
      const first = await db
        .selectFrom('station_uptime')
        .select((e) => e.fn.min('from_ms').as('at_ms'))
        .where('station_id', '=', stationId)
        .executeTakeFirst();
      const firstMs = first?.at_ms ?? undefined;
      const sinceMs = Math.max(fromMs, Number(firstMs));
      if (firstMs === undefined || sinceMs >= untilMs) return undefined;
      const rows = await db
        .selectFrom('station_uptime')
        .select(['from_ms', 'until_ms'])
        .where('station_id', '=', stationId)
        .where('from_ms', '<', untilMs)
        .where((e) => e.or([e('until_ms', 'is', null), e('until_ms', '>', sinceMs)]))
        .orderBy('from_ms')
        .execute();
      const connectedMs = covered(rows, sinceMs, untilMs);
      return { fromMs: sinceMs, untilMs, connectedMs, share: connectedMs / (untilMs - sinceMs) };
    },
    settled: () => changes.settled(),
  };
}

async function begin(
  db: Kysely<Database>,
  came: readonly { station_id: string; generation: number; from_ms: number; until_ms: null }[],
): Promise<void> {
  await db
    .insertInto('station_uptime')
    .values(came)
    .onConflict((c) => c.columns(['station_id', 'generation']).doNothing())
    .execute();
}

async function end(
  db: Kysely<Database>,
  went: readonly { stationId: string; generation: number; untilMs: number }[],
): Promise<void> {
  await sql`
    update station_uptime as known set until_ms = greatest(known.from_ms, gone."untilMs")
    from jsonb_to_recordset(${JSON.stringify(went)}::jsonb)
      as gone("stationId" text, generation integer, "untilMs" bigint)
    where known.station_id = gone."stationId" and known.generation = gone.generation`.execute(db);
}

/** A socket may replace one that ends later: what overlaps counts once. Rows by their start. */
function covered(
  rows: readonly { readonly from_ms: number; readonly until_ms: number | null }[],
  fromMs: number,
  untilMs: number,
): number {
  let totalMs = 0;
  let reachedMs = fromMs;
  for (const row of rows) {
    const startMs = Math.max(row.from_ms, reachedMs);
    const endMs = Math.min(row.until_ms ?? untilMs, untilMs);
    if (endMs <= startMs) continue;
    totalMs += endMs - startMs;
    reachedMs = endMs;
  }
  return totalMs;
}
