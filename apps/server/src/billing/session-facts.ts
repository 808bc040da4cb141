/** What is billed of a transaction: from its registers, its events, and who was let charge. */
import type { CdrToken, Location, Activity as SessionActivity, UsagePeriod } from '@smac/ocpi';
import type { Tokens } from '../drivers/index.ts';
import { maxPowerOf, type Network, type Placed, placedAs } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import {
  countedReadings,
  exportedWh,
  importedWh,
  type TransactionState,
  type Transactions,
} from '../transactions/index.ts';
import type { SessionFacts } from './facts.ts';
import { signedDataOf } from './signed-data.ts';
import { type ActivityChange, usageOfReadings } from './usage-of-readings.ts';

export interface FactSources {
  readonly store: Store;
  readonly clock: Clock;
  readonly transactions: Pick<Transactions, 'readings'>;
  readonly network: Pick<Network, 'placeOf' | 'owner'>;
  readonly sites: Pick<Sites, 'session' | 'getLocation'>;
  readonly tokens: Pick<Tokens, 'lastAccepted'>;
  /** When the reservation was made that became this transaction; default: there are none. */
  readonly reservedMs?: (transactionId: string) => Promise<number | undefined>;
}

/** What stands in a CDR where no token was presented. */
const NO_TOKEN = 'NO-TOKEN';

/** @returns undefined where the station stands nowhere */
export async function factsOf(
  { store, network, sites, tokens, transactions, clock, reservedMs }: FactSources,
  transaction: TransactionState,
): Promise<SessionFacts | undefined> {
  const { id, stationId, evseId, startMs, tokenUid } = transaction;
  const standing = network.placeOf(stationId, evseId);
  if (standing === undefined) return undefined;
  const session = await sites.session({ peerId: network.owner.peerId, sessionId: id });
  const place = placedAs(standing, session);
  const toldMs = transaction.endMs ?? clock.now();
  const endMs = toldMs > startMs ? toldMs : leastEndMs(transaction, place);
  const location = await sites.getLocation(network.owner, { locationId: place.locationId });
  if (!location.ok) return undefined;
  // By our own clock: a station that was offline tells of times that lie before the decision.
  const decision =
    tokenUid === undefined ? undefined : await tokens.lastAccepted(tokenUid, stationId, clock.now());
  const profileType = session?.preferences.profileType;
  const connector = place.connectors.find(({ connectorId }) => connectorId === transaction.connectorId);
  const { importStartWh, exportStartWh, importWh, exportWh } = transaction;
  const edge = (atMs: number, inWh: number | undefined, outWh: number | undefined) => ({
    atMs,
    ...(inWh === undefined ? {} : { importWh: inWh }),
    ...(outWh === undefined ? {} : { exportWh: outWh }),
  });
  const metered = await transactions.readings(id);
  const readings = [
    edge(startMs, importStartWh, exportStartWh),
    ...countedReadings({ ...transaction, endMs }, metered),
    edge(endMs, importWh, exportWh),
  ];
  const { countryCode, partyId } = network.owner.party;
  const nobody: CdrToken = {
    country_code: countryCode,
    party_id: partyId,
    // A station that lets anybody charge presents an empty one (2.x NoAuthorization).
    uid: tokenUid || NO_TOKEN,
    type: 'OTHER',
    contract_id: NO_TOKEN,
  };
  const usage = usageOfReadings({ startMs, endMs }, readings, await activitiesOf(store, id));
  const reserved = reservedFor(startMs, await reservedMs?.(id));
  return {
    sessionId: id,
    startMs: reserved?.startMs ?? startMs,
    endMs,
    usage: reserved === undefined ? usage : [reserved, ...usage],
    location: location.data as Location,
    evseUid: place.evseUid,
    connectorId: connector?.id ?? place.connectors[0]?.id ?? '1',
    token: decision?.cdrToken ?? nobody,
    authMethod: decision?.method ?? 'WHITELIST',
    ...(decision?.reference === undefined ? {} : { authorizationReference: decision.reference }),
    ...signedDataOf(metered),
    ...(decision?.energyContract === undefined ? {} : { energyContract: decision.energyContract }),
    ...(profileType === undefined ? {} : { profiles: [{ fromMs: startMs, profileType }] }),
  };
}

/** A clock that went back between start and end leaves no time for what was charged: it took as long as its EVSE needs for it. */
function leastEndMs(transaction: TransactionState, place: Placed): number {
  const usedWh = importedWh(transaction) + exportedWh(transaction);
  if (usedWh === 0) return transaction.startMs;
  const mostPowerW = Math.max(1, ...place.connectors.map(maxPowerOf));
  return transaction.startMs + Math.max(1000, Math.ceil((usedWh / mostPowerW) * 3_600_000));
}

/** A CDR begins with the reservation before the session (OCPI 2.2.1 and 2.3.0 mod_cdrs, start_date_time). */
function reservedFor(startMs: number, reservedMs: number | undefined): UsagePeriod | undefined {
  if (reservedMs === undefined || reservedMs >= startMs) return undefined;
  return { startMs: reservedMs, endMs: startMs, activity: 'reserved', importedWh: 0, exportedWh: 0 };
}

/**
 * Whether the vehicle asked for power, as a 2.x station said with its events. A 1.6 station does not say it inside a transaction: all of it
 * counts as charging, and nobody pays for parking on a guess.
 */
async function activitiesOf(store: Store, transactionId: string): Promise<readonly ActivityChange[]> {
  const rows = await store.db
    .selectFrom('transaction_event')
    .select(['at_ms', 'payload'])
    .where('transaction_id', '=', transactionId)
    .orderBy('at_ms')
    .orderBy('seq')
    .execute();
  return rows.flatMap(({ at_ms, payload }) => {
    const { transactionInfo } = payload as { readonly transactionInfo?: { readonly chargingState?: string } };
    const activity = ACTIVITIES[transactionInfo?.chargingState ?? ''];
    return activity === undefined ? [] : [{ atMs: at_ms, activity }];
  });
}

/** SuspendedEVSE: the station or this server holds the power back, which is a pause and no parking. */
const ACTIVITIES: Readonly<Record<string, SessionActivity>> = {
  Charging: 'charging',
  SuspendedEVSE: 'paused',
  SuspendedEV: 'parking',
  EVConnected: 'paused',
  Idle: 'parking',
};
