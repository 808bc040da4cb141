import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { OWN_PEER } from '../../network/index.ts';
import type { Store } from '../../store/index.ts';
import { curveOf } from '../city/energy-curve.ts';
import type { CityEvse, EnergyPoint } from '../city/facts.ts';
import type { StoredAttempt } from './profiles-in-force.ts';

/** Which sessions are read: a condition on `charging_session as s`. */
export type ChargesWhere = RawBuilder<SqlBool>;

export const beganBetween = (fromMs: number, untilMs: number): ChargesWhere =>
  sql<SqlBool>`s.start_ms >= ${fromMs} and s.start_ms < ${untilMs}`;

/** Live ones, and those that were live a moment ago: who listens hears their end. */
export const liveSince = (contextIds: readonly string[] | undefined, sinceMs: number): ChargesWhere =>
  contextIds === undefined
    ? sql<SqlBool>`(s.live or s.end_ms >= ${sinceMs})`
    : sql<SqlBool>`s.context_id = any(${contextIds}) and (s.live or s.end_ms >= ${sinceMs})`;

/** A session with what is stored about it. */
export interface StoredCharge {
  readonly evse: CityEvse;
  readonly contextId: string;
  readonly status: string;
  readonly powerW: number | null;
  readonly sessionId: string;
  readonly tokenKey: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly energyWh: number;
  readonly exportWh: number | null;
  readonly connectedMs: number | null;
  readonly disconnectedMs: number | null;
  readonly points: readonly EnergyPoint[];
  readonly attempts: readonly StoredAttempt[];
}

/** By start, then code: the same report every time. */
export async function readCharges(
  { db }: Store,
  evses: readonly CityEvse[],
  where: ChargesWhere,
): Promise<readonly StoredCharge[]> {
  const byKey = new Map(evses.map((evse) => [evse.key, evse]));
  const within = db
    .selectFrom('charging_session as s')
    .where('s.status', 'in', ['ACTIVE', 'COMPLETED'])
    .where(where);
  const rows = await within
    .leftJoin('ocpp_transaction as t', (join) =>
      join.onRef('t.id', '=', 's.session_id').on('s.peer_id', '=', OWN_PEER),
    )
    .select([
      's.peer_id',
      's.session_key',
      's.session_id',
      's.context_id',
      's.status',
      's.power_w',
      's.party',
      's.evse_key',
      's.start_ms',
      's.end_ms',
      's.energy_wh',
      's.energy_at_ms',
      's.token_key',
      't.export_wh',
      't.export_start_wh',
    ])
    .orderBy('s.start_ms')
    .orderBy('s.session_id')
    .execute();
  const readings = await within
    .innerJoin('session_reading as r', (join) =>
      join.onRef('r.peer_id', '=', 's.peer_id').onRef('r.session_key', '=', 's.session_key'),
    )
    .select(['r.peer_id', 'r.session_key', 'r.at_ms', 'r.energy_wh'])
    .orderBy('r.at_ms')
    .execute();
  const attempts = await within
    .innerJoin('dispatch_profile as d', (join) =>
      join.onRef('d.peer_id', '=', 's.peer_id').onRef('d.session_id', '=', 's.session_id'),
    )
    .where('d.state', 'in', ['ACCEPTED', 'APPLIED'])
    .where('d.answered_ms', 'is not', null)
    .select([
      'd.peer_id',
      'd.session_id',
      'd.id',
      'd.plan_id',
      'd.reason',
      'd.sent_ms',
      'd.answered_ms',
      'd.profile',
    ])
    .orderBy('d.sent_ms')
    .orderBy('d.id')
    .execute();
  // A car is there from the first word about its transaction; at 2.x also before it may charge, and until it is unplugged.
  const plugged = await within
    .where('s.peer_id', '=', OWN_PEER)
    .innerJoin('transaction_event as e', 'e.transaction_id', 's.session_id')
    .groupBy('e.transaction_id')
    .select([
      'e.transaction_id',
      sql<number>`min(e.at_ms)::float8`.as('connected_ms'),
      sql<
        number | null
      >`(max(e.at_ms) filter (where e.trigger in ('EVDeparted', 'EVCommunicationLost')))::float8`.as(
        'disconnected_ms',
      ),
    ])
    .execute();
  const pluggedOf = new Map(plugged.map((row) => [row.transaction_id, row]));
  const curves = grouped(readings, ({ peer_id, session_key }) => `${peer_id}/${session_key}`);
  const attemptsOf = grouped(attempts, ({ peer_id, session_id }) => `${peer_id}/${session_id}`);
  return rows.flatMap((row): StoredCharge[] => {
    const evse = byKey.get(`${row.peer_id}/${row.party}/${row.evse_key}`);
    if (evse === undefined) return [];
    const own = row.peer_id === OWN_PEER ? pluggedOf.get(row.session_id) : undefined;
    const last = {
      atMs: Math.min(row.energy_at_ms, row.end_ms ?? row.energy_at_ms),
      energyWh: row.energy_wh,
    };
    const told = (curves.get(`${row.peer_id}/${row.session_key}`) ?? []).map(({ at_ms, energy_wh }) => ({
      atMs: at_ms,
      energyWh: energy_wh,
    }));
    return [
      {
        evse,
        contextId: row.context_id,
        status: row.status,
        powerW: row.power_w,
        sessionId: row.session_id,
        tokenKey: row.token_key,
        startMs: row.start_ms,
        endMs: row.end_ms,
        energyWh: row.energy_wh,
        exportWh:
          row.export_wh === null || row.export_start_wh === null
            ? null
            : Math.max(0, row.export_wh - row.export_start_wh),
        connectedMs: own?.connected_ms ?? null,
        disconnectedMs: own?.disconnected_ms ?? null,
        points: curveOf(row.start_ms, told, last),
        attempts: (attemptsOf.get(`${row.peer_id}/${row.session_id}`) ?? []).map((one) => ({
          id: one.id,
          planId: one.plan_id,
          reason: one.reason,
          sentMs: one.sent_ms,
          heldMs: one.answered_ms!,
          profile: one.profile as StoredAttempt['profile'],
        })),
      },
    ];
  });
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
