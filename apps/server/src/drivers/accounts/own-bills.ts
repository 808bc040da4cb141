import type { Cdr, Price } from '@smac/ocpi';
import type { DriverRoom } from './room.ts';

/** What a charge cost; amounts include taxes where the tariff has them. */
export interface OwnBill {
  readonly cdrId: string;
  readonly currency: string;
  readonly totalCost: number;
  /** Within the total; 0 where the tariff states none. */
  readonly taxes: number;
  /** What the total is made of; empty where a least or highest price makes it something else. */
  readonly parts: readonly { readonly kind: PartKind; readonly amount: number }[];
}

export const PART_KINDS = ['energy', 'time', 'parking', 'fixed', 'reservation'] as const;
type PartKind = (typeof PART_KINDS)[number];

/** Money is shown to a hundredth. */
const SAME = 0.005;

/** Bills by session, as they hold now: neither credits nor what was credited. */
export async function billsOf(
  { store }: Pick<DriverRoom, 'store'>,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, OwnBill>> {
  const bills = new Map<string, OwnBill>();
  if (sessionIds.length === 0) return bills;
  const rows = await store.db
    .selectFrom('cdr')
    .select(['id', 'session_id', 'object'])
    .where('session_id', 'in', [...sessionIds])
    .where('credit_of', 'is', null)
    .where((e) =>
      e(
        'id',
        'not in',
        e
          .selectFrom('cdr')
          .select('credit_of')
          .where('credit_of', 'is not', null)
          .$castTo<{ credit_of: string }>(),
      ),
    )
    .orderBy('sort_id')
    .execute();
  for (const { id, session_id, object } of rows) bills.set(session_id, billOf(id, object as unknown as Cdr));
  return bills;
}

function billOf(cdrId: string, cdr: Cdr): OwnBill {
  const totalCost = withTaxes(cdr.total_cost);
  const parts = PART_KINDS.flatMap((kind) => {
    const price = cdr[`total_${kind}_cost`];
    return price === undefined ? [] : [{ kind, amount: withTaxes(price) }];
  }).filter(({ amount }) => Math.abs(amount) >= SAME);
  const sum = parts.reduce((total, { amount }) => total + amount, 0);
  return {
    cdrId,
    currency: cdr.currency,
    totalCost,
    taxes: taxesOf(cdr.total_cost),
    parts: Math.abs(sum - totalCost) < SAME ? parts : [],
  };
}

const taxesOf = ({ taxes = [] }: Price): number => taxes.reduce((sum, { amount }) => sum + amount, 0);
const withTaxes = (price: Price): number => price.before_taxes + taxesOf(price);
