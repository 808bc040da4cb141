import { sql } from 'kysely';
import { groupRead } from '../store/group-read.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import { contextOf, readContexts } from './context-row.ts';
import { changeContext, readVersions } from './context-versions.ts';
import * as contexts from './contexts.ts';
import * as drivers from './driver-inputs.ts';
import * as locations from './locations.ts';
import { moveEvse } from './move-evse.ts';
import * as operator from './operator-inputs.ts';
import { folded } from './owner.ts';
import { policiesOf } from './policies.ts';
import type { Room, SitesLog } from './room.ts';
import { noSeries, readSeriesOf, type SeriesOf, seriesName } from './series-store.ts';
import { SESSION_COLUMNS, sessionOf } from './session-row.ts';
import * as sessions from './sessions.ts';
import { readSharedEvses } from './shared-evses.ts';
import type { SessionRef, Sites } from './sites.ts';
import { readSnapshots, type SnapshotOf, snapshotName } from './snapshot-read.ts';
import { isTimeZone } from './time-zone.ts';
import * as tokens from './tokens.ts';
import { TriggerFeed } from './trigger.ts';

export interface SitesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: SitesLog;
}

/** The sites room on a store. */
export function createSites(options: SitesOptions): Sites {
  const room: Room = { ...options, triggers: new TriggerFeed() };
  return { ...writing(room), ...reading(room), onTrigger: (listener) => room.triggers.subscribe(listener) };
}

/** Sites whose limits change together are planned together: their inputs are read by the same statements. */
const SNAPSHOTS_AT_ONCE = 64;
/** Reads of snapshots at the same time; each takes up to three connections. */
const SNAPSHOT_READS = 2;

/** A change at many sites asks for each of them: what one answer brings, and how many answers are awaited at the same time. */
const CONTEXTS_AT_ONCE = 500;
const CONTEXT_READS = 2;

type Reading =
  | 'snapshot'
  | 'contexts'
  | 'context'
  | 'session'
  | 'timeZone'
  | 'liveSessions'
  | 'busyContexts'
  | 'series'
  | 'readings'
  | 'versions'
  | 'policies'
  | 'sharedEvses';

function writing(room: Room): Omit<Sites, Reading | 'onTrigger'> {
  return {
    putContext: (owner, object, read) => contexts.putContext(room, owner, object, read),
    patchContext: (owner, id, patch, read) => contexts.patchContext(room, owner, id, patch, read),
    deleteContext: (owner, id) => contexts.deleteContext(room, owner, id),
    getContext: (owner, id) => contexts.getContext(room, owner, id),
    retireContextsExcept: (owner, ids, beforeMs) => contexts.retireContextsExcept(room, owner, ids, beforeMs),
    createContext: (owner, objectId, context) => contexts.createContext(room, owner, objectId, context),
    changeContext: (contextId, wanted) => changeContext(room, contextId, wanted),
    setShadow: (contextId, shadow) => operator.setShadow(room, contextId, shadow),
    putSeries: (contextId, kind, slots, how) => operator.putSeries(room, contextId, kind, slots, how),
    setServicePolicies: (contextId, policies) => operator.setServicePolicies(room, contextId, policies),
    putLocation: (owner, location) => locations.putLocation(room, owner, location),
    putEvse: (owner, locationId, evse) => locations.putEvse(room, owner, locationId, evse),
    moveEvse: (owner, move, keep) => moveEvse(room, owner, move, keep),
    putConnector: (owner, locationId, evseUid, connector) =>
      locations.putConnector(room, owner, locationId, evseUid, connector),
    patchLocation: (owner, key, patch) => locations.patchLocation(room, owner, key, patch),
    setEvseStatuses: (owner, locationId, statuses) =>
      locations.setEvseStatuses(room, owner, locationId, statuses),
    getLocation: (owner, key) => locations.getLocation(room, owner, key),
    putSession: (owner, session) => sessions.putSession(room, owner, session),
    putSessions: (owner, pushed, readMs) => sessions.putSessions(room, owner, pushed, readMs),
    patchSession: (owner, id, patch) => sessions.patchSession(room, owner, id, patch),
    getSession: (owner, id) => sessions.getSession(room, owner, id),
    setChargingPreferences: (ref, wished) => drivers.setChargingPreferences(room, ref, wished),
    setPreferences: (ref, preferences) => drivers.setPreferences(room, ref, preferences),
    setVehicle: (ref, vehicle) => drivers.setVehicle(room, ref, vehicle),
    reportSoc: (ref, soc) => drivers.reportSoc(room, ref, soc),
    setStationLimit: (ref, limit) => drivers.setStationLimit(room, ref, limit),
    setProvider: (ref, provider) => drivers.setProvider(room, ref, provider),
    setObservedMaximum: (ref, powerW) => drivers.setObservedMaximum(room, ref, powerW),
    putToken: (owner, token) => tokens.putToken(room, owner, token),
    patchToken: (owner, uid, type, patch) => tokens.patchToken(room, owner, uid, type, patch),
    getToken: (owner, uid, type) => tokens.getToken(room, owner, uid, type),
    putTariff: (owner, tariff) => tokens.putTariff(room, owner, tariff),
    deleteTariff: (owner, id) => tokens.deleteTariff(room, owner, id),
    getTariff: (owner, id) => tokens.getTariff(room, owner, id),
  };
}

