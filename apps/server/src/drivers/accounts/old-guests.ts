import type { DriverRoom } from './room.ts';
import { GUEST_MS } from './sign-up.ts';

/** Guests whose time is over: their token and account end; their charges stay, as charges of nobody. */
export async function removeOldGuests({ store, clock, tokens, accounts }: DriverRoom): Promise<number> {
  const guests = await store.db
    .selectFrom('account')
    .select('id')
    .where('role', '=', 'guest')
    .where('ended_ms', 'is', null)
    .where('created_ms', '<', clock.now() - GUEST_MS)
    .execute();
  for (const { id } of guests) {
    const cards = await store.db
      .selectFrom('driver_card')
      .select('token_id')
      .where('account_id', '=', id)
      .execute();
    for (const { token_id } of cards) await tokens.remove(token_id, 'system');
    await store.transaction(async (trx) => {
      await trx.deleteFrom('driver_card').where('account_id', '=', id).execute();
      await accounts.endAccount(trx, id);
    });
  }
  return guests.length;
}
