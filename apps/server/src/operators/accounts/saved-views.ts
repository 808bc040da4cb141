/** Named filters of a register, kept per person. */
import type { AccountsRoom } from './room.ts';

export interface SavedView {
  readonly name: string;
  /** What stands after `?` in the address. */
  readonly query: string;
}

/** Per register and in all, so that nobody fills the database with names. */
const MOST = 50;
const MOST_IN_ALL = 500;
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
    const kept = await trx
      .selectFrom('saved_view')
      .select(['register', 'name'])
      .where('account_id', '=', accountId)
      .execute();
    const others = kept.filter((view) => view.register !== register || view.name !== name);
    const here = others.filter((view) => view.register === register);
    if (here.length >= MOST || others.length >= MOST_IN_ALL) return false;
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
