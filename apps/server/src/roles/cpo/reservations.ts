/** Reservations of own EVSEs: who holds one, and how it ends (OCPI 2.3.0 mod_commands, OCPP 1.6 and 2.x ReserveNow). */
import {
  type Caller,
  createOcpiClient,
  type OcpiPlatform,
  type PartyId,
  partyName,
  type ReserveNow,
  type Token,
} from '@smac/ocpi';
import { type Selectable, sql } from 'kysely';
import type { Network } from '../../network/index.ts';
import type { Stations } from '../../stations/index.ts';
import type { Store } from '../../store/index.ts';
import type { CpoReservationTable } from '../../store/tables/cpo.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Transactions } from '../../transactions/index.ts';
import type { CpoLog } from './rooms.ts';

type Row = Selectable<CpoReservationTable>;

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
    async note(caller, request, expiresMs) {
      const before = await find(caller, request.reservation_id);
      const values = {
        location_id: request.location_id,
        evse_uid: request.evse_uid,
        token: JSON.stringify(request.token),
        reference: request.authorization_reference ?? null,
        response_url: request.response_url,
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

/** What makes a running transaction use another reservation than before. */
const CHARGES_WHO = ['evseId', 'tokenUid', 'tokenStatus', 'reservationId'] as const;

export interface ReservationEnds extends ReservationsOptions {
  readonly reservations: Reservations;
  readonly stations: Pick<Stations, 'listen'>;
  readonly transactions: Pick<Transactions, 'onChange'>;
  readonly platform: () => OcpiPlatform;
  readonly activity: Activity;
  readonly log: CpoLog;
}

/**
 * A reservation ends with the transaction it was for, and when the station lets go of it; in that case the eMSP is told, because it paid for
 * it. @returns ends it
 */
export function followReservations(options: ReservationEnds): () => void {
  const { store, clock, network, reservations, activity, log } = options;

  async function used(stationId: string, evseId: number, uid: string, number?: number): Promise<void> {
    const place = network.placeOf(stationId, evseId);
    if (place === undefined) return;
    await store.db
      .updateTable('cpo_reservation')
      .set({ ended_ms: clock.now() })
      .where('ended_ms', 'is', null)
      .where(sql<boolean>`lower(location_id) = ${place.locationId.toLowerCase()}`)
      .where(sql<boolean>`lower(evse_uid) = ${place.evseUid.toLowerCase()}`)
      .where((e) => e.or([sql<boolean>`lower(token->>'uid') = ${uid}`, e('number', '=', number ?? -1)]))
      .execute();
  }

  async function letGo(number: number, stationId: string, status: string): Promise<void> {
    const row = await store.db
      .selectFrom('cpo_reservation')
      .selectAll()
      .where('number', '=', number)
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return;
    await reservations.end(number);
    if (status !== 'Removed') return;
    const [countryCode = '', partyId = ''] = row.party.split('-');
    const to: PartyId = { countryCode, partyId };
    const posted = await createOcpiClient(options.platform(), row.peer_id).postResult(
      row.response_url,
      { kind: 'CommandResult', result: { result: 'CANCELED_RESERVATION' } },
      { to },
    );
    if (!posted.ok)
      log.warn({ peerId: row.peer_id, stationId, detail: posted.detail }, 'A lost reservation was not told');
  }

  const background = (work: () => Promise<void>) =>
    void activity
      .track(work)
      .catch((error: unknown) => log.error({ error }, 'A reservation could not be ended'));
  const heard = async (
    payload: { readonly reservationId: number; readonly reservationUpdateStatus: string },
    { stationId, afterAnswer }: { readonly stationId: string; afterAnswer(fire: () => void): void },
  ) => {
    afterAnswer(() =>
      background(() => letGo(payload.reservationId, stationId, payload.reservationUpdateStatus)),
    );
    return {};
  };
  const unlisten = options.stations.listen({
    requests: { '2.0.1': { ReservationStatusUpdate: heard }, '2.1': { ReservationStatusUpdate: heard } },
  });
  const unsubscribe = options.transactions.onChange(({ kind, transaction, before }) => {
    const { stationId, evseId, tokenUid, reservationId } = transaction;
    if (kind === 'ended' || tokenUid === undefined || transaction.tokenStatus !== 'Accepted') return;
    // Every reading is a change; a reservation is used by who charges, and that seldom changes.
    if (before !== undefined && CHARGES_WHO.every((field) => before[field] === transaction[field])) return;
    background(() => used(stationId, evseId, tokenUid.toLowerCase(), reservationId));
  });
  return () => {
    unlisten();
    unsubscribe();
  };
}
