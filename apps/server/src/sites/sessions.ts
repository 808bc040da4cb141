import {
  decideLastUpdated,
  patchSession as mergeSession,
  type Outcome,
  refused,
  type Session,
} from '@smac/ocpi';
import type { Selectable } from 'kysely';
import { putRows } from '../store/put-rows.ts';
import type { ChargingSessionTable, SessionReadingTable } from '../store/tables/sites.ts';
import { ensureDefaultContext } from './default-context.ts';
import { evseKey, folded, type Owner, ownerParty } from './owner.ts';
import { NO_PREFERENCES, type Preferences } from './preferences.ts';
import { changeOf, type PendingTrigger, type Room, type Trx } from './room.ts';
import type { Vehicle } from './session.ts';
import { type SessionFacts, sessionFacts } from './session-facts.ts';
import { LIVE, sessionOf } from './session-row.ts';
import { preferredSoc } from './soc.ts';
import { cdrTokenKey } from './tokens.ts';
import type { TriggerCause } from './trigger.ts';
import { validMs } from './valid-ms.ts';

type Row = Selectable<ChargingSessionTable>;

/** Shortest time between two energy readings from which a power is derived, ms. */
const LEAST_READING_GAP_MS = 30_000;

const DONE = { ok: true, data: undefined } as const;

export function putSession(room: Room, owner: Owner, session: Session): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx, emit) => {
    const existing = await lockSession(trx, owner.peerId, session.id);
    if (existing !== undefined && existing.party !== ownerParty(owner)) return othersSession(session.id);
    return storeSession(room, trx, owner, existing, session, true, emit);
  });
}

/**
 * Many sessions of one owner in one transaction: their meters tick all the time, and one commit for each would be the whole work of the
 * database. Each session once. @returns an outcome per session, in their order
 */
export function putSessions(
  room: Room,
  owner: Owner,
  pushed: readonly Session[],
  readMs: readonly (number | undefined)[] = [],
): Promise<readonly Outcome<undefined>[]> {
  return changeOf(room, owner, async (trx, emit) => {
    const existing = await lockSessions(trx, owner.peerId, pushed);
    const made: Made[] = [];
    const outcomes: Outcome<undefined>[] = [];
    for (const [n, session] of pushed.entries()) {
      const before = existing.get(folded(session.id));
      const outcome =
        before !== undefined && before.party !== ownerParty(owner)
          ? othersSession(session.id)
          : await madeOf(room, trx, owner, before, session, true, emit, readMs[n]);
      if ('row' in outcome) made.push(outcome);
      outcomes.push('row' in outcome ? outcome.outcome : outcome);
    }
    await write(trx, made);
    return outcomes;
  });
}

/** PATCH: charging periods are added to the stored ones, every other field replaces (OCPI mod_sessions). */
export function patchSession(
  room: Room,
  owner: Owner,
  id: string,
  patch: Partial<Session>,
): Promise<Outcome<undefined>> {
  return changeOf(room, owner, async (trx, emit) => {
    const existing = await lockSession(trx, owner.peerId, id);
    if (existing === undefined || existing.party !== ownerParty(owner)) return unknownSession(id);
    if (patch.last_updated === undefined) {
      return refused('invalidParameters', 'last_updated: is required in a PATCH');
    }
    const merged = mergeSession(existing.object as Session, patch);
    const metered = patch.kwh !== undefined || patch.charging_periods !== undefined;
    return storeSession(room, trx, owner, existing, merged, metered, emit);
  });
}

export async function getSession(room: Room, owner: Owner, id: string): Promise<Outcome<Session>> {
  const row = await room.store.db
    .selectFrom('charging_session')
    .select(['object', 'party'])
    .where('peer_id', '=', owner.peerId)
    .where('session_key', '=', folded(id))
    .executeTakeFirst();
  return row && row.party === ownerParty(owner)
    ? { ok: true, data: row.object as Session }
    : unknownSession(id);
}

export function lockSession(trx: Trx, peerId: string, sessionId: string): Promise<Row | undefined> {
  return trx
    .selectFrom('charging_session')
    .selectAll()
    .where('peer_id', '=', peerId)
    .where('session_key', '=', folded(sessionId))
    .forUpdate()
    .executeTakeFirst();
}

