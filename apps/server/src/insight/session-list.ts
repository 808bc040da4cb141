import { sql } from 'kysely';
import { OWN_PEER } from '../network/index.ts';
import type { Planning, SessionPicture } from '../planning/index.ts';
import type { ContextState, Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { type Place, placeOf, same } from './place.ts';

/** One line of the register of sessions, running or over. */
export interface SessionLine {
  /** Unique code of the session, as in its CDR. */
  readonly code: string;
  readonly peerId: string;
  readonly contextId: string;
  readonly site: string;
  readonly timeZone: string;
  readonly party: string;
  /** What stands on the socket. */
  readonly evse: string;
  readonly stationId: string | null;
  readonly isLive: boolean;
  /** What flows now: `over` and `none` are no direction. */
  readonly flow: 'charging' | 'discharging' | 'none' | 'over';
  readonly powerW: number | null;
  readonly energyWh: number;
  /** Given back, by a register of its own; null: there is none. */
  readonly exportWh: number | null;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly profileType: string | null;
  readonly shortfallWh: number;
  /** Why it is as it is, in the planner's words; null when it is over. */
  readonly reason: { readonly code: string; readonly sentence: string } | null;
  /** So far while it runs, billed once it is over; null: nothing has a price here, or it is not billed yet. */
  readonly cost: { readonly amount: number; readonly currency: string; readonly isBilled: boolean } | null;
}

export interface SessionListQuery {
  readonly state?: 'live' | 'ended';
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  readonly offset: number;
}

export interface SessionListSources {
  readonly store: Store;
  readonly sites: Pick<Sites, 'contexts' | 'getLocation'>;
  readonly planning: Pick<Planning, 'sessionPictures'>;
  /** Of an own session that runs. */
  readonly priceSoFar: (
    sessionId: string,
  ) => Promise<{ readonly amount: number; readonly currency: string } | undefined>;
}

export type SessionList = (
  query: SessionListQuery,
) => Promise<{ readonly sessions: readonly SessionLine[]; readonly total: number }>;

const LEAST_FLOW_W = 100;

/** Sessions of every platform, the newest first. */
export function createSessionList(sources: SessionListSources): SessionList {
  const { sites, planning } = sources;
  return async (query) => {
    const { rows, total } = await readRows(sources.store, query);
    const contexts = new Map((await sites.contexts()).map((context) => [context.id, context]));
    const places = remembered(async (context: ContextState) => placeOf(sites, context));
    const pictures = remembered((contextId: string) => planning.sessionPictures(contextId));
    const sessions: SessionLine[] = [];
    for (const row of rows) {
      const context = contexts.get(row.context_id);
      const place = context === undefined ? undefined : await places(context);
      const picture = row.live
        ? (await pictures(row.context_id)).find(({ key }) => key.sessionId === row.session_id)
        : undefined;
      const soFar =
        row.live && row.peer_id === OWN_PEER ? await sources.priceSoFar(row.session_id) : undefined;
      sessions.push(lineOf(row, place, picture, soFar));
    }
    return { sessions, total };
  };
}

type Row = Awaited<ReturnType<typeof readRows>>['rows'][number];

function lineOf(
  row: Row,
  place: Place | undefined,
  picture: SessionPicture | undefined,
  soFar: { readonly amount: number; readonly currency: string } | undefined,
): SessionLine {
  const evse = place?.evses.find((one) => same(one.evseUid, row.evse_uid));
  const powerW = row.live ? row.power_w : null;
  const billed =
    row.cost === null || row.currency === null
      ? null
      : { amount: Number(row.cost), currency: row.currency, isBilled: true };
  return {
    code: row.session_id,
    peerId: row.peer_id,
    contextId: row.context_id,
    site: place?.name ?? row.location_id,
    timeZone: place?.timeZone ?? 'UTC',
    party: row.party,
    evse: evse?.label ?? row.evse_uid,
    stationId: row.station_id,
    isLive: row.live,
    flow: flowOf(row.live, powerW),
    powerW,
    energyWh: row.energy_wh,
    exportWh: row.export_wh === null ? null : row.export_wh - (row.export_start_wh ?? 0),
    startMs: row.start_ms,
    endMs: row.end_ms,
    profileType: picture?.profileType ?? null,
    shortfallWh: picture?.shortfallWh ?? 0,
    reason: picture?.reasons[0] ?? null,
    cost:
      billed ??
      (soFar === undefined ? null : { amount: soFar.amount, currency: soFar.currency, isBilled: false }),
  };
}

function flowOf(isLive: boolean, powerW: number | null): SessionLine['flow'] {
  if (!isLive) return 'over';
  if (powerW === null || Math.abs(powerW) < LEAST_FLOW_W) return 'none';
  return powerW > 0 ? 'charging' : 'discharging';
}

async function readRows({ db }: Store, { state, fromMs, toMs, limit, offset }: SessionListQuery) {
  const found = db
    .selectFrom('charging_session as s')
    .where('s.status', 'in', ['ACTIVE', 'COMPLETED', 'PENDING'])
    .$if(state !== undefined, (q) => q.where('s.live', '=', state === 'live'))
    .$if(fromMs !== undefined, (q) => q.where('s.start_ms', '>=', fromMs ?? 0))
    .$if(toMs !== undefined, (q) => q.where('s.start_ms', '<', toMs ?? 0));
  const { count } = await found.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await found
    .leftJoin('ocpp_transaction as t', (join) =>
      join.onRef('t.id', '=', 's.session_id').on('s.peer_id', '=', OWN_PEER),
    )
    // The bill that stands: the newest that is no credit.
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('cdr as c')
          .whereRef('c.session_id', '=', 's.session_id')
          .where('c.credit_of', 'is', null)
          .select([
            sql<string | null>`c.object->'total_cost'->>'before_taxes'`.as('cost'),
            sql<string | null>`c.object->>'currency'`.as('currency'),
          ])
          .orderBy('c.revision', 'desc')
          .limit(1)
          .as('bill'),
      (join) => join.onTrue(),
    )
    .select([
      's.peer_id',
      's.session_id',
      's.context_id',
      's.party',
      's.location_id',
      's.evse_uid',
      's.live',
      's.power_w',
      's.energy_wh',
      's.start_ms',
      's.end_ms',
      't.station_id',
      't.export_wh',
      't.export_start_wh',
      'bill.cost',
      'bill.currency',
    ])
    .orderBy('s.start_ms', 'desc')
    .orderBy('s.session_id')
    .limit(limit)
    .offset(offset)
    .execute();
  return { rows, total: Number(count) };
}

/** Asked once per list. */
function remembered<K, V>(read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const reading = read(key);
    known.set(key, reading);
    return reading;
  };
}
