/** CDRs in the database: made once, never changed. */
import { type Cdr, type Outcome, partyName, refused } from '@smac/ocpi';
import type { Transaction } from 'kysely';
import type { Database } from '../store/index.ts';
import type { Cdrs, Tariffs } from './billing.ts';
import { cdrOf, creditOf } from './cdr-object.ts';
import type { SessionFacts } from './facts.ts';
import type { Room } from './room.ts';
import { sessionPrice } from './session-price.ts';

type Trx = Transaction<Database>;

export function cdrBook(room: Room, tariffs: Tariffs): Cdrs {
  const { store, clock, audit, log, party } = room;
  const listeners = new Set<(cdr: Cdr) => void>();

  /** After the commit; a listener that throws is a defect of its own. */
  function tell(...cdrs: readonly Cdr[]): void {
    for (const cdr of cdrs) {
      for (const listener of listeners) {
        try {
          listener(cdr);
        } catch (error) {
          log.error({ error, cdrId: cdr.id }, 'A listener of CDRs failed');
        }
      }
    }
  }

  async function priced(facts: SessionFacts) {
    const { location, evseUid, connectorId, startMs } = facts;
    const assigned = await tariffs.at({ locationId: location.id, evseUid, connectorId }, startMs);
    return sessionPrice(facts, assigned);
  }

  async function make(facts: SessionFacts): Promise<Outcome<Cdr>> {
    if (facts.sessionId.length > 36 || facts.sessionId === '') {
      return refused('invalidParameters', 'sessionId: needs 1 to 36 characters.');
    }
    const price = await priced(facts);
    if (!price.ok) return refused('notEnoughInformation', price.detail);
    if (price.bill === undefined) {
      log.warn(
        { sessionId: facts.sessionId },
        'A session ended where no tariff counts; it is billed as free',
      );
    }
    for (const warning of price.bill?.warnings ?? []) log.warn({ sessionId: facts.sessionId }, warning);
    return cdrOf(facts, price, { id: room.newId(), party, currency: room.currency, nowMs: clock.now() });
  }

  /** undefined: that revision of the session is there already. */
  async function insert(trx: Trx, cdr: Cdr, facts: SessionFacts, revision: number): Promise<Cdr | undefined> {
    const row = await trx
      .insertInto('cdr')
      .values({
        id: cdr.id,
        session_id: facts.sessionId,
        revision,
        credit_of: cdr.credit_reference_id ?? null,
        party: partyName({ countryCode: cdr.cdr_token.country_code, partyId: cdr.cdr_token.party_id }),
        object: JSON.stringify(cdr),
        facts: JSON.stringify(facts),
        created_ms: clock.now(),
      })
      .onConflict((conflict) => conflict.columns(['session_id', 'revision']).doNothing())
      .returning('id')
      .executeTakeFirst();
    return row && cdr;
  }

  async function creditInside(
    trx: Trx,
    cdrId: string,
    remark: string | undefined,
    actor: string,
  ): Promise<Outcome<{ readonly credit: Cdr; readonly revision: number; readonly sessionId: string }>> {
    const row = await trx.selectFrom('cdr').selectAll().where('id', '=', cdrId).executeTakeFirst();
    if (row === undefined) return refused('unknownObject', `There is no CDR ${cdrId}.`);
    if (row.credit_of !== null)
      return refused('invalidParameters', 'A credit CDR cannot be credited itself.');
    const credit = creditOf(row.object as Cdr, remark, clock.now());
    // One credit per CDR: the number below zero that belongs to its revision is taken once.
    const kept = await insert(trx, credit, row.facts as SessionFacts, -1 - row.revision);
    if (kept === undefined) return refused('invalidParameters', `CDR ${cdrId} was credited before.`);
    await audit.record(
      { actor, action: 'cdr.credited', subject: `cdr:${cdrId}`, detail: { credit: credit.id } },
      trx,
    );
    return { ok: true, data: { credit, revision: row.revision, sessionId: row.session_id } };
  }

  return {
    async price(facts) {
      const price = await priced(facts);
      return price.ok ? { ok: true, data: price.bill } : refused('notEnoughInformation', price.detail);
    },
    async closeSession(facts) {
      const known = await firstOf(facts.sessionId);
      if (known !== undefined) return { ok: true, data: known };
      const made = await make(facts);
      if (!made.ok) return made;
      const kept = await store.transaction((trx) => insert(trx, made.data, facts, 0));
      if (kept === undefined) {
        const other = await firstOf(facts.sessionId);
        if (other === undefined) throw new Error(`The CDR of session ${facts.sessionId} is gone.`);
        return { ok: true, data: other };
      }
      tell(kept);
      return { ok: true, data: kept, created: true };
    },
    async credit(cdrId, remark, actor) {
      const outcome = await store.transaction((trx) => creditInside(trx, cdrId, remark, actor));
      if (!outcome.ok) return outcome;
      tell(outcome.data.credit);
      return { ok: true, data: outcome.data.credit, created: true };
    },
    async correct(cdrId, facts, remark, actor) {
      const made = await make(facts);
      if (!made.ok) return made;
      const wrongSession = 'facts: belong to another session than the CDR.';
      const outcome = await store.transaction(async (trx) => {
        const before = await trx
          .selectFrom('cdr')
          .select(['session_id', 'object'])
          .where('id', '=', cdrId)
          .executeTakeFirst();
        if (before !== undefined && before.session_id !== facts.sessionId) {
          return refused('invalidParameters', wrongSession);
        }
        const { currency = made.data.currency } = (before?.object ?? {}) as Partial<Cdr>;
        if (currency !== made.data.currency) {
          const change = `it was billed in ${currency} and would be in ${made.data.currency}`;
          return refused('invalidParameters', `facts: ${change}; credit the CDR by itself.`);
        }
        const credited = await creditInside(trx, cdrId, remark, actor);
        if (!credited.ok) return credited;
        const { credit, revision } = credited.data;
        const cdr = await insert(trx, made.data, facts, revision + 1);
        if (cdr === undefined)
          throw new Error(`Session ${facts.sessionId} has revision ${revision + 1} already.`);
        return { ok: true as const, data: { credit, cdr }, created: true };
      });
      if (outcome.ok) tell(outcome.data.credit, outcome.data.cdr);
      return outcome;
    },
    async standing(sessionId) {
      const row = await store.db
        .selectFrom('cdr')
        .leftJoin('cdr as credit', 'credit.credit_of', 'cdr.id')
        .select(['cdr.object', 'cdr.facts', 'cdr.revision', 'credit.id as credited'])
        .where('cdr.session_id', '=', sessionId)
        .where('cdr.credit_of', 'is', null)
        .orderBy('cdr.revision', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        cdr: row.object as Cdr,
        facts: row.facts as SessionFacts,
        revision: row.revision,
        isCredited: row.credited !== null,
      };
    },
    async get(cdrId) {
      const row = await store.db
        .selectFrom('cdr')
        .select('object')
        .where('id', '=', cdrId)
        .executeTakeFirst();
      return row?.object as Cdr | undefined;
    },
    async list({ parties, sessionId, fromMs, toMs, offset, limit }) {
      let matching = store.db.selectFrom('cdr');
      if (parties !== undefined) matching = matching.where('party', 'in', ['', ...parties]);
      if (sessionId !== undefined) matching = matching.where('session_id', '=', sessionId);
      if (fromMs !== undefined) matching = matching.where('created_ms', '>=', fromMs);
      if (toMs !== undefined) matching = matching.where('created_ms', '<', toMs);
      const { total } = await matching
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await matching.select('object').orderBy('sort_id').limit(limit).offset(offset).execute();
      return { cdrs: rows.map(({ object }) => object as Cdr), total: Number(total) };
    },
    onCdr(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async noteDelivery({ cdrId, peerId, location, problem }) {
      const nowMs = clock.now();
      const values = {
        attempted_ms: nowMs,
        delivered_ms: problem === undefined ? nowMs : null,
        location: location ?? null,
        problem: problem ?? null,
      };
      await store.db
        .insertInto('cdr_delivery')
        .values({ cdr_id: cdrId, peer_id: peerId, ...values })
        .onConflict((conflict) => conflict.columns(['cdr_id', 'peer_id']).doUpdateSet(values))
        .execute();
    },
  };

  async function firstOf(sessionId: string): Promise<Cdr | undefined> {
    const row = await store.db
      .selectFrom('cdr')
      .select('object')
      .where('session_id', '=', sessionId)
      .where('revision', '=', 0)
      .executeTakeFirst();
    return row?.object as Cdr | undefined;
  }
}
