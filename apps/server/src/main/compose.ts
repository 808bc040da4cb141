import { createHttpCaller, type HttpCaller } from '@smac/ocpi';
import { createPlanner, type Planner } from '@smac/optimiser';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { type ApiHost, createApi } from '../api/index.ts';
import { type Config, openSeal } from '../config/index.ts';
import { createDispatcher, type Dispatcher } from '../dispatch/index.ts';
import { createDriverAccounts, type DriverAccounts } from '../drivers/accounts/index.ts';
import { followCharges } from '../drivers/notices/index.ts';
import { createPush } from '../drivers/push/index.ts';
import { createGrid, type Grid } from '../grid/index.ts';
import { createCity, createCityReports } from '../insight/city/index.ts';
import { createMetrics, createSessionList, createStatusFeed } from '../insight/index.ts';
import { createSurvey } from '../insight/survey/index.ts';
import { createUsage, type Usage } from '../insight/usage/index.ts';
import type { Mail } from '../mail/index.ts';
import { OWN_PEER, ratedPowerW } from '../network/index.ts';
import {
  type Accounts,
  type Audit,
  createApiKeys,
  createAudit,
  type PasswordCost,
} from '../operators/index.ts';
import { createPlanning, type Planning, type PlanningPolicy, partShares } from '../planning/index.ts';
import { isChosen } from '../roles/cpo/index.ts';
import type { Scsp } from '../roles/scsp/index.ts';
import { createSites, type Sites } from '../sites/index.ts';
import { createStations, type OpenListener, type StationsRoom } from '../stations/index.ts';
import { backup, type Store, usageExport } from '../store/index.ts';
import { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { openAlarms } from './alarms.ts';
import { type AuditAnchors, auditAnchors } from './audit-anchors.ts';
import { type BackOffice, createBackOffice } from './back-office.ts';
import type { ServerLog } from './log.ts';
import { createOcpiRole } from './ocpi-role.ts';
import { openAccounts } from './open-accounts.ts';
import { openMail } from './open-mail.ts';
import { partnersOf } from './partners.ts';
import { openStationDoor, stationsPolicy } from './station-door.ts';
import { VERSION } from './version.ts';

/** What the rooms get from outside. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: ServerLog;
}

/** Differences to live operation, for the demo, replays and tests. */
export interface Extra {
  /** Marks the demo: the status page is open and says so. */
  readonly demo?: boolean;
  /** An open store to use; default: the one the configuration names. */
  readonly store?: Store;
  readonly http?: HttpCaller;
  readonly planning?: Partial<PlanningPolicy>;
  /** What makes the plans; default: solver threads as configured. */
  readonly planner?: Planner;
  /** Work in flight of everybody who shares the clock. */
  readonly activity?: Activity;
  /** Requests per second and peer, when other than the role's default. */
  readonly requestsPerSecond?: number;
  /** Cost of a password hash, when other than what is configured: tests make many. */
  readonly passwordCost?: PasswordCost;
}

/** The rooms, wired: nothing runs by itself yet. */
export interface House {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly sites: Sites;
  readonly planning: Planning;
  readonly dispatcher: Dispatcher;
  readonly scsp: Scsp;
  readonly grid: Grid;
  readonly stations: StationsRoom;
  readonly backOffice: BackOffice;
  /** The OCPP port once the loop has begun; undefined where none is set. */
  readonly stationDoor: () => OpenListener | undefined;
  readonly audit: Audit;
  readonly accounts: Accounts;
  /** undefined: no mail server is set. */
  readonly mail: Mail | undefined;
  readonly driverAccounts: DriverAccounts;
  readonly anchors: AuditAnchors;
  readonly activity: Activity;
  readonly usage: Usage;
  /** Starts the loop: reconciles what stations hold, plans every busy context, pulls from the peers. */
  begin(): Promise<void>;
  /** Stops the loop and ends everything but the web server. */
  end(): Promise<void>;
}

/** Currency of sessions at own places that name none. */
const OWN_CURRENCY = 'EUR';

/** While a thread solves for one context, others read their inputs and store their plans. */
const CONTEXTS_PER_THREAD = 4;

/** Opens no port; `publicUrl` is how peers will reach this server. */
export async function compose(
  config: Config,
  store: Store,
  around: Surroundings,
  host: Omit<ApiHost, 'prefix'> & { readonly publicUrl: string },
  extra: Extra = {},
): Promise<House> {
  const { clock, random, log } = around;
  const activity = extra.activity ?? new Activity();
  const audit = createAudit({ store, clock });
  const anchors = auditAnchors(config.dataDir, audit);
  const apiKeys = createApiKeys({ store, clock, random, audit });
  const mail = openMail(config, {
    store,
    clock,
    random,
    activity,
    log,
    unreachable: (accountId) => accounts.forgetConfirmation(accountId),
  });
  const accounts: Accounts = openAccounts(
    config,
    { store, clock, random, audit, log, mail, activity },
    host.publicUrl,
    extra.passwordCost,
  );
  const sites = createSites({ store, clock, log });
  let scsp: Scsp;
  let backOffice: BackOffice;
  const stations = await createStations({
    store,
    clock,
    random,
    log,
    audit,
    activity,
    dataDir: config.dataDir,
    policy: stationsPolicy(config),
    powerWOf: (stationId, evseId) => ratedPowerW(backOffice.network.evsesOf(stationId), evseId),
  });
  backOffice = await createBackOffice({
    ...around,
    store,
    audit,
    activity,
    sites,
    stations,
    party: { countryCode: config.countryCode, partyId: config.partyId },
    currency: OWN_CURRENCY,
    onBegin: async (key, maxPowerW) => {
      const session = await sites.session(key);
      if (session === undefined) return;
      const context = await sites.context(session.contextId);
      const connectors = backOffice.network.find(session.locationId, session.evseUid)?.connectors;
      const connector = connectors?.find(({ id }) => id === session.connectorId) ?? connectors?.[0];
      const shares = context && connector && partShares(context.statics, { session, connector });
      await dispatcher.begin(key, session.contextId, maxPowerW, shares);
    },
    dispatch: () => dispatcher,
    platform: () => scsp.platform,
  });
  const callHttp = extra.http ?? createHttpCaller();
  const push = createPush({
    ...around,
    store,
    activity,
    dataDir: config.dataDir,
    http: callHttp,
    allowPrivate: config.pushAllowPrivate,
    contact: config.pushContact ?? (host.publicUrl.startsWith('https:') ? host.publicUrl : undefined),
  });
  const driverAccounts = createDriverAccounts({
    store,
    clock,
    random,
    audit,
    log,
    activity,
    accounts,
    tokens: backOffice.tokens,
    sites,
    network: backOffice.network,
    holds: backOffice.holds,
    push,
    mail,
    partners: async () => partnersOf(await scsp.parties.list()),
    dataDir: config.dataDir,
  });
  const endDrivers = driverAccounts.follow();
  scsp = await createOcpiRole(
    config,
    {
      store,
      clock,
      random,
      log,
      activity,
      sites,
      beside: { role: 'CPO', ports: backOffice.cpo.ports, putToken: backOffice.cpo.putToken },
      ...(extra.http ? { http: extra.http } : {}),
    },
    {
      publicUrl: host.publicUrl,
      ...(extra.requestsPerSecond === undefined
        ? {}
        : { requestsPerSecond: extra.requestsPerSecond, requestBurst: extra.requestsPerSecond * 4 }),
    },
  );
  const target = backOffice.target(scsp.target);
  let door: OpenListener | undefined;
  const planner = extra.planner ?? createPlanner({ threads: config.solverThreads, log });
  const dispatcher = createDispatcher({
    store,
    policy: {
      rampWPerS: config.rampKwPerS * 1000,
      restoreSpreadMs: config.restoreSpreadS * 1000,
      stepSpreadMs: config.stepSpreadS * 1000,
    },
    target,
    clock,
    random,
    log,
    activity,
    onFeedback: (feedback) => {
      backOffice.feedback(feedback);
      void planning.feedback(feedback);
    },
  });
  const planning = createPlanning({
    store,
    sites,
    planner,
    dispatcher,
    carriesDischarge: (key) => target.carriesDischarge(key),
    clock,
    log,
    activity,
    policy: {
      slotMinutes: config.slotMinutes,
      slots: Math.round((config.horizonHours * 60) / config.slotMinutes),
      solverSeconds: config.solverTimeLimitS,
      trustDepartures: config.departures === 'trusted',
      concurrency: config.solverThreads * CONTEXTS_PER_THREAD,
      kickPeers: [OWN_PEER],
      ...extra.planning,
    },
  });
  const grid = createGrid({
    store,
    sites,
    planning,
    sessions: (contextId) => dispatcher.sessions(contextId),
    clock,
    random,
    log,
    activity,
    seal: openSeal(config.dataDir, 'oscp-token.key', random, 'register every grid operator again'),
    http: (call) => callHttp({ ...call, allowPrivateAddresses: config.oscpAllowPrivate }),
    publicUrl: host.publicUrl,
    policy: { heartbeatS: config.oscpHeartbeatS, fallbackHoldMs: config.oscpFallbackMinutes * 60_000 },
  });
  const metrics = createMetrics(
    {
      liveSessions: async () => (await sites.liveSessions()).length,
      contexts: async () => (await sites.contexts()).length,
      parties: () => scsp.parties.list(),
      inFlight: () => activity.inFlight,
    },
    {},
  );
  const endNotices = followCharges({
    book: driverAccounts.notices,
    store,
    clock,
    activity,
    log,
    sites,
    planning,
    transactions: backOffice.transactions,
    stations,
    network: backOffice.network,
  });
  planning.onPlan((record, triggerMs) => metrics.plan(record, (clock.now() - triggerMs) / 1000));
  let isEnding = false;

  const status = createStatusFeed({
    sites,
    planning,
    parties: scsp.parties,
    clock,
    about: {
      version: VERSION,
      startedMs: clock.now(),
      demo: extra.demo ?? false,
      database: store.kind === 'pglite' ? 'embedded PostgreSQL' : `PostgreSQL ${store.place}`,
      versionsUrl: `${host.publicUrl}/ocpi/versions`,
    },
    onFault: (error) => log.error({ detail: String(error) }, 'The status page could not be filled'),
  });
  const usage = createUsage({ store, clock });
  const app = await createApi(
    {
      config,
      version: VERSION,
      demo: extra.demo ?? false,
      clock,
      log,
      random,
      sites,
      supplyMeasured: (contextId, reading) => dispatcher.supplyMeasured(contextId, reading),
      planning,
      planner,
      parties: scsp.parties,
      grid,
      pull: (peerId) => scsp.pull(peerId),
      stations,
      network: backOffice.network,
      moveEvse: backOffice.moveEvse,
      transactions: backOffice.transactions,
      profiles: backOffice.book,
      drift: backOffice.drift,
      handMade: backOffice.handMade,
      byHand: backOffice.byHand,
      stationsUrl: () => config.ocppPublicUrl ?? door?.url,
      ocpi: (request) => scsp.handle(request),
      tokens: backOffice.tokens,
      billing: backOffice.billing,
      city: createCity({ store, planning, clock }),
      cityReports: createCityReports({ store, clock }),
      survey: createSurvey({ store, clock }),
      usage,
      priceSoFar: backOffice.priceSoFar,
      setBy: async (sessionId) => {
        const setter = backOffice.cpo.setterOf(sessionId);
        if (setter === undefined) return undefined;
        const partners = partnersOf(await scsp.parties.list());
        const peer = await scsp.parties.peer(setter.peerId);
        return partners.find(({ peerId }) => isChosen(peerId, setter, peer))?.name ?? peer?.name;
      },
      sessionList: createSessionList({ store, sites, planning, priceSoFar: backOffice.priceSoFar }),
      apiKeys,
      accounts,
      mail,
      driverAccounts,
      publicUrl: host.publicUrl.replace(/\/+$/, ''),
      audit,
      auditAnchors: () => anchors.read(),
      alarms: openAlarms({
        store,
        clock,
        sites,
        planning,
        network: backOffice.network,
        stations,
        parties: scsp.parties,
        grid,
        drift: backOffice.drift,
      }),
      status,
      metrics,
      faults: async () => [
        ...(isEnding ? ['The server is stopping.'] : []),
        ...(await databaseFaults(store)),
      ],
      backup: () => backup(store),
      usageExport: () => usageExport(store),
    },
    { ...host, prefix: new URL(host.publicUrl).pathname.replace(/\/+$/, '') },
  );

  return {
    app,
    store,
    sites,
    planning,
    dispatcher,
    scsp,
    grid,
    stations,
    backOffice,
    stationDoor: () => door,
    audit,
    accounts,
    mail,
    driverAccounts,
    anchors,
    activity,
    usage,
    async begin() {
      await planner.ready();
      mail?.wake();
      await backOffice.begin();
      await dispatcher.start();
      await backOffice.resume();
      await grid.start();
      await planning.start();
      await scsp.start();
      door = await openStationDoor(config, stations, log);
    },
    async end() {
      isEnding = true;
      endDrivers();
      endNotices();
      push.close();
      const letters = mail?.close();
      await stations.close();
      await backOffice.end();
      await grid.close();
      await planning.stop();
      await dispatcher.close();
      await scsp.close();
      await planner.close();
      await letters;
    },
  };
}

async function databaseFaults(store: Store): Promise<string[]> {
  try {
    await sql`select 1`.execute(store.db);
    return [];
  } catch (error) {
    return [`The database does not answer (${error instanceof Error ? error.message : String(error)}).`];
  }
}
