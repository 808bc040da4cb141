import type { OcpiPlatform, PartyId } from '@smac/ocpi';
import { type Billing, billTransactions, createBilling, createPriceSoFar } from '../billing/index.ts';
import {
  type Dispatcher,
  type Feedback,
  routeTarget,
  type SessionKey,
  type Target,
} from '../dispatch/index.ts';
import { createTokens, type Tokens } from '../drivers/index.ts';
import { keepLocalLists } from '../local-lists/index.ts';
import {
  type ChargingLimits,
  createEvseMoves,
  createNetwork,
  createOwnSessions,
  followChargingLimits,
  followChargingNeeds,
  followEvseStatus,
  type MoveEvse,
  type Network,
  OWN_PEER,
} from '../network/index.ts';
import type { Audit } from '../operators/index.ts';
import {
  billExpiredReservations,
  type Cpo,
  createCpo,
  createPoleHolds,
  createReservations,
  followReservations,
  issuerOf,
  type PoleHolds,
  stationCommands,
  stationProfiles,
} from '../roles/cpo/index.ts';
import type { Sites } from '../sites/index.ts';
import {
  type ByHand,
  createByHand,
  createFallback,
  createStationTarget,
  type DriftLog,
  driftLog,
  followHandMade,
  followMainMeters,
  followPowerReadings,
  followRunning,
  followStationReports,
  giveWay,
  type HandMadeProfiles,
  type ProfileBook,
  profileBook,
  watchOverdraw,
} from '../station-profiles/index.ts';
import type { Stations, StationsRoom } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import { createTransactions, type RunningTransactions } from '../transactions/index.ts';
import type { Surroundings } from './compose.ts';

export interface BackOfficeOptions extends Surroundings {
  readonly store: Store;
  readonly audit: Audit;
  readonly activity: Activity;
  readonly sites: Sites;
  readonly stations: Stations &
    Pick<StationsRoom, 'events' | 'station' | 'list' | 'deviceModel' | 'connectors'>;
  readonly party: PartyId;
  /** ISO 4217 of sessions at places that name none. */
  readonly currency: string;
  /** A session of the own network began; it draws at most `maxPowerW` until a plan says otherwise. */
  readonly onBegin: (key: SessionKey, maxPowerW: number) => Promise<void>;
  /** The door to the stations; asked for when something is to be done, not before. */
  readonly dispatch: () => Pick<Dispatcher, 'sessions' | 'wish' | 'held' | 'measured' | 'supplyMeasured'>;
  /** What other platforms are reached by; asked for when something is sent, not before. */
  readonly platform: () => OcpiPlatform;
}

/** The rooms of the own back office (CPO role), wired: own stations become a peer of planning like any other. */
export interface BackOffice {
  readonly network: Network;
  readonly moveEvse: MoveEvse;
  readonly tokens: Tokens;
  readonly billing: Billing;
  /** Of an own transaction that runs. */
  readonly priceSoFar: ReturnType<typeof createPriceSoFar>;
  readonly transactions: RunningTransactions;
  readonly book: ProfileBook;
  readonly drift: DriftLog;
  readonly handMade: HandMadeProfiles;
  readonly byHand: ByHand;
  /** What stations said of limits from elsewhere. */
  readonly limits: Pick<ChargingLimits, 'localGenerationW'>;
  /** Poles held for own drivers. */
  readonly holds: PoleHolds;
  /** The OCPI faces of the charge point operator. */
  readonly cpo: Cpo;
  /** The way out for all sessions: own stations by OCPP, the others by `others`. */
  target(others: Target): Target;
  /** What dispatch tells. */
  feedback(feedback: Feedback): void;
  begin(): Promise<void>;
  /** Once dispatch knows the sessions of the last run. */
  resume(): Promise<void>;
  end(): Promise<void>;
}

