/** Reservations of own EVSEs: who holds one, and what it became (OCPI 2.3.0 mod_commands, OCPP 1.6 and 2.x ReserveNow). */
import { type Caller, partyName, type ReserveNow, type Token } from '@smac/ocpi';
import { type Selectable, sql } from 'kysely';
import type { Network } from '../../network/index.ts';
import type { Store } from '../../store/index.ts';
import type { CpoReservationTable } from '../../store/tables/cpo.ts';
import type { Clock } from '../../time/clock.ts';
import type { TransactionState } from '../../transactions/index.ts';

/** A reservation as it is kept. */
export type Row = Selectable<CpoReservationTable>;

export interface Reservations {
  /** Whose reservation holds the EVSE now. */
  holderAt(stationId: string, evseId: number): Promise<Token | undefined>;
  /**
   * Notes a reservation before the station is asked: the same one again changes it. It gets a number of ours, so that no eMSP can replace or
   * cancel that of another. `undo` puts back what was there, for a station that refuses.
   */
  note(
    caller: Caller,
    request: ReserveNow & { readonly evse_uid: string },
    expiresMs: number,
  ): Promise<{ readonly number: number; undo(): Promise<void> }>;
  /** A reservation of this eMSP that still holds. */
  find(caller: Caller, reservationId: string): Promise<Row | undefined>;
  end(number: number): Promise<void>;
  /** From now on it holds for nobody, and is over as if nobody had come in time. */
  expire(number: number): Promise<void>;
  /**
   * A transaction began that a reservation was for: that of its card, or the one its station names. One that began after the reservation was
   * over uses nothing.
   */
  use(transaction: TransactionState): Promise<void>;
  /** When the reservation was made that became this session. */
  reservedMs(sessionId: string): Promise<number | undefined>;
  /** Those that nobody used in time, and whose end is not settled. */
  expired(): Promise<readonly Row[]>;
}

export interface ReservationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Pick<Network, 'placeOf'>;
}

export function createReservations({ store, clock, network }: ReservationsOptions): Reservations {
  const of = (caller: Caller, reservationId: string) => ({
    peer_id: caller.peerId,
    party: partyName(caller.from),
    reservation_key: reservationId.toLowerCase(),
  });

  async function find(caller: Caller, reservationId: string): Promise<Row | undefined> {
    const key = of(caller, reservationId);
    return store.db
      .selectFrom('cpo_reservation')
      .selectAll()
      .where('peer_id', '=', key.peer_id)
      .where('party', '=', key.party)
      .where('reservation_key', '=', key.reservation_key)
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
  }

  async function end(number: number): Promise<void> {
    await store.db
      .updateTable('cpo_reservation')
      .set({ ended_ms: clock.now() })
      .where('number', '=', number)
      .where('ended_ms', 'is', null)
      .execute();
  }

  return {
    find,
    end,
    async holderAt(stationId, evseId) {
      const place = network.placeOf(stationId, evseId);
      if (place === undefined) return undefined;
      const row = await store.db
        .selectFrom('cpo_reservation')
        .select('token')
        .where('ended_ms', 'is', null)
        .where('expires_ms', '>', clock.now())
        .where(sql<boolean>`lower(location_id) = ${place.locationId.toLowerCase()}`)
        .where(sql<boolean>`lower(evse_uid) = ${place.evseUid.toLowerCase()}`)
        .orderBy('number', 'desc')
        .executeTakeFirst();
      return row?.token as Token | undefined;
    },
    async expire(number) {
      await store.db
        .updateTable('cpo_reservation')
        .set((e) => ({ expires_ms: e.fn<number>('least', ['expires_ms', e.val(clock.now())]) }))
        .where('number', '=', number)
        .where('ended_ms', 'is', null)
        .execute();
    },
    async use({ id, stationId, evseId, tokenUid = '', startMs, reservationId = -1 }) {
      const place = network.placeOf(stationId, evseId);
      if (place === undefined) return;
      await store.transaction(async (trx) => {
        const used = await trx
          .updateTable('cpo_reservation')
          .set({ ended_ms: clock.now() })
          .where('ended_ms', 'is', null)
          .where('expires_ms', '>=', startMs)
          .where(sql<boolean>`lower(location_id) = ${place.locationId.toLowerCase()}`)
          .where(sql<boolean>`lower(evse_uid) = ${place.evseUid.toLowerCase()}`)
          .where((e) =>
            e.or([
              sql<boolean>`lower(token->>'uid') = ${tokenUid.toLowerCase()}`,
              e('number', '=', reservationId),
            ]),
          )
          .returning(['number', 'reserved_ms'])
          .execute();
        const [first] = used.sort((a, b) => (a.reserved_ms ?? Infinity) - (b.reserved_ms ?? Infinity));
        if (first === undefined) return;
        await trx
          .insertInto('cpo_reservation_use')
          .values({ session_id: id, ...first, used_ms: clock.now() })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },
    async reservedMs(sessionId) {
      const row = await store.db
        .selectFrom('cpo_reservation_use')
        .select('reserved_ms')
        .where('session_id', '=', sessionId)
        .executeTakeFirst();
      return row?.reserved_ms ?? undefined;
    },
    expired: () =>
      store.db
        .selectFrom('cpo_reservation')
        .selectAll()
        .where('ended_ms', 'is', null)
        .where('expires_ms', '<=', clock.now())
        .orderBy('expires_ms')
        .execute(),
    async note(caller, request, expiresMs) {
      const before = await find(caller, request.reservation_id);
      const values = {
        location_id: request.location_id,
        evse_uid: request.evse_uid,
        token: JSON.stringify(request.token),
        reference: request.authorization_reference ?? null,
        response_url: request.response_url,
        reserved_ms: before?.reserved_ms ?? clock.now(),
        expires_ms: expiresMs,
        ended_ms: null,
      };
      const { number } = await store.db
        .insertInto('cpo_reservation')
        .values({ ...of(caller, request.reservation_id), ...values })
        .onConflict((conflict) =>
          conflict.columns(['peer_id', 'party', 'reservation_key']).doUpdateSet(values),
        )
        .returning('number')
        .executeTakeFirstOrThrow();
      return {
        number,
        async undo() {
          if (before === undefined) return end(number);
          const { number: _, ...row } = before;
          await store.db
            .updateTable('cpo_reservation')
            .set({ ...row, token: JSON.stringify(row.token) })
            .where('number', '=', number)
            .execute();
        },
      };
    },
  };
}
