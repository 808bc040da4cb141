/** Tariffs in the database: revisions, approval, ceilings. */
import { formatDateTime, type Outcome, refused, type Tariff, validate } from '@smac/ocpi';
import type { Selectable } from 'kysely';
import type { TariffRevisionTable } from '../store/tables/billing.ts';
import type { ProposedTariff, TariffCeiling, TariffPlace, TariffRevision, Tariffs } from './billing.ts';
import type { Room } from './room.ts';
import { aboveCeiling, tariffsAt } from './tariff-rules.ts';

export function tariffBook(room: Room): Tariffs {
  const { store, audit } = room;
  const listeners = new Set<(revision: TariffRevision) => void>();
  return {
    draft: (tariff, places, actor) => draft(room, tariff, places, actor),
    async approve(tariffId, revision, effectiveMs, actor) {
      const decided = await decide(room, { tariffId, revision, actor }, effectiveMs, true);
      if (decided.ok) for (const listener of listeners) listener(decided.data);
      return decided;
    },
    onApproved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reject: (tariffId, revision, actor) => decide(room, { tariffId, revision, actor }, undefined, false),
    async revisions(tariffId) {
      const rows = await store.db
        .selectFrom('tariff_revision')
        .selectAll()
        .$if(tariffId !== undefined, (query) => query.where('tariff_id', '=', tariffId ?? ''))
        .orderBy('tariff_id')
        .orderBy('revision', 'desc')
        .execute();
      return rows.map(revisionOf);
    },
    effective: (atMs) => effective(room, atMs),
    at: async (place, atMs) => tariffsAt(await effective(room, atMs), place),
    async ceilings() {
      const rows = await store.db.selectFrom('tariff_ceiling').selectAll().execute();
      return rows.map(ceilingOf);
    },
    async setCeiling({ currency, dimension }, maxPrice, actor) {
      await store.transaction(async (trx) => {
        const values = { currency, dimension };
        if (maxPrice === null) {
          await trx
            .deleteFrom('tariff_ceiling')
            .where('currency', '=', currency)
            .where('dimension', '=', dimension)
            .execute();
        } else {
          await trx
            .insertInto('tariff_ceiling')
            .values({ ...values, max_price: maxPrice })
            .onConflict((c) => c.columns(['currency', 'dimension']).doUpdateSet({ max_price: maxPrice }))
            .execute();
        }
        await audit.record(
          {
            actor,
            action: 'tariff.ceiling_set',
            subject: `ceiling:${currency}/${dimension}`,
            detail: { maxPrice },
          },
          trx,
        );
      });
    },
  };
}