function reading(room: Room): Pick<Sites, Reading> {
  const { db } = room.store;
  const snapshot = groupRead(
    (wanted: readonly SnapshotOf[]) => readSnapshots(room, wanted),
    snapshotName,
    SNAPSHOTS_AT_ONCE,
    SNAPSHOT_READS,
  );
  const series = groupRead(
    (wanted: readonly SeriesOf[]) => readSeriesOf(db, wanted),
    seriesName,
    CONTEXTS_AT_ONCE,
    CONTEXT_READS,
  );
  return {
    snapshot: (contextId, atMs) => snapshot({ contextId, atMs }),
    versions: (contextId) => readVersions(db, contextId),
    policies: (contextId) => policiesOf(db, contextId),
    sharedEvses: (peerId) => readSharedEvses(db, peerId),
    async contexts() {
      const rows = await db
        .selectFrom('optimisation_context')
        .selectAll()
        .where('deleted_ms', 'is', null)
        .orderBy('id')
        .execute();
      return rows.map(contextOf);
    },
    context: groupRead(
      (ids: readonly string[]) => readContexts(db, ids),
      (id) => id,
      CONTEXTS_AT_ONCE,
      CONTEXT_READS,
    ),
    session: groupRead(
      async (refs) => {
        const rows = await db
          .selectFrom('charging_session')
          .select(SESSION_COLUMNS)
          .where('peer_id', 'in', [...new Set(refs.map(({ peerId }) => peerId))])
          .where('session_key', 'in', [...new Set(refs.map(({ sessionId }) => folded(sessionId)))])
          .execute();
        return new Map(rows.map((row) => [`${row.peer_id}/${row.session_key}`, sessionOf(row)]));
      },
      ({ peerId, sessionId }: SessionRef) => `${peerId}/${folded(sessionId)}`,
    ),
    async timeZone(session) {
      const row = await db
        .selectFrom('location')
        .select(sql<string | null>`object->>'time_zone'`.as('time_zone'))
        .where('peer_id', '=', session.peerId)
        .where('party', '=', session.party)
        .where('location_key', '=', folded(session.locationId))
        .executeTakeFirst();
      return row?.time_zone && isTimeZone(row.time_zone) ? row.time_zone : undefined;
    },
    async liveSessions(contextId) {
      const rows = await db
        .selectFrom('charging_session')
        .select(SESSION_COLUMNS)
        .where('live', '=', true)
        .$if(contextId !== undefined, (query) => query.where('context_id', '=', contextId ?? ''))
        .orderBy('start_ms')
        .orderBy('session_key')
        .execute();
      return rows.map(sessionOf);
    },
    async busyContexts() {
      const rows = await db
        .selectFrom('charging_session')
        .select('context_id')
        .distinct()
        .where('live', '=', true)
        .orderBy('context_id')
        .execute();
      return rows.map((row) => row.context_id);
    },
    async series(contextId, fromMs, toMs) {
      return (await series({ contextId, fromMs, toMs })) ?? noSeries();
    },
    async readings(contextId, fromMs, toMs) {
      const rows = await db
        .selectFrom('session_reading')
        .innerJoin('charging_session', (join) =>
          join
            .onRef('charging_session.peer_id', '=', 'session_reading.peer_id')
            .onRef('charging_session.session_key', '=', 'session_reading.session_key'),
        )
        .select([
          'session_reading.peer_id',
          'charging_session.session_id',
          'session_reading.at_ms',
          'session_reading.energy_wh',
          'session_reading.power_w',
        ])
        .where('session_reading.context_id', '=', contextId)
        .where(sql<boolean>`session_reading.at_ms between ${fromMs} and ${toMs}`)
        .orderBy('session_reading.at_ms')
        .execute();
      return rows.map((row) => ({
        ref: { peerId: row.peer_id, sessionId: row.session_id },
        atMs: row.at_ms,
        energyWh: row.energy_wh,
        ...(row.power_w === null ? {} : { powerW: row.power_w }),
      }));
    },
  };
}