export async function createBackOffice(options: BackOfficeOptions): Promise<BackOffice> {
  const { store, clock, random, log, audit, activity, sites, stations, party, currency, platform } = options;
  const network = await createNetwork({ store, sites, clock, party });
  const reservations = createReservations({ store, clock, network });
  const tokens = createTokens({
    store,
    clock,
    random,
    log,
    audit,
    party,
    askIssuer: issuerOf(platform),
    holderAt: (stationId, evseId) => reservations.holderAt(stationId, evseId),
    placeOf: (stationId, evseId) => (evseId === undefined ? undefined : network.placeOf(stationId, evseId)),
  });
  const billing = createBilling({ store, clock, random, log, audit, party, currency });
  const transactions = createTransactions({
    store,
    stations,
    authoriser: tokens,
    clock,
    random,
    activity,
    log,
    isRetired: (stationId) => (stations.station(stationId)?.retiredMs ?? null) !== null,
  });
  const running = followRunning(transactions);
  const book = profileBook(store, clock);
  const drift = driftLog(store, clock);
  const fallback = createFallback({
    stations,
    network,
    sites,
    book,
    clock,
    activity,
    log,
    isActive: async (id) => (await transactions.get(id))?.state === 'active',
  });
  const limits = followChargingLimits({
    store,
    stations,
    transactions,
    network,
    sites,
    clock,
    activity,
    log,
  });
  const overdraw = watchOverdraw({
    transactions,
    generatedW: limits.localGenerationW,
    book,
    clock,
    activity,
    log,
    tell: ({ evseId, ...note }) =>
      stations.events.mention({ ...note, source: 'server', about: `EVSE ${evseId}` }),
  });
  const own = createStationTarget({
    stations,
    transactions,
    network,
    sites,
    running,
    book,
    drift,
    clock,
    fallback,
    reporters: [overdraw],
  });
  const handMade = followHandMade({
    store,
    stations,
    network,
    sites,
    transactions,
    book,
    running,
    fallback,
    clock,
    log,
    counted: (contextId) => options.dispatch().sessions(contextId),
  });
  const target = handMade.around(own);
  const profiles = stationProfiles({
    network,
    transactions,
    sites,
    clock,
    dispatch: options.dispatch,
    giveWay: giveWay({ stations, handMade, running }),
    read: (sessionId, durationS) => target.readProfile({ peerId: OWN_PEER, sessionId }, durationS),
  });
  const commands = stationCommands({ stations, transactions, random });
  const cpo = createCpo({
    profiles,
    store,
    clock,
    log,
    activity,
    sites,
    network,
    tokens,
    billing,
    transactions,
    platform,
    reservations,
    commands,
  });
  const sessions = createOwnSessions({
    network,
    sites,
    transactions,
    clock,
    activity,
    currency,
    log,
    identityOf: ({ tokenUid, stationId }) => identityOf(tokens, tokenUid, stationId, clock.now()),
    onBegin: async (key, maxPowerW) => {
      await options.onBegin(key, maxPowerW);
      handMade.begun(key);
    },
    onSession: (session) => cpo.sessionChanged(session),
    isFollowed: (sessionId) => cpo.isFollowed(sessionId),
  });
  const bills = billTransactions({
    store,
    clock,
    activity,
    log,
    transactions,
    network,
    sites,
    tokens,
    cdrs: billing.cdrs,
    reservedMs: (transactionId) => reservations.reservedMs(transactionId),
  });
  const endLocalLists = keepLocalLists({ stations, tokens, clock, activity, log });
  const followers = [
    followPowerReadings({
      transactions,
      dispatch: options.dispatch,
      generatedW: limits.localGenerationW,
      sessionsAt: (stationId) => running.sessionsAt(stationId).length,
      activity,
      log,
    }),
    followMainMeters({ transactions, sites, dispatch: options.dispatch, activity, log }),
    followEvseStatus({ stations, network, activity, log }),
    followReservations({ store, network, reservations, stations, transactions, platform, activity, log }),
    billExpiredReservations({
      clock,
      network,
      sites,
      reservations,
      stations,
      transactions,
      cdrs: billing.cdrs,
      activity,
      log,
    }),
    followChargingNeeds({ stations, transactions, network, sites }),
    followStationReports({ stations, transactions, network, sites, book, activity, log, handMade }),
  ];
  const moveEvse = createEvseMoves({
    network,
    sites,
    isHeld: async (stationId, evseId) => (await reservations.holderAt(stationId, evseId)) !== undefined,
    refresh: (stationIds) => fallback.refresh(stationIds),
    log,
  });
  return {
    network,
    moveEvse,
    tokens,
    billing,
    priceSoFar: createPriceSoFar({
      store,
      clock,
      transactions,
      network,
      sites,
      tokens,
      cdrs: billing.cdrs,
      reservedMs: (transactionId) => reservations.reservedMs(transactionId),
    }),
    transactions,
    book,
    drift,
    handMade,
    byHand: createByHand({ stations, network, transactions, book, handMade, drift, clock }),
    limits,
    holds: createPoleHolds({ party, reservations, commands }),
    cpo,
    target: (others) => routeTarget(OWN_PEER, target, others),
    feedback(feedback) {
      profiles.heard(feedback);
      if (feedback.kind === 'answer' && feedback.answer.result === 'ACCEPTED')
        cpo.activeChanged(feedback.key.sessionId);
    },
    resume: () => cpo.start(),
    async begin() {
      await running.start();
      await handMade.start();
      await sessions.start();
      await limits.start();
      await bills.start();
    },
    async end() {
      for (const stop of followers) stop();
      await endLocalLists();
      handMade.close();
      fallback.close();
      overdraw.close();
      limits.close();
      running.close();
      await transactions.close();
      await sessions.close();
      bills.close();
      await cpo.close();
    },
  };
}

/** Whose token a session was started with, and how it was accepted. */
async function identityOf(tokens: Tokens, uid: string | undefined, stationId: string, nowMs: number) {
  const decision = uid === undefined ? undefined : await tokens.lastAccepted(uid, stationId, nowMs);
  if (decision?.cdrToken === undefined) return undefined;
  return {
    cdr_token: decision.cdrToken,
    auth_method: decision.method,
    ...(decision.reference === undefined ? {} : { authorization_reference: decision.reference }),
  };
}
