import type { Selectable } from 'kysely';
import type { Audit } from '../../operators/index.ts';
import type { Store } from '../../store/index.ts';
import type { StationBulkTable } from '../../store/tables/stations.ts';
import type { Clock } from '../../time/clock.ts';
import { masked } from '../journal/mask.ts';
import type { StationsPolicy } from '../policy.ts';
import type { StationCallOutcome, Stations } from '../room.ts';
import type { RandomBytes } from '../surroundings.ts';
import { isReading, type PowerOf, Reach, reachOf } from './reach.ts';

export interface BulkResult {
  readonly stationId: string;
  readonly outcome: StationCallOutcome | { readonly kind: 'halted' };
}

export interface Bulk {
  readonly bulkId: string;
  readonly action: string;
  readonly payload: unknown;
  readonly stationIds: readonly string[];
  /** waiting: for a second person. halted: stopped because too many stations failed. */
  readonly state: 'waiting' | 'approved' | 'done' | 'halted';
  readonly requestedBy: string;
  readonly requestedMs: number;
  readonly approvedBy: string | null;
  readonly expiresMs: number;
  readonly results: readonly BulkResult[];
}

export type BulkRequest =
  | { readonly ok: true; readonly bulk: Bulk }
  | { readonly ok: false; readonly detail: string };

export type Approval =
  | { readonly ok: true; readonly bulk: Bulk }
  | { readonly ok: false; readonly code: 'not-found' | 'refused'; readonly detail: string };

export interface BulkCalls {
  /** May this person reach these stations with this call now, after what people reached within the last minute? The text is the refusal. */
  refusal(
    actor: string,
    action: string,
    stationIds: readonly string[],
    payload?: unknown,
  ): string | undefined;
  /** Carries a small selection out at once; a large one waits for a second person. */
  request(
    actor: string,
    action: string,
    payload: unknown,
    stationIds: readonly string[],
  ): Promise<BulkRequest>;
  approve(bulkId: string, actor: string): Promise<Approval>;
  read(bulkId: string): Promise<Bulk | undefined>;
  /** Those that wait for a second person and are not too old to be confirmed, newest first. */
  waiting(): Promise<readonly Bulk[]>;
}

const EXPIRES_MS = 3_600_000;
const MOST_WAITING = 100;
/** Shares of the selection, one after the other (security.md 7.3). */
const STAGES = [0.05, 0.25, 1];
/** A stage in which more than this share of the stations that answered failed is the last one. */
const MOST_FAILURES = 0.2;
const AT_ONCE = 20;

