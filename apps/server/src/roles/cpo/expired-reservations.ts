/**
 * A reservation that nobody used in time is billed as the tariff says (OCPI 2.2.1 and 2.3.0 mod_tariffs, RESERVATION_EXPIRES): a CDR of its own
 * without a session. Where no tariff has a price for it there is none. One that was cancelled, or that the station took back, costs nothing.
 */
import type { Location, Token } from '@smac/ocpi';
import type { Cdrs, SessionFacts } from '../../billing/index.ts';
import type { Network } from '../../network/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Stations } from '../../stations/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Transactions } from '../../transactions/index.ts';
import type { Reservations, Row } from './reservations.ts';
import type { CpoLog } from './rooms.ts';

export interface ExpiredReservationsOptions {
  readonly clock: Clock;
  readonly network: Pick<Network, 'find' | 'owner'>;
  readonly sites: Pick<Sites, 'getLocation'>;
  readonly reservations: Reservations;
  readonly stations: Pick<Stations, 'connected'>;
  readonly transactions: Pick<Transactions, 'list'>;
  readonly cdrs: Pick<Cdrs, 'price' | 'closeSession'>;
  readonly activity: Activity;
  readonly log: CpoLog;
}

const SWEEP_MS = 60_000;
/** A start that happened in time may still be on its way, ms. */
const GRACE_MS = 15 * 60_000;
/** A station that is offline may have let the holder charge; after so long it is taken that it did not, ms. */
const OFFLINE_MS = 24 * 3_600_000;

/** @returns ends it */
export function billExpiredReservations(options: ExpiredReservationsOptions): () => void {
  const { clock, activity, log } = options;
  let isClosed = false;
  /** Those that billing refused, and why, as it was said once. */
  const unbilled = new Map<number, string>();
  let cancel = clock.after(SWEEP_MS, run);

  function run(): void {
    void activity
      .track(() => sweep(options, unbilled))
      .catch((error: unknown) => log.error({ error }, 'Reservations that expired were not settled'))
      .finally(() => {
        if (!isClosed) cancel = clock.after(SWEEP_MS, run);
      });
  }

  return () => {
    isClosed = true;
    cancel();
  };
}

async function sweep(options: ExpiredReservationsOptions, unbilled: Map<number, string>): Promise<void> {
  const { clock, reservations, network, stations, log } = options;
  for (const row of await reservations.expired()) {
    const place = network.find(row.location_id, row.evse_uid);
    const sinceMs = clock.now() - row.expires_ms;
    const isAway = place !== undefined && stations.connected(place.stationId) === undefined;
    if (sinceMs < GRACE_MS || (isAway && sinceMs < OFFLINE_MS)) continue;
    try {
      const isOwed = place !== undefined && !(await wasUsed(options, row, place));
      const refusal = isOwed ? await bill(options, row, place) : undefined;
      if (refusal === undefined) {
        await reservations.end(row.number);
        unbilled.delete(row.number);
      } else if (unbilled.get(row.number) !== refusal) {
        unbilled.set(row.number, refusal);
        log.error(
          { number: row.number, detail: refusal },
          'A reservation that expired could not be billed; it is tried again every minute',
        );
      }
    } catch (error) {
      log.error({ error, number: row.number }, 'A reservation that expired could not be settled yet');
    }
  }
}

type Place = NonNullable<ReturnType<Network['find']>>;

/** The process was down, or its database, when the holder came. */
async function wasUsed(
  { transactions, reservations }: ExpiredReservationsOptions,
  row: Row,
  { stationId, evseId }: Place,
): Promise<boolean> {
  const uid = (row.token as Token).uid.toLowerCase();
  const began = await transactions.list({
    stationId,
    fromMs: row.reserved_ms ?? row.expires_ms,
    toMs: row.expires_ms + 1,
    limit: 1_000,
  });
  const use = began.find(
    ({ evseId: at, tokenUid, tokenStatus, reservationId }) =>
      at === evseId &&
      tokenStatus === 'Accepted' &&
      (tokenUid?.toLowerCase() === uid || reservationId === row.number),
  );
  if (use !== undefined) await reservations.use(use);
  return use !== undefined;
}

/** @returns why it could not be billed, where it could not */
async function bill(
  { sites, network, cdrs }: ExpiredReservationsOptions,
  row: Row,
  place: Place,
): Promise<string | undefined> {
  const { reserved_ms: startMs, expires_ms: endMs, number, reference } = row;
  const connector = place.connectors[0];
  const location = await sites.getLocation(network.owner, { locationId: place.locationId });
  if (startMs === null || endMs <= startMs || connector === undefined || !location.ok) return undefined;
  const { country_code, party_id, uid, type, contract_id } = row.token as Token;
  const facts: SessionFacts = {
    sessionId: `reservation-${number}-${startMs}`.slice(0, 36),
    withoutSession: true,
    startMs,
    endMs,
    usage: [{ startMs, endMs, activity: 'reservation-expired', importedWh: 0, exportedWh: 0 }],
    location: location.data as Location,
    evseUid: place.evseUid,
    connectorId: connector.id,
    token: { country_code, party_id, uid, type, contract_id },
    authMethod: 'COMMAND',
    ...(reference === null ? {} : { authorizationReference: reference }),
  };
  const price = await cdrs.price(facts);
  if (price.ok && (price.data?.totalCost.before_taxes ?? 0) === 0) return undefined;
  const closed = await cdrs.closeSession(facts);
  return closed.ok ? undefined : closed.detail;
}
