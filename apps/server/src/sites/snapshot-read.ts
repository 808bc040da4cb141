import { sql } from 'kysely';
import type { ContextState, StaticInputs } from './context.ts';
import { contextOf as contextOfRow, readContexts } from './context-row.ts';
import { UNKNOWN_CONNECTOR_W } from './default-context.ts';
import { evseKey, folded } from './owner.ts';
import { parentShares } from './parents.ts';
import type { KnownConnector } from './places.ts';
import { readPolicies } from './policies.ts';
import type { Room, Trx } from './room.ts';
import type { StoredSlot } from './series.ts';
import { noSeries, readSeries, within } from './series-store.ts';
import type { ConnectorCapability, SessionState } from './session.ts';
import { SESSION_COLUMNS, sessionOf } from './session-row.ts';
import type { ContextSnapshot, SnapshotSession } from './snapshot.ts';
import { isTimeZone } from './time-zone.ts';

/** What persistence may look back to, and how far ahead a plan can look. */
const BACK_MS = 49 * 3_600_000;
const AHEAD_MS = 8 * 24 * 3_600_000;
const GRID_PHASE_AHEAD_MS = 24 * 3_600_000;

type Reader = Pick<Trx, 'selectFrom'>;

/** A context at a moment, epoch ms. */
export interface SnapshotOf {
  readonly contextId: string;
  readonly atMs: number;
}

export const snapshotName = ({ contextId, atMs }: SnapshotOf): string => `${atMs} ${contextId}`;

/** All inputs of some contexts in a fixed number of queries, whatever the number of contexts and sessions, by `snapshotName`. */
export async function readSnapshots(
  room: Room,
  wanted: readonly SnapshotOf[],
): Promise<ReadonlyMap<string, ContextSnapshot>> {
  const db = room.store.db;
  const contexts = await readContexts(
    db,
    wanted.map(({ contextId }) => contextId),
  );
  if (contexts.size === 0) return new Map();
  const ids = [...contexts.keys()];
  const [shares, policies, sessions] = await Promise.all([
    parentShares(db, [...contexts.values()]),
    readPolicies(db, ids),
    readSessions(db, contexts),
  ]);
  const above = [...shares.values()].flatMap((list) => list.map(({ contextId }) => contextId));
  const times = wanted.map(({ atMs }) => atMs);
  const series = await readSeries(
    db,
    [...new Set([...ids, ...above])],
    Math.min(...times) - BACK_MS,
    Math.max(...times) + AHEAD_MS,
  );
  const found = new Map<string, ContextSnapshot>();
  for (const { contextId, atMs } of wanted) {
    const context = contexts.get(contextId);
    if (context === undefined) continue;
    const seriesOf = (id: string) => within(series.get(id) ?? noSeries(), atMs - BACK_MS, atMs + AHEAD_MS);
    const own = seriesOf(contextId);
    found.set(snapshotName({ contextId, atMs }), {
      atMs,
      context: withGridPhaseLimit(context, own.grid_phase_cap, atMs),
      parents: (shares.get(contextId) ?? []).map((share) => ({
        ...share,
        series: seriesOf(share.contextId),
      })),
      series: own,
      policies: policies.get(contextId) ?? [],
      sessions: sessions.get(contextId) ?? [],
    });
  }
  return found;
}

/** A limit of a phase is one number in a plan: the lowest that a grid operator gives for the time ahead of it. */
function withGridPhaseLimit(context: ContextState, slots: readonly StoredSlot[], atMs: number): ContextState {
  const ahead = slots.filter(
    ({ startMs, durationMs }) => startMs + durationMs > atMs && startMs < atMs + GRID_PHASE_AHEAD_MS,
  );
  if (ahead.length === 0) return context;
  const { maxPhaseW = Number.POSITIVE_INFINITY } = context.statics;
  const lowestW = Math.min(maxPhaseW, ...ahead.map(({ value }) => value));
  return { ...context, statics: { ...context.statics, maxPhaseW: lowestW } };
}

