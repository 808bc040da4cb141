import { type Outcome, refused } from '@smac/ocpi';
import type { Sites } from '../sites/index.ts';
import { type Network, OWN_PEER } from './network.ts';
import type { Placed } from './place.ts';

export interface EvseMovesOptions {
  readonly network: Pick<Network, 'placeOf' | 'moveEvse'>;
  readonly sites: Pick<Sites, 'contexts'>;
  /** Somebody holds the EVSE by a reservation now. */
  readonly isHeld: (stationId: string, evseId: number) => Promise<boolean>;
  /** What the station shall fall back to is another share where it stands now. */
  readonly refresh: (stationIds: readonly string[]) => Promise<void>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export type Address = Pick<Placed, 'locationId' | 'evseUid'>;

/**
 * Moves a placed EVSE to another location, or gives it another name there. It is refused while somebody charges or holds it, whose bill and
 * whose way it would change, and while a context made by hand has it, because only its people know what that supply point is.
 * @returns where it stood
 */
export type MoveEvse = (stationId: string, evseId: number, to: Address) => Promise<Outcome<Address>>;

export function createEvseMoves({ network, sites, isHeld, refresh, log }: EvseMovesOptions): MoveEvse {
  return async (stationId, evseId, to) => {
    const before = network.placeOf(stationId, evseId);
    if (before === undefined)
      return refused(
        'unknownObject',
        `EVSE ${evseId} of station ${stationId} stands nowhere; place it first`,
      );
    if (await isHeld(stationId, evseId))
      return refused(
        'invalidParameters',
        `${before.evseUid} is booked now; move it when the booking is over`,
      );
    const byHand = (await sites.contexts()).find(
      ({ peerId, objectId, statics }) =>
        peerId === OWN_PEER &&
        !objectId.startsWith('supply/') &&
        statics.evses.some((evse) => isSame(evse, before)),
    );
    if (byHand !== undefined)
      return refused(
        'invalidParameters',
        `${before.evseUid} is in the context ${byHand.objectId}; remove it there first`,
      );
    const moved = await network.moveEvse(before, to);
    if (!moved.ok) return moved;
    // It stands there now, whatever becomes of the rest.
    await refresh([stationId]).catch((error: unknown) =>
      log.error(
        { stationId, detail: String(error) },
        'A station that was moved was not told its new fallback',
      ),
    );
    return { ok: true, data: { locationId: before.locationId, evseUid: before.evseUid } };
  };
}

const isSame = (a: Address, b: Address) =>
  a.locationId.toLowerCase() === b.locationId.toLowerCase() &&
  a.evseUid.toLowerCase() === b.evseUid.toLowerCase();
