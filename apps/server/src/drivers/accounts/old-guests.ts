import type { DriverRoom } from './room.ts';
import { GUEST_MS } from './sign-up.ts';

/** What is about a guest and nobody else. */
const OF_GUESTS = [
  'driver_card',
  'driver_booking',
  'driver_notice',
  'driver_push',
  'driver_mandate',
] as const;

/** Guests whose time is over: their token, account and what they were told end; their charges stay, as charges of nobody. */
export async function removeOldGuests(
  { store, clock, tokens, accounts }: DriverRoom,
  cancelBookings: (accountId: string) => Promise<void>,
): Promise<number> {
  const guests = await store.db
    .selectFrom('account')
    .select('id')
    .where('role', '=', 'guest')
    .where('ended_ms', 'is', null)
    .where('created_ms', '<', clock.now() - GUEST_MS)
    .execute();
  for (const { id } of guests) {
    await cancelBookings(id);
    const cards = await store.db
      .selectFrom('driver_card')
      .select('token_id')
      .where('account_id', '=', id)
      .execute();
    for (const { token_id } of cards) await tokens.remove(token_id, 'system');
    await store.transaction(async (trx) => {
      for (const table of OF_GUESTS) await trx.deleteFrom(table).where('account_id', '=', id).execute();
      await accounts.endAccount(trx, id);
    });
  }
  return guests.length;
}
