import type { Location } from '@smac/ocpi';
import type { DriverRoom } from './room.ts';

/** Says whether somebody may see a location, and charge there by the app. */
export type SeesPlace = (location: Pick<Location, 'publish' | 'publish_allowed_to'>) => boolean;

/** What everybody sees. */
export const seesPublished: SeesPlace = ({ publish }) => publish;

const same = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();

/**
 * A location that is not published is for those whom it names (OCPI 2.3.0 mod_locations, PublishTokenType): residents of a house have a
 * group, or their cards are named one by one. A card counts once it is claimed.
 */
export async function placesSeenBy(
  { store }: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<SeesPlace> {
  const rows = await store.db
    .selectFrom('driver_card as c')
    .innerJoin('token as t', 't.id', 'c.token_id')
    .select('t.object')
    .where('c.account_id', '=', accountId)
    .where('t.removed_ms', 'is', null)
    .where('t.blocked_reason', 'is', null)
    .execute();
  const tokens = rows.map(
    ({ object }) =>
      object as {
        uid: string;
        type: string;
        group_id?: string;
        visual_number?: string;
        issuer?: string;
      },
  );
  return (location) =>
    location.publish ||
    (location.publish_allowed_to ?? []).some(({ uid, type, group_id, visual_number, issuer }) =>
      tokens.some(
        (token) =>
          same(token.group_id, group_id) ||
          (same(token.uid, uid) && token.type === type) ||
          (same(token.visual_number, visual_number) && same(token.issuer, issuer)),
      ),
    );
}