/** Live sessions of each context, oldest first. */
async function readSessions(
  db: Reader,
  contexts: ReadonlyMap<string, ContextState>,
): Promise<ReadonlyMap<string, SnapshotSession[]>> {
  const rows = await db
    .selectFrom('charging_session')
    .leftJoin('evse', (join) =>
      join
        .onRef('evse.peer_id', '=', 'charging_session.peer_id')
        .onRef('evse.party', '=', 'charging_session.party')
        .onRef('evse.evse_key', '=', 'charging_session.evse_key'),
    )
    .select(SESSION_COLUMNS)
    .select(['evse.connectors as known', 'evse.profile_capable as capable'])
    .select(
      sql<string | null>`(select t.default_profile_type from driver_token t
        where t.token_key = charging_session.token_key order by t.last_updated_ms desc limit 1)`.as(
        'token_profile',
      ),
    )
    .where('charging_session.context_id', 'in', [...contexts.keys()])
    .where('charging_session.live', '=', true)
    .orderBy('charging_session.start_ms')
    .orderBy('charging_session.session_key')
    .execute();
  const timeZones = await readTimeZones(db, rows);
  const ofEach = new Map(
    [...contexts].map(([id, context]) => [
      id,
      { context, members: membersOf(context), sessions: [] as SnapshotSession[] },
    ]),
  );
  for (const row of rows) {
    const { context, members, sessions } = ofEach.get(row.context_id)!;
    const session = sessionOf(row);
    const known = row.known as Record<string, KnownConnector> | null;
    const timeZone = timeZones.get(placeName(row));
    sessions.push({
      session,
      connector: capability(context, members.get(evseKey(session)), session, known, row.capable),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(row.token_profile === null
        ? {}
        : { tokenProfileType: row.token_profile as NonNullable<SnapshotSession['tokenProfileType']> }),
    });
  }
  return new Map([...ofEach].map(([id, { sessions }]) => [id, sessions]));
}

interface AtLocation {
  readonly peer_id: string;
  readonly party: string;
  readonly location_id: string;
}

const placeName = ({ peer_id, party, location_id }: AtLocation): string =>
  `${peer_id}/${party}/${folded(location_id)}`;

/** Of each location once: the object of a large one is long, and most sessions of a context share one. */
async function readTimeZones(db: Reader, rows: readonly AtLocation[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const places = new Map(rows.map((row) => [placeName(row), row]));
  if (places.size === 0) return found;
  const each = (read: (place: AtLocation) => string) => [...new Set([...places.values()].map(read))];
  const locations = await db
    .selectFrom('location')
    .select(['peer_id', 'party', 'location_key'])
    .select(sql<string | null>`object->>'time_zone'`.as('time_zone'))
    .where(
      'peer_id',
      'in',
      each(({ peer_id }) => peer_id),
    )
    .where(
      'party',
      'in',
      each(({ party }) => party),
    )
    .where(
      'location_key',
      'in',
      each(({ location_id }) => folded(location_id)),
    )
    .execute();
  for (const { peer_id, party, location_key, time_zone } of locations) {
    if (time_zone && isTimeZone(time_zone)) found.set(`${peer_id}/${party}/${location_key}`, time_zone);
  }
  return found;
}

type Member = StaticInputs['evses'][number];

/** EVSEs that a context names, by their key. */
const membersOf = ({ statics }: Pick<ContextState, 'statics'>): ReadonlyMap<string, Member> =>
  new Map(statics.evses.map((evse) => [evseKey(evse), evse]));

/**
 * Least power of all sources (X45). An EVSE that no location describes counts as capable where a context names it: the owner put it
 * there to be controlled; otherwise not (SMC_005).
 */
function capability(
  { kind }: Pick<ContextState, 'kind'>,
  member: Member | undefined,
  session: Pick<SessionState, 'connectorId'>,
  known: Readonly<Record<string, KnownConnector>> | null,
  capable: boolean | null,
): ConnectorCapability {
  const id = folded(session.connectorId);
  const stated = member?.connectors.find((connector) => folded(connector.connectorId) === id);
  const located = known?.[id];
  const powers = [stated?.chargeW, located?.maxW].filter((w): w is number => w !== undefined);
  const chargeW = powers.length > 0 ? Math.min(...powers) : UNKNOWN_CONNECTOR_W;
  return {
    chargeW,
    dischargeW: stated?.dischargeW ?? 0,
    ...(located && { powerType: located.powerType }),
    profileCapable: capable ?? (member !== undefined && kind !== 'default'),
  };
}

/** Connector capability of some sessions of one context, by session id. */
export async function readConnectors(
  db: Reader,
  sessions: readonly SessionState[],
): Promise<ReadonlyMap<string, ConnectorCapability>> {
  const found = new Map<string, ConnectorCapability>();
  for (const session of sessions) {
    const context = await db
      .selectFrom('optimisation_context')
      .selectAll()
      .where('id', '=', session.contextId)
      .executeTakeFirst();
    const evse = await db
      .selectFrom('evse')
      .select(['connectors', 'profile_capable'])
      .where('peer_id', '=', session.peerId)
      .where('party', '=', session.party)
      .where('evse_key', '=', evseKey(session))
      .executeTakeFirst();
    if (context === undefined) continue;
    const known = (evse?.connectors as Record<string, KnownConnector> | undefined) ?? null;
    const state = contextOfRow(context);
    const member = membersOf(state).get(evseKey(session));
    found.set(session.sessionId, capability(state, member, session, known, evse?.profile_capable ?? null));
  }
  return found;
}