async function draft(
  { store, clock, audit, party }: Room,
  proposed: ProposedTariff,
  places: readonly TariffPlace[],
  actor: string,
): Promise<Outcome<TariffRevision>> {
  const nowMs = clock.now();
  const tariff: Tariff = {
    ...proposed,
    country_code: party.countryCode,
    party_id: party.partyId,
    last_updated: formatDateTime(nowMs),
  };
  const [problem] = validate('Tariff', '2.3.0', 'out', tariff).errors;
  if (problem !== undefined) return refused('invalidParameters', `tariff${problem.path} ${problem.detail}.`);
  const lost = places.find(
    ({ locationId, evseUid, connectorId }) =>
      (evseUid !== undefined && locationId === undefined) ||
      (connectorId !== undefined && evseUid === undefined),
  );
  if (lost !== undefined) {
    return refused('invalidParameters', 'places: an EVSE needs its locationId, a connector its evseUid.');
  }
  return store.transaction(async (trx) => {
    const newest = await trx
      .selectFrom('tariff_revision')
      .select('revision')
      .where('tariff_id', '=', tariff.id)
      .orderBy('revision', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst();
    const row = await trx
      .insertInto('tariff_revision')
      .values({
        tariff_id: tariff.id,
        revision: (newest?.revision ?? 0) + 1,
        state: 'draft',
        object: JSON.stringify(tariff),
        places: JSON.stringify(places),
        drafted_by: actor,
        drafted_ms: nowMs,
        decided_by: null,
        decided_ms: null,
        effective_ms: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit.record(
      { actor, action: 'tariff.drafted', subject: subjectOf(row), detail: { tariff, places } },
      trx,
    );
    return { ok: true, data: revisionOf(row), created: true };
  });
}

async function decide(
  { store, clock, audit }: Room,
  at: { readonly tariffId: string; readonly revision: number; readonly actor: string },
  wantedMs: number | undefined,
  approves: boolean,
): Promise<Outcome<TariffRevision>> {
  const nowMs = clock.now();
  const effectiveMs = wantedMs ?? nowMs;
  return store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('tariff_revision')
      .selectAll()
      .where('tariff_id', '=', at.tariffId)
      .where('revision', '=', at.revision)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined)
      return refused('unknownObject', `There is no tariff ${at.tariffId}/${at.revision}.`);
    if (row.state !== 'draft') return refused('invalidParameters', `This revision was ${row.state} before.`);
    if (approves) {
      if (row.drafted_by === at.actor) {
        return refused(
          'forbidden',
          'Whoever drafted a tariff cannot approve it: another person has to (BI16).',
        );
      }
      if (effectiveMs < nowMs)
        return refused('invalidParameters', 'effective: lies in the past; prices never change backwards.');
      const ceilings = await trx.selectFrom('tariff_ceiling').selectAll().execute();
      const problem = aboveCeiling(row.object as Tariff, ceilings.map(ceilingOf));
      if (problem !== undefined) return refused('invalidParameters', problem);
    }
    const decided = await trx
      .updateTable('tariff_revision')
      .set({
        state: approves ? 'approved' : 'rejected',
        decided_by: at.actor,
        decided_ms: nowMs,
        effective_ms: approves ? effectiveMs : null,
      })
      .where('tariff_id', '=', at.tariffId)
      .where('revision', '=', at.revision)
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit.record(
      {
        actor: at.actor,
        action: approves ? 'tariff.approved' : 'tariff.rejected',
        subject: subjectOf(row),
        detail: approves ? { effective: formatDateTime(effectiveMs) } : {},
      },
      trx,
    );
    return { ok: true, data: revisionOf(decided) };
  });
}

/** Of each tariff the approved revision that came into effect last. */
async function effective({ store }: Room, atMs: number): Promise<readonly TariffRevision[]> {
  const rows = await store.db
    .selectFrom('tariff_revision')
    .selectAll()
    .distinctOn('tariff_id')
    .where('state', '=', 'approved')
    .where('effective_ms', '<=', atMs)
    .orderBy('tariff_id')
    .orderBy('effective_ms', 'desc')
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(revisionOf);
}

function revisionOf(row: Selectable<TariffRevisionTable>): TariffRevision {
  const object = row.object as Tariff;
  const tariff =
    row.effective_ms === null
      ? object
      : {
          ...object,
          start_date_time: formatDateTime(row.effective_ms),
          last_updated: formatDateTime(row.effective_ms),
        };
  return {
    tariffId: row.tariff_id,
    revision: row.revision,
    state: row.state,
    tariff,
    places: row.places as readonly TariffPlace[],
    draftedBy: row.drafted_by,
    draftedMs: row.drafted_ms,
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_ms === null ? {} : { decidedMs: row.decided_ms }),
    ...(row.effective_ms === null ? {} : { effectiveMs: row.effective_ms }),
  };
}

function ceilingOf(row: { currency: string; dimension: string; max_price: number }): TariffCeiling {
  return {
    currency: row.currency,
    dimension: row.dimension as TariffCeiling['dimension'],
    maxPrice: row.max_price,
  };
}

function subjectOf({ tariff_id, revision }: { tariff_id: string; revision: number }): string {
  return `tariff:${tariff_id}/${revision}`;
}
