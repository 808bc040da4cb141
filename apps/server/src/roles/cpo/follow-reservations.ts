/** How reservations end: with the transaction they were for, or because the station lets go of them. */
import { createOcpiClient, type OcpiPlatform, type PartyId } from '@smac/ocpi';
import { type Network, OWN_PEER } from '../../network/index.ts';
import type { Stations } from '../../stations/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Transactions } from '../../transactions/index.ts';
import type { Reservations } from './reservations.ts';
import type { CpoLog } from './rooms.ts';

export interface ReservationEnds {
  readonly store: Store;
  readonly network: Pick<Network, 'find'>;
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
  const { store, network, reservations, activity, log } = options;

  async function letGo(number: number, stationId: string, status: string): Promise<void> {
    const row = await store.db
      .selectFrom('cpo_reservation')
      .selectAll()
      .where('number', '=', number)
      .where('ended_ms', 'is', null)
      .executeTakeFirst();
    // A station lets go of its own reservations, whatever number it names.
    if (row === undefined || network.find(row.location_id, row.evse_uid)?.stationId !== stationId) return;
    if (status !== 'Removed') {
      // Expired, or used by nobody (2.1 NoTransaction): the driver did not come, which may have a price.
      await reservations.expire(number);
      return;
    }
    await reservations.end(number);
    // Own drivers read it where they made it.
    if (row.peer_id === OWN_PEER) return;
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
    if (kind === 'ended' || transaction.tokenUid === undefined || transaction.tokenStatus !== 'Accepted')
      return;
    // Every reading is a change; a reservation is used by who charges, and that seldom changes.
    if (before !== undefined && CHARGES_WHO.every((field) => before[field] === transaction[field])) return;
    background(() => reservations.use(transaction));
  });
  return () => {
    unlisten();
    unsubscribe();
  };
}

/** What makes a running transaction use another reservation than before. */
const CHARGES_WHO = ['evseId', 'tokenUid', 'tokenStatus', 'reservationId'] as const;
