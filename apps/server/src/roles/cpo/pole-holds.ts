/** Poles held for this operator's own drivers: the same reservations that other platforms make (OCPP ReserveNow, X20). */
import type { PartyId, Token } from '@smac/ocpi';
import type { Placed } from '../../network/index.ts';
import { OWN_PEER } from '../../network/index.ts';
import type { CommandExecutor } from './executors.ts';
import type { Reservations } from './reservations.ts';

/** Who keeps others away: the station itself, or this server when cards are presented there. */
export type HeldBy = 'station' | 'server';

export interface PoleHolds {
  /** The same `key` again changes the hold. `token` is the one that may charge there. */
  hold(request: {
    readonly key: string;
    readonly place: Placed;
    readonly token: Token;
    readonly expiresMs: number;
  }): Promise<
    | { readonly held: true; readonly number: number; readonly by: HeldBy }
    | { readonly held: false; readonly why: 'taken' | 'out-of-order' | 'no-answer' | 'refused' }
  >;
  /** Gives the pole free; one that the station does not know any more is free already. */
  letGo(place: Placed, number: number): Promise<void>;
  /** false once it was used, is over, or the station took it back. */
  isHeld(key: string): Promise<boolean>;
}

const WHY = { EVSE_OCCUPIED: 'taken', EVSE_INOPERATIVE: 'out-of-order', TIMEOUT: 'no-answer' } as const;

export function createPoleHolds(options: {
  readonly party: PartyId;
  readonly reservations: Reservations;
  readonly commands: Pick<CommandExecutor, 'reserve' | 'cancel'>;
}): PoleHolds {
  const { party, reservations, commands } = options;
  const caller = {
    peerId: OWN_PEER,
    from: party,
    parties: [],
    version: '2.3.0',
    requestId: '',
    correlationId: '',
  } as const;
  /** The last claim of each EVSE that is being noted. */
  const claims = new Map<string, Promise<unknown>>();

  /** One at a time per EVSE looks whether it is free and notes its claim: of two at once the second sees the first, whatever the station can. */
  async function alone<T>({ stationId, evseId }: Placed, claim: () => Promise<T>): Promise<T> {
    const name = JSON.stringify([stationId, evseId]);
    const before = claims.get(name);
    const mine = (async () => {
      await before?.catch(() => {});
      return claim();
    })();
    claims.set(name, mine);
    try {
      return await mine;
    } finally {
      if (claims.get(name) === mine) claims.delete(name);
    }
  }

  return {
    async hold({ key, place, token, expiresMs }) {
      const request = {
        reservation_id: key,
        location_id: place.locationId,
        evse_uid: place.evseUid,
        token,
        expiry_date: new Date(expiresMs).toISOString(),
        response_url: '',
      };
      const noted = await alone(place, async () => {
        const holder = await reservations.holderAt(place.stationId, place.evseId);
        const isTaken = holder !== undefined && holder.uid.toLowerCase() !== token.uid.toLowerCase();
        return isTaken ? undefined : reservations.note(caller, request, expiresMs);
      });
      if (noted === undefined) return { held: false, why: 'taken' };
      const { number, undo } = noted;
      const { result } = await commands.reserve({ place, number, token, expiresMs });
      if (result === 'ACCEPTED') return { held: true, number, by: 'station' };
      // Reserving is an optional part of OCPP: then the answer to other cards keeps the pole free.
      if (result === 'NOT_SUPPORTED') return { held: true, number, by: 'server' };
      await undo();
      // It may have heard the question and lost the answer.
      if (result === 'TIMEOUT') await commands.cancel(place, number);
      return { held: false, why: WHY[result as keyof typeof WHY] ?? 'refused' };
    },
    async letGo(place, number) {
      await reservations.end(number);
      await commands.cancel(place, number);
    },
    isHeld: async (key) => (await reservations.find(caller, key)) !== undefined,
  };
}
