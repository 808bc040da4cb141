/**
 * What guests owe, and what of it was paid. Money itself goes another way: the operator's payment service takes it, and a person or a program of
 * the operator notes here that it arrived. Charges with a contract are billed by whoever issued the card, and are never owed here.
 */
import { type Cdr, type Outcome, refused } from '@smac/ocpi';
import { sql } from 'kysely';
import type { Payment, Payments } from './billing.ts';
import type { Room } from './room.ts';

/** Less is no amount of any currency in use. */
const LEAST_AMOUNT = 0.005;

export function paymentBook({ store, clock, audit }: Pick<Room, 'store' | 'clock' | 'audit'>): Payments {
  const bills = () =>
    store.db
      .selectFrom('cdr')
      .leftJoin('cdr as credit', 'credit.credit_of', 'cdr.id')
      .leftJoin('cdr_payment as paid', 'paid.cdr_id', 'cdr.id')
      .select(['cdr.object', 'credit.id as credited', 'paid.paid_ms', 'paid.method', 'paid.reference'])
      .where('cdr.credit_of', 'is', null);
  type Row = Awaited<ReturnType<ReturnType<typeof bills>['executeTakeFirstOrThrow']>>;

  function paymentOf({ object, credited, paid_ms, method, reference }: Row): Payment {
    const cdr = object as Cdr;
    const amount = withTaxes(cdr);
    const isOwed = cdr.cdr_token.type === 'AD_HOC_USER' && credited === null && amount >= LEAST_AMOUNT;
    return {
      cdrId: cdr.id,
      state: paid_ms !== null ? 'paid' : isOwed ? 'unpaid' : 'none',
      amount,
      currency: cdr.currency,
      paidMs: paid_ms,
      method,
      reference,
    };
  }

  async function of(cdrId: string): Promise<Payment | undefined> {
    const row = await bills().where('cdr.id', '=', cdrId).executeTakeFirst();
    return row && paymentOf(row);
  }

  return {
    of,
    async ofSession(sessionId) {
      const row = await bills()
        .where('cdr.session_id', '=', sessionId)
        .orderBy('cdr.revision', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && paymentOf(row);
    },
    async owed({ fromMs, limit }) {
      const rows = await bills()
        .where('cdr.created_ms', '>=', fromMs)
        .where(sql<boolean>`cdr.object -> 'cdr_token' ->> 'type' = 'AD_HOC_USER'`)
        .orderBy('cdr.sort_id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(paymentOf).filter(({ state }) => state !== 'none');
    },
    async note(cdrId, { method, reference }, actor): Promise<Outcome<Payment>> {
      const known = await of(cdrId);
      if (known === undefined) return refused('unknownObject', `There is no bill ${cdrId}.`);
      if (known.state === 'paid') return refused('invalidParameters', `Bill ${cdrId} is paid already.`);
      if (known.state === 'none')
        return refused(
          'invalidParameters',
          `Nobody owes anything of ${cdrId}: only charges without a contract are paid here.`,
        );
      const values = { method: method ?? null, reference: reference ?? null, noted_by: actor };
      const isNew = await store.transaction(async (trx) => {
        const row = await trx
          .insertInto('cdr_payment')
          .values({ cdr_id: cdrId, paid_ms: clock.now(), ...values })
          .onConflict((conflict) => conflict.column('cdr_id').doNothing())
          .returning('cdr_id')
          .executeTakeFirst();
        if (row === undefined) return false;
        const detail = {
          amount: known.amount,
          currency: known.currency,
          method: values.method,
          reference: values.reference,
        };
        await audit.record({ actor, action: 'cdr.paid', subject: `cdr:${cdrId}`, detail }, trx);
        return true;
      });
      if (!isNew) return refused('invalidParameters', `Bill ${cdrId} is paid already.`);
      return { ok: true, data: (await of(cdrId)) ?? known };
    },
    async takeBack(cdrId, actor): Promise<Outcome<Payment>> {
      const gone = await store.transaction(async (trx) => {
        const row = await trx
          .deleteFrom('cdr_payment')
          .where('cdr_id', '=', cdrId)
          .returning(['method', 'reference'])
          .executeTakeFirst();
        if (row !== undefined)
          await audit.record({ actor, action: 'cdr.unpaid', subject: `cdr:${cdrId}`, detail: row }, trx);
        return row;
      });
      const now = gone && (await of(cdrId));
      return now ? { ok: true, data: now } : refused('unknownObject', `No payment of ${cdrId} is noted.`);
    },
  };
}

/** The whole amount, as it stands on the receipt. */
function withTaxes({ total_cost: { before_taxes, taxes = [] } }: Cdr): number {
  return (taxes ?? []).reduce((sum, { amount }) => sum + amount, before_taxes ?? 0);
}
