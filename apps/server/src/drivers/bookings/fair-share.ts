import type { Network, Placed } from '../../network/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import { type DriverRefusal, refusedAs } from '../refused-as.ts';

export interface ShareRoom {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly sites: Pick<Sites, 'getLocation'>;
  readonly network: Pick<Network, 'evses' | 'owner'>;
}

const DAY_MS = 24 * 3_600_000;
/** Plans change; who lets more than these go by only keeps others away. */
const MOST_UNUSED_A_DAY = 5;
/** Of the poles of a place for everybody, rounded up: whoever stands there finds one that nobody only thinks of. */
const MOST_HELD_SHARE = 0.5;

/**
 * A booking costs nothing and needs no name, and a pole that is held stands empty: neither one person nor many made-up ones may hold
 * everything (API6:2023, unrestricted access to sensitive business flows). @returns why there is no booking; undefined: there may be
 */
export async function whyNoMore(
  { store: { db }, clock, sites, network }: ShareRoom,
  accountId: string,
  { locationId }: Placed,
): Promise<DriverRefusal | undefined> {
  const { unused } = await db
    .selectFrom('driver_booking')
    .select((e) => e.fn.countAll<number>().as('unused'))
    .where('account_id', '=', accountId)
    .where('state', 'in', ['cancelled', 'expired'])
    .where('made_ms', '>', clock.now() - DAY_MS)
    .executeTakeFirstOrThrow();
  if (Number(unused) >= MOST_UNUSED_A_DAY)
    return refusedAs(
      'bookings-unused',
      'invalidParameters',
      `You let ${unused} bookings of the last 24 hours go by: book again tomorrow, or charge where a pole is free.`,
    );
  const location = await sites.getLocation(network.owner, { locationId });
  // A place of a few, like the residents of a house, is shared among people who know each other.
  if (!location.ok || !('publish' in location.data) || !location.data.publish) return undefined;
  const { held } = await db
    .selectFrom('driver_booking')
    .select((e) => e.fn.countAll<number>().as('held'))
    .where('state', '=', 'open')
    .where('location_id', '=', locationId)
    .executeTakeFirstOrThrow();
  const most = Math.ceil(network.evses(locationId).length * MOST_HELD_SHARE);
  return Number(held) < most
    ? undefined
    : refusedAs(
        'place-held',
        'invalidParameters',
        'Half of the poles here are booked, and the others stay free for whoever comes: choose another place.',
      );
}