/** Calls to selections of stations, with the guard against mass commands (T-MASS, RT20). */
export function createBulkCalls(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly policy: StationsPolicy;
  readonly call: Stations['call'];
  readonly powerWOf: PowerOf;
}): BulkCalls {
  const { store, clock, random, audit, policy, call, powerWOf } = options;
  /** What changing calls of people reached lately: many small selections are a large one too. */
  const reach = new Reach(powerWOf);

  function refusal(
    _actor: string,
    action: string,
    stationIds: readonly string[],
    payload: unknown = {},
  ): string | undefined {
    if (isReading(action)) return undefined;
    const nowMs = clock.now();
    const more = stationIds.map((stationId) => reachOf(action, stationId, payload));
    const together = reach.with(more, nowMs);
    if (together.stations > policy.stationsPerMinute) {
      return `This would reach ${together.stations} stations within a minute; more than ${policy.stationsPerMinute} need a second person (POST /api/station-calls).`;
    }
    // Who moves no power adds none to what is there.
    if (together.powerW > policy.powerWPerMinute && more.some(({ movesPower }) => movesPower)) {
      return `This would reach ${Math.ceil(together.powerW / 1000)} kW within a minute; more than ${policy.powerWPerMinute / 1000} kW need a second person (POST /api/station-calls).`;
    }
    reach.add(more, nowMs);
    return undefined;
  }

  async function carryOut(
    actor: string,
    action: string,
    payload: unknown,
    stationIds: readonly string[],
    staged: boolean,
  ): Promise<Pick<Bulk, 'state' | 'results'>> {
    const results: BulkResult[] = [];
    for (const stage of staged ? STAGES : [1]) {
      const part = stationIds.slice(results.length, Math.ceil(stationIds.length * stage));
      const outcomes: BulkResult[] = [];
      for (let start = 0; start < part.length; start += AT_ONCE) {
        const group = part.slice(start, start + AT_ONCE);
        outcomes.push(
          ...(await Promise.all(
            group.map(async (stationId) => ({
              stationId,
              outcome: await call(stationId, action, payload, { actor }),
            })),
          )),
        );
      }
      results.push(...outcomes);
      const heard = outcomes.filter(({ outcome }) => outcome.kind !== 'offline');
      const failed = heard.filter(({ outcome }) => !isDone(outcome));
      if (staged && results.length < stationIds.length && failed.length > heard.length * MOST_FAILURES) {
        const rest = stationIds.slice(results.length);
        return {
          state: 'halted',
          results: [
            ...results,
            ...rest.map((stationId) => ({ stationId, outcome: { kind: 'halted' } as const })),
          ],
        };
      }
    }
    return { state: 'done', results };
  }

  async function read(bulkId: string): Promise<Bulk | undefined> {
    const row = await store.db
      .selectFrom('station_bulk')
      .selectAll()
      .where('id', '=', bulkId)
      .executeTakeFirst();
    return row && bulkOf(row);
  }

  return {
    refusal,
    read,
    async waiting() {
      const rows = await store.db
        .selectFrom('station_bulk')
        .selectAll()
        .where('state', '=', 'waiting')
        .where('expires_ms', '>=', clock.now())
        .orderBy('requested_ms', 'desc')
        .limit(MOST_WAITING)
        .execute();
      return rows.map(bulkOf);
    },
    async request(actor, action, payload, stationIds) {
      const bulkId = Buffer.from(random(12)).toString('hex');
      const nowMs = clock.now();
      const unique = [...new Set(stationIds)];
      const bulk: Bulk = {
        bulkId,
        action,
        payload,
        stationIds: unique,
        state: 'waiting',
        requestedBy: actor,
        requestedMs: nowMs,
        approvedBy: null,
        expiresMs: nowMs + EXPIRES_MS,
        results: [],
      };
      if (refusal(actor, action, unique, payload) === undefined)
        return { ok: true, bulk: { ...bulk, ...(await carryOut(actor, action, payload, unique, false)) } };
      // What waits lies in the database, and secrets do not.
      if (holdsSecret(payload))
        return {
          ok: false,
          detail:
            'A payload with a password, key or token cannot wait for a second person: send it to smaller selections.',
        };
      await store.transaction(async (trx) => {
        await trx
          .insertInto('station_bulk')
          .values({
            id: bulkId,
            action,
            payload: JSON.stringify(payload),
            station_ids: JSON.stringify(unique),
            state: 'waiting',
            requested_by: actor,
            requested_ms: nowMs,
            approved_by: null,
            expires_ms: bulk.expiresMs,
            results: '[]',
          })
          .execute();
        await audit.record(
          {
            actor,
            action: 'station_bulk.requested',
            subject: `bulk:${bulkId}`,
            detail: { action, payload: masked(payload), stations: unique.length },
          },
          trx,
        );
      });
      return { ok: true, bulk };
    },
    async approve(bulkId, actor) {
      const bulk = await read(bulkId);
      const refused = (detail: string): Approval => ({ ok: false, code: 'refused', detail });
      if (bulk === undefined)
        return { ok: false, code: 'not-found', detail: `There is no bulk call ${bulkId}.` };
      if (bulk.requestedBy === actor) return refused('Somebody else than who asked for it must confirm it.');
      if (bulk.expiresMs < clock.now()) return refused('The request is older than an hour: ask again.');
      const taken = await store.transaction(async (trx) => {
        const row = await trx
          .updateTable('station_bulk')
          .set({ state: 'approved', approved_by: actor })
          .where('id', '=', bulkId)
          .where('state', '=', 'waiting')
          .returning('id')
          .executeTakeFirst();
        if (row === undefined) return false;
        await audit.record(
          { actor, action: 'station_bulk.approved', subject: `bulk:${bulkId}`, detail: {} },
          trx,
        );
        return true;
      });
      if (!taken) return refused('It was confirmed already.');
      const end = await carryOut(bulk.requestedBy, bulk.action, bulk.payload, bulk.stationIds, true);
      await store.db
        .updateTable('station_bulk')
        .set({ state: end.state, results: JSON.stringify(end.results).replaceAll('\\u0000', '') })
        .where('id', '=', bulkId)
        .execute();
      return { ok: true, bulk: { ...bulk, ...end, approvedBy: actor } };
    },
  };
}

const bulkOf = (row: Selectable<StationBulkTable>): Bulk => ({
  bulkId: row.id,
  action: row.action,
  payload: row.payload,
  stationIds: row.station_ids,
  state: row.state,
  requestedBy: row.requested_by,
  requestedMs: row.requested_ms,
  approvedBy: row.approved_by,
  expiresMs: row.expires_ms,
  results: row.results as readonly BulkResult[],
});

/** The station took it: a result whose status is not a refusal. */
function isDone(outcome: BulkResult['outcome']): boolean {
  if (outcome.kind !== 'result') return false;
  const { status } = outcome.payload as { readonly status?: string };
  return status === undefined || !/Rejected|Failed|Faulted|NotSupported|Unknown/.test(status);
}

function holdsSecret(payload: unknown): boolean {
  return JSON.stringify(masked(payload)) !== JSON.stringify(payload);
}
