/** Named filters of a register, kept per person. */
import type { AccountsRoom } from './room.ts';

export interface SavedView {
  readonly name: string;
  /** What stands after `?` in the address. */
  readonly query: string;
}

/** Per register, so that nobody fills the database with names. */
const MOST = 50;
type Room = Pick<AccountsRoom, 'store'>;

/** In the order of their names. */
export async function savedViews(
  { store }: Room,
  accountId: string,
  register: string,
): Promise<readonly SavedView[]> {
  return store.db
    .selectFrom('saved_view')
    .select(['name', 'query'])
    .where('account_id', '=', accountId)
    .where('register', '=', register)
    .orderBy('name')
    .execute();
}

/** Replaces the one of that name. @returns false when there are too many already */
export async function keepView(
  { store }: Room,
  accountId: string,
  register: string,
  { name, query }: SavedView,
): Promise<boolean> {
  return store.transaction(async (trx) => {
    const { count } = await trx
      .selectFrom('saved_view')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('register', '=', register)
      .where('name', '!=', name)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MOST) return false;
    await trx
      .insertInto('saved_view')
      .values({ account_id: accountId, register, name, query })
      .onConflict((c) => c.columns(['account_id', 'register', 'name']).doUpdateSet({ query }))
      .execute();
    return true;
  });
}

export async function dropView(
  { store }: Room,
  accountId: string,
  register: string,
  name: string,
): Promise<boolean> {
  const { numDeletedRows } = await store.db
    .deleteFrom('saved_view')
    .where('account_id', '=', accountId)
    .where('register', '=', register)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
