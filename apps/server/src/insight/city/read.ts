import { OWN_PEER } from '../../network/index.ts';
import type { Store } from '../../store/index.ts';
import type { Connection } from './availability.ts';
import type { Intensities, Intensity } from './carbon.ts';
import { curveOf } from './energy-curve.ts';
import type { CityBooking, CityEvse, CityFacts, CitySession, EnergyPoint, Period } from './facts.ts';
import { boundsOf } from './local-time.ts';
import { readAllPlaces, standing } from './places.ts';

const DAY_MS = 24 * 3_600_000;
/** Reservations are sessions in OCPI before anybody charges; invalid ones were none. */
const CHARGED = ['ACTIVE', 'COMPLETED'];

/** What happened at these EVSEs in a period, and at those that were removed since. */
export async function readFacts(
  { db }: Store,
  places: readonly CityEvse[],
  period: Period,
  nowMs: number,
): Promise<CityFacts> {
  const present = standing(places);
  const there = new Set(present.map(({ key }) => key));
  const gone = (await readAllPlaces({ db })).filter(
    (evse) => standing([evse]).length === 0 && !there.has(evse.key),
  );
  const known = [...present, ...gone];
  const byKey = new Map(known.map((evse) => [evse.key, evse]));
  // Zones differ by up to 14 hours from UTC; what is too much is taken out by the clock of its site.
  const wideFromMs = Date.parse(`${period.from}T00:00:00Z`) - DAY_MS;
  const wideUntilMs = Date.parse(`${period.to}T00:00:00Z`) + 2 * DAY_MS;
  const within = db
    .selectFrom('charging_session as s')
    .where('s.status', 'in', CHARGED)
    .where('s.start_ms', '<', wideUntilMs)
    .where((e) => e.or([e('s.end_ms', 'is', null), e('s.end_ms', '>', wideFromMs)]));
  const [rows, readings, bookings] = await Promise.all([
    within
      .select([
        's.peer_id',
        's.session_key',
        's.party',
        's.evse_key',
        's.context_id',
        's.start_ms',
        's.end_ms',
        's.energy_wh',
        's.energy_at_ms',
        's.token_key',
      ])
      .orderBy('s.start_ms')
      .orderBy('s.session_key')
      .execute(),
    // In any order: a curve puts its own in theirs.
    within
      .innerJoin('session_reading as r', (join) =>
        join.onRef('r.peer_id', '=', 's.peer_id').onRef('r.session_key', '=', 's.session_key'),
      )
      .select(['r.peer_id', 'r.session_key', 'r.at_ms', 'r.energy_wh'])
      .execute(),
    readBookings({ db }, known, period),
  ]);
  // By peer and session apart: a text made of both for each reading would cost more than all else here.
  const curves = new Map<string, Map<string, EnergyPoint[]>>();
  for (const { peer_id, session_key, at_ms, energy_wh } of readings) {
    const ofPeer = curves.get(peer_id) ?? new Map<string, EnergyPoint[]>();
    if (ofPeer.size === 0) curves.set(peer_id, ofPeer);
    const point = { atMs: at_ms, energyWh: energy_wh };
    const curve = ofPeer.get(session_key);
    if (curve === undefined) ofPeer.set(session_key, [point]);
    else curve.push(point);
  }
  const cards = new Map<string, number>();
  const sessions = rows.flatMap((row): CitySession[] => {
    const evse = byKey.get(`${row.peer_id}/${row.party}/${row.evse_key}`);
    if (evse === undefined) return [];
    const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
    if (row.start_ms >= untilMs || (row.end_ms ?? nowMs) <= fromMs) return [];
    const card = cards.get(row.token_key) ?? cards.size;
    cards.set(row.token_key, card);
    const last = {
      atMs: Math.min(row.energy_at_ms, row.end_ms ?? row.energy_at_ms),
      energyWh: row.energy_wh,
    };
    return [
      {
        evse,
        contextId: row.context_id,
        card,
        startMs: row.start_ms,
        endMs: row.end_ms,
        energyWh: row.energy_wh,
        points: curveOf(row.start_ms, curves.get(row.peer_id)?.get(row.session_key) ?? [], last),
      },
    ];
  });
  const used = new Set([...sessions, ...bookings].map(({ evse }) => evse.key));
  const evses = [...present, ...gone.filter(({ key }) => used.has(key))];
  return { nowMs, period, evses, sessions, bookings };
}

async function readBookings(
  { db }: Pick<Store, 'db'>,
  evses: readonly CityEvse[],
  period: Period,
): Promise<CityBooking[]> {
  const own = new Map(
    evses
      .filter(({ peerId }) => peerId === OWN_PEER)
      .map((evse) => [`${evse.siteKey.split('/').slice(2).join('/')} ${evse.evseUid}`.toLowerCase(), evse]),
  );
  const rows = await db
    .selectFrom('cpo_reservation')
    .select(['location_id', 'evse_uid', 'reserved_ms', 'expires_ms', 'ended_ms'])
    .where('reserved_ms', 'is not', null)
    .execute();
  return rows.flatMap(({ location_id, evse_uid, reserved_ms, expires_ms, ended_ms }) => {
    const evse = own.get(`${location_id} ${evse_uid}`.toLowerCase());
    if (evse === undefined || reserved_ms === null) return [];
    const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
    if (reserved_ms < fromMs || reserved_ms >= untilMs) return [];
    return [{ evse, fromMs: reserved_ms, untilMs: Math.min(ended_ms ?? expires_ms, expires_ms) }];
  });
}

/** CO2 intensities that contexts were given. */
export async function readIntensities({ db }: Store, facts: CityFacts): Promise<Intensities> {
  const contexts = [...new Set(facts.sessions.map(({ contextId }) => contextId))];
  if (contexts.length === 0) return new Map();
  const fromMs = Math.min(...facts.sessions.map(({ startMs }) => startMs)) - DAY_MS;
  const rows = await db
    .selectFrom('series_slot')
    .select(['context_id', 'start_ms', 'duration_ms', 'value'])
    .where('kind', '=', 'co2')
    .where('layer', '=', 'base')
    .where('context_id', 'in', contexts)
    .where('start_ms', '>=', fromMs)
    .where('start_ms', '<', facts.nowMs)
    .orderBy('start_ms')
    .execute();
  const byContext = new Map<string, Intensity[]>();
  for (const { context_id, start_ms, duration_ms, value } of rows) {
    const slot = { startMs: start_ms, durationMs: duration_ms, gPerKwh: value };
    const series = byContext.get(context_id);
    if (series === undefined) byContext.set(context_id, [slot]);
    else series.push(slot);
  }
  return byContext;
}

/** Connections of own stations since they first came. */
export async function readConnections({ db }: Store): Promise<ReadonlyMap<string, Connection[]>> {
  const rows = await db
    .selectFrom('station_uptime')
    .select(['station_id', 'from_ms', 'until_ms'])
    .orderBy('from_ms')
    .execute();
  const byStation = new Map<string, Connection[]>();
  for (const { station_id, from_ms, until_ms } of rows) {
    const connection = { fromMs: from_ms, untilMs: until_ms };
    const known = byStation.get(station_id);
    if (known === undefined) byStation.set(station_id, [connection]);
    else known.push(connection);
  }
  return byStation;
}