async function lockSessions(
  trx: Trx,
  peerId: string,
  sessions: readonly Session[],
): Promise<ReadonlyMap<string, Row>> {
  if (sessions.length === 0) return new Map();
  const rows = await trx
    .selectFrom('charging_session')
    .selectAll()
    .where('peer_id', '=', peerId)
    .where(
      'session_key',
      'in',
      sessions.map(({ id }) => folded(id)),
    )
    .orderBy('session_key')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.session_key, row]));
}

async function storeSession(
  room: Room,
  trx: Trx,
  owner: Owner,
  existing: Row | undefined,
  session: Session,
  metered: boolean,
  emit: (trigger: PendingTrigger) => void,
): Promise<Outcome<undefined>> {
  const made = await madeOf(room, trx, owner, existing, session, metered, emit);
  if (!('row' in made)) return made;
  await write(trx, [made]);
  return made.outcome;
}

/** A session as it will be stored. */
interface Made {
  readonly row: Row;
  readonly reading: Selectable<SessionReadingTable>;
  readonly outcome: Outcome<undefined>;
}

const putRowsOfSessions = putRows('charging_session', {
  key: ['peer_id', 'session_key'],
  ifThere: 'replaced',
  kept: ['preferences', 'provider'],
});
const putReadings = putRows('session_reading', {
  key: ['peer_id', 'session_key', 'at_ms'],
  ifThere: 'stays',
});

async function write(trx: Trx, made: readonly Made[]): Promise<void> {
  await putRowsOfSessions(
    trx,
    made.map(({ row }) => row),
  );
  await putReadings(
    trx,
    made.map(({ reading }) => reading),
  );
}

/** `metered`: the push says what the meter shows; a PATCH of other fields is no reading. `readMs`: when the meter showed it, where that is known. */
async function madeOf(
  room: Room,
  trx: Trx,
  owner: Owner,
  existing: Row | undefined,
  session: Session,
  metered: boolean,
  emit: (trigger: PendingTrigger) => void,
  readMs?: number,
): Promise<Outcome<undefined> | Made> {
  const fresh = decideLastUpdated(existing?.object as Session | undefined, session, room.clock.now());
  if (!fresh.ok) return fresh;
  if (fresh.data === 'ignore') return DONE;
  const facts = sessionFacts(session);
  const live = LIVE.includes(session.status) && facts.endMs === undefined;
  const evse = { locationId: session.location_id, evseUid: session.evse_uid };
  const key = evseKey(evse);
  const contextId =
    existing && existing.evse_key === key && (existing.live || !live)
      ? existing.context_id
      : await contextOf(room, trx, owner, evse);
  const atMs = validMs(session.last_updated);
  const knownAtMs = existing?.energy_at_ms ?? atMs;
  const shownAtMs = readMs === undefined ? atMs : Math.min(atMs, Math.max(readMs, knownAtMs));
  const energyAtMs = metered ? shownAtMs : knownAtMs;
  const powerW = metered
    ? (facts.powerW ?? derivedPower(existing, facts.energyWh, energyAtMs))
    : (existing?.power_w ?? undefined);
  const vehicle = vehicleAfter(existing, session, facts, atMs);
  const row = {
    peer_id: owner.peerId,
    session_key: folded(session.id),
    preferences: (existing?.preferences as Preferences | undefined) ?? NO_PREFERENCES,
    session_id: existing?.session_id ?? session.id,
    party: ownerParty(owner),
    location_id: session.location_id,
    evse_uid: session.evse_uid,
    evse_key: key,
    connector_id: session.connector_id,
    context_id: contextId,
    status: session.status,
    live,
    start_ms: facts.startMs,
    end_ms: facts.endMs ?? null,
    energy_wh: facts.energyWh,
    energy_at_ms: energyAtMs,
    power_w: powerW ?? null,
    vehicle,
    provider: existing?.provider ?? null,
    station_limit: live ? (existing?.station_limit ?? null) : null,
    token_uid: session.cdr_token.uid,
    token_key: cdrTokenKey(session.cdr_token),
    last_updated_ms: atMs,
    object: session,
  };
  const reading = {
    peer_id: owner.peerId,
    session_key: row.session_key,
    context_id: contextId,
    at_ms: energyAtMs,
    energy_wh: facts.energyWh,
    power_w: powerW ?? null,
  };
  const ref = { peerId: owner.peerId, sessionId: row.session_id };
  const cause = causeOf(existing, row, vehicle, readMs !== undefined);
  if (cause) emit({ contextId, cause, session: ref, state: sessionOf(row) });
  if (existing?.live && existing.context_id !== contextId) {
    emit({ contextId: existing.context_id, cause: 'session-stop' });
  }
  return { row, reading, outcome: existing ? DONE : { ...DONE, created: true } };
}

