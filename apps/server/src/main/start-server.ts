import { mkdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { isTileArchive } from '../api/index.ts';
import { CannotStart, type Config, isLoopback, mailServerOf } from '../config/index.ts';
import { removeOldMail } from '../mail/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { compose, type Extra, type House, type Surroundings } from './compose.ts';
import { removeExpired } from './retention.ts';
import { writeUsageReports } from './usage-reports.ts';
import { VERSION } from './version.ts';
import { openWebServer, type WebServer } from './web-server.ts';

/** A running server. */
export interface RunningServer
  extends Pick<
    House,
    | 'activity'
    | 'store'
    | 'sites'
    | 'planning'
    | 'dispatcher'
    | 'scsp'
    | 'grid'
    | 'stations'
    | 'backOffice'
    | 'stationDoor'
    | 'audit'
    | 'accounts'
    | 'driverAccounts'
  > {
  /** How this machine reaches it, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** How peers reach it. */
  readonly publicUrl: string;
  /** Ends everything in order; what was acknowledged is in the database. */
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Starts the platform: database, rooms, web server, loop. Works with an injected clock and port 0.
 * @throws CannotStart with one sentence that says what to do.
 */
export async function startServer(
  config: Config,
  around: Surroundings,
  extra: Extra = {},
): Promise<RunningServer> {
  const { log } = around;
  const store = extra.store ?? (await openStore(config));
  let web: WebServer | undefined;
  let house: House | undefined;
  try {
    if (config.mapTiles !== undefined && !isTileArchive(config.mapTiles))
      throw new CannotStart(
        `SMAC_MAP_TILES (${config.mapTiles}) is no archive of map tiles: give a PMTiles file, version 3, that this user may read.`,
      );
    if (extra.store) mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    web = await openWebServer(config);
    const listening = web;
    const publicUrl = (config.publicUrl ?? listening.url).replace(/\/+$/, '');
    announce(config, store, listening.url, publicUrl, around);
    let handler: RequestListener | undefined;
    house = await compose(
      config,
      store,
      around,
      {
        publicUrl,
        isLocal: (request) => listening.isLocal(request.raw),
        serverFactory: (handle) => {
          handler = handle as RequestListener;
          return listening.server as ReturnType<typeof import('node:http').createServer>;
        },
      },
      extra,
    );
    await house.begin();
    if (handler) listening.serve(handler);
    const stopChores = startChores(config, house, around);
    log.info({ url: listening.url }, `Ready: ${listening.url}`);
    return running(house, listening, store, publicUrl, stopChores);
  } catch (error) {
    await house?.end();
    await web?.close();
    await store.close();
    throw error;
  }
}

function running(
  house: House,
  web: WebServer,
  store: Store,
  publicUrl: string,
  stopChores: () => Promise<void>,
): RunningServer {
  const {
    activity,
    sites,
    planning,
    dispatcher,
    scsp,
    grid,
    stations,
    backOffice,
    stationDoor,
    audit,
    accounts,
    driverAccounts,
  } = house;
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await stopChores();
    await house.end();
    await house.app.close();
    await web.close();
    await store.close();
  }
  return {
    activity,
    store,
    sites,
    planning,
    dispatcher,
    scsp,
    grid,
    stations,
    backOffice,
    stationDoor,
    audit,
    accounts,
    driverAccounts,
    url: web.url,
    publicUrl,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function announce(config: Config, store: Store, url: string, publicUrl: string, { log }: Surroundings): void {
  log.info({}, `SMAC ${VERSION} on Node ${process.versions.node}`);
  log.info(
    { kind: store.kind },
    store.kind === 'pglite'
      ? `Database: EMBEDDED PostgreSQL in ${store.place} (set DATABASE_URL to use a PostgreSQL server)`
      : `Database: PostgreSQL SERVER ${store.place}`,
  );
  log.info(
    {},
    `OCPI for other platforms: ${publicUrl}/ocpi/versions, as ${config.countryCode}-${config.partyId}`,
  );
  log.info(
    {},
    config.mailUrl === undefined
      ? 'E-mail: OFF (set SMAC_MAIL_URL and SMAC_MAIL_FROM to send any)'
      : `E-mail: through ${mailServerOf(config.mailUrl)?.host}, from ${config.mailFrom}`,
  );
  if (isLoopback(config.host)) return;
  if (config.publicUrl === undefined) {
    log.warn({}, `SMAC_PUBLIC_URL is not set: peers will be told ${url}, which only this machine can reach`);
  }
  if (config.tlsCert === undefined && config.trustedProxies === undefined) {
    log.warn(
      {},
      'Listening beyond this machine without TLS: set SMAC_TLS_CERT and SMAC_TLS_KEY, or put a TLS proxy in front and set SMAC_TRUSTED_PROXIES',
    );
  }
}

/** Once a day what expired is removed; once an hour the head of the audit trail is noted beside the database. */
function startChores(config: Config, house: House, { clock, log }: Surroundings): () => Promise<void> {
  const cancels = new Map<string, () => void>();
  const every = (name: string, periodMs: number, work: () => Promise<void>) => {
    cancels.set(
      name,
      clock.after(periodMs, () => {
        every(name, periodMs, work);
        void house.activity.track(() =>
          work().catch((error) =>
            log.error({ detail: String(error) }, `The ${name} chore failed; it runs again later`),
          ),
        );
      }),
    );
  };
  const retain = async () => {
    const removed = await removeExpired(
      { store: house.store, audit: house.audit, meters: house.backOffice.transactions.meters },
      config,
      clock.now(),
    );
    const total = Object.values(removed).reduce((sum, count) => sum + count, 0);
    if (total > 0) log.info(removed, `Retention: removed ${total} expired rows`);
  };
  every('retention', DAY_MS, retain);
  every('sign-in', DAY_MS, async () => {
    await house.accounts.removeOld();
    await house.driverAccounts.removeOldGuests();
    await house.driverAccounts.removeOldNotices();
    await removeOldMail({ store: house.store, clock });
  });
  every('audit', HOUR_MS, () => house.anchors.note());
  const { reportDir } = config;
  if (reportDir !== undefined)
    every('usage reports', HOUR_MS, async () => {
      for (const file of await writeUsageReports(house.usage, reportDir, clock.now()))
        log.info({ file }, 'The usage of the month that ended is written');
    });
  return async () => {
    for (const cancel of cancels.values()) cancel();
    await house.anchors
      .note()
      .catch((error) => log.error({ detail: String(error) }, 'The head of the audit trail was not noted'));
  };
}
