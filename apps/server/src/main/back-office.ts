import type { PartyId } from '@smac/ocpi';
import { type Billing, createBilling } from '../billing/index.ts';
import { routeTarget, type Target } from '../dispatch/index.ts';
import { createTokens, type Tokens } from '../drivers/index.ts';
import {
  createNetwork,
  createOwnSessions,
  followChargingLimits,
  followChargingNeeds,
  followEvseStatus,
  type Network,
  OWN_PEER,
} from '../network/index.ts';
import type { Audit } from '../operators/index.ts';
import type { Sites } from '../sites/index.ts';
import {
  createFallback,
  createStationTarget,
  type DriftLog,
  driftLog,
  followRunning,
  followStationReports,
  type ProfileBook,
  profileBook,
} from '../station-profiles/index.ts';
import type { Stations } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import { createTransactions, type RunningTransactions } from '../transactions/index.ts';
import type { Surroundings } from './compose.ts';

export interface BackOfficeOptions extends Surroundings {
  readonly store: Store;
  readonly audit: Audit;
  readonly activity: Activity;
  readonly sites: Sites;
  readonly stations: Stations;
  readonly party: PartyId;
  /** ISO 4217 of sessions at places that name none. */
  readonly currency: string;
}

/** The rooms of the own back office (CPO role), wired: own stations become a peer of planning like any other. */
export interface BackOffice {
  readonly network: Network;
  readonly tokens: Tokens;
  readonly billing: Billing;
  readonly transactions: RunningTransactions;
  readonly book: ProfileBook;
  readonly drift: DriftLog;
  /** The way out for all sessions: own stations by OCPP, the others by `others`. */
  target(others: Target): Target;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export async function createBackOffice(options: BackOfficeOptions): Promise<BackOffice> {
  const { store, clock, random, log, audit, activity, sites, stations, party, currency } = options;
  const network = await createNetwork({ store, sites, clock, party });
  const tokens = createTokens({
    store,
    clock,
    random,
    log,
    audit,
    party,
    placeOf: (stationId, evseId) => (evseId === undefined ? undefined : network.placeOf(stationId, evseId)),
  });
  const billing = createBilling({ store, clock, random, log, audit, party, currency });
  const transactions = createTransactions({ store, stations, authoriser: tokens, clock, random, log });
  const running = followRunning(transactions);
  const book = profileBook(store, clock);
  const drift = driftLog(store, clock);
  const fallback = createFallback({ stations, network, sites, book, clock, activity, log });
  const own = createStationTarget({
    stations,
    transactions,
    network,
    sites,
    running,
    book,
    drift,
    clock,
    fallback: (stationId) => fallback.ready(stationId),
  });
  const sessions = createOwnSessions({ network, sites, transactions, clock, activity, currency, log });
  const followers = [
    followEvseStatus({ stations, network, activity, log }),
    followChargingNeeds({ stations, transactions, network, sites }),
    followChargingLimits({ stations, transactions, network, sites, clock }),
    followStationReports({ stations, transactions, network, sites, book, clock }),
  ];
  return {
    network,
    tokens,
    billing,
    transactions,
    book,
    drift,
    target: (others) => routeTarget(OWN_PEER, own, others),
    async begin() {
      await running.start();
      await sessions.start();
    },
    async end() {
      for (const stop of followers) stop();
      fallback.close();
      running.close();
      await transactions.close();
      await sessions.close();
    },
  };
}