/** The active context of the EVSE, or the default context of the EVSE alone (D4.2-§3.3.4). */
async function contextOf(
  room: Room,
  trx: Trx,
  owner: Owner,
  evse: { readonly locationId: string; readonly evseUid: string },
): Promise<string> {
  const row = await trx
    .selectFrom('context_evse')
    .select('context_id')
    .where('active', '=', true)
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('evse_key', '=', evseKey(evse))
    .executeTakeFirst();
  return row?.context_id ?? (await ensureDefaultContext(room, trx, owner, evse));
}

function derivedPower(existing: Row | undefined, energyWh: number, atMs: number): number | undefined {
  if (existing === undefined) return undefined;
  const gapMs = atMs - existing.energy_at_ms;
  if (gapMs < LEAST_READING_GAP_MS) return existing.power_w ?? undefined;
  return ((energyWh - existing.energy_wh) * 3_600_000) / gapMs;
}

function vehicleAfter(
  existing: Row | undefined,
  session: Session,
  facts: SessionFacts,
  atMs: number,
): Vehicle {
  const known: Vehicle = (existing?.vehicle as Vehicle | undefined) ?? {};
  const before = existing && sessionFacts(existing.object as Session).soc;
  const isNew =
    facts.soc !== undefined &&
    (before?.periodStart !== facts.soc.periodStart ||
      before.soc !== facts.soc.soc ||
      known.soc === undefined);
  const soc =
    isNew && facts.soc
      ? preferredSoc(known.soc, { soc: facts.soc.soc, source: 'cpo', atMs, energyWh: facts.energyWh })
      : known.soc;
  return {
    ...known,
    ...(session.battery_capacity === undefined ? {} : { batteryWh: session.battery_capacity * 1000 }),
    ...(soc && { soc }),
  };
}

function causeOf(
  existing: Row | undefined,
  row: Pick<Row, 'live' | 'status' | 'evse_key' | 'connector_id' | 'start_ms' | 'energy_wh' | 'energy_at_ms'>,
  vehicle: Vehicle,
  isRead: boolean,
): TriggerCause | undefined {
  if (row.live !== (existing?.live ?? false)) return row.live ? 'session-start' : 'session-stop';
  if (existing === undefined || !row.live) return undefined;
  const before = existing.vehicle as Vehicle;
  if (
    existing.status !== row.status ||
    existing.evse_key !== row.evse_key ||
    existing.connector_id !== row.connector_id ||
    existing.start_ms !== row.start_ms ||
    before.batteryWh !== vehicle.batteryWh
  ) {
    return 'session-update';
  }
  if (before.soc?.atMs !== vehicle.soc?.atMs) return 'soc';
  // The register of a car that stopped stands still; a push that does not say when it was read may repeat an old one.
  const isReadAgain = isRead && existing.energy_at_ms !== row.energy_at_ms;
  return existing.energy_wh !== row.energy_wh || isReadAgain ? 'meter' : undefined;
}

/** Ids are unique within a platform; a hub may pass on two parties that use the same one, and neither may write the other's. */
function othersSession(id: string) {
  return refused('invalidParameters', `id: ${id} is a session of another party of this platform`);
}

export function unknownSession(id: string) {
  return refused('unknownObject', `No session ${id}; send it by PUT first`);
}
