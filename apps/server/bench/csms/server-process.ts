/** The server under load, in its own process: the real one, with a door for the benchmark to fill it and to read what it used. */
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../src/config/index.ts';
import { silentLog } from '../../src/main/log.ts';
import { startServer } from '../../src/main/start-server.ts';
import { socket } from '../../src/network/testing/socket.ts';
import { createApiKeys } from '../../src/operators/index.ts';
import { systemClock } from '../../src/time/clock.ts';
import { answerParent } from './child.ts';
import { pastSessions } from './past-sessions.ts';

const HOUR_MS = 3_600_000;

/** What a station needs to come. */
export interface Credentials {
  readonly stationId: string;
  readonly identity: string;
  readonly password: string;
  readonly version: '1.6' | '2.0.1';
}

export interface Seed {
  readonly sites: number;
  readonly stationsPerSite: number;
  /** Limit of every site, W. */
  readonly limitW: number;
}

export interface Confirmed {
  readonly sessionId: string;
  readonly planId: string;
  readonly sentMs: number;
  readonly answeredMs: number | null;
  readonly state: string;
  readonly reason: string;
}

/** One plan and its times, epoch ms. */
export interface PlanMade {
  readonly planId: string;
  readonly contextId: string;
  readonly triggerMs: number;
  readonly snapshotMs: number;
  /** Solved; stored and handed out after it. */
  readonly createdMs: number;
  /** Its first messages have left. */
  readonly madeMs: number;
  readonly solver: string;
  readonly solveMs: number;
  readonly causes: readonly string[];
}

const config = readConfig(process.env);
if (!config.ok) throw new Error(config.sentence);
const log =
  process.env.SMAC_BENCH_LOG === undefined
    ? silentLog
    : { ...silentLog, error: console.error, warn: console.error };
const server = await startServer(config.config, { clock: systemClock, random: randomBytes, log });
const plans: PlanMade[] = [];
server.planning.onPlan(({ number, contextId, plan, causes, snapshotMs, createdMs }, triggerMs) =>
  plans.push({
    planId: String(number),
    contextId,
    triggerMs,
    snapshotMs,
    createdMs,
    madeMs: Date.now(),
    solver: plan.solver,
    solveMs: plan.solve_ms,
    causes,
  }),
);
const { network, tokens } = server.backOffice;

const ceilingOf = (contextId: string) =>
  server.dispatcher.sessions(contextId).reduce((sum, { ceilingW }) => sum + Math.max(0, ceilingW), 0);

const answers = {
  async where() {
    return { url: server.url, stationsUrl: server.stationDoor()?.url ?? '' };
  },

  async seed({ sites, stationsPerSite, limitW }: Seed): Promise<Credentials[]> {
    const made: Credentials[] = [];
    for (let site = 0; site < sites; site += 1) {
      const locationId = `SITE${site}`;
      const supply = { maxImportW: limitW, currency: 'EUR' };
      told(await network.addLocation({ ...PLACE, id: locationId }));
      for (let n = 0; n < stationsPerSite; n += 1) {
        const number = site * stationsPerSite + n;
        const stationId = `S${number}`;
        const added = await server.stations.admin.add({ stationId }, 'local');
        if (!added.ok) throw new Error(added.detail);
        const version = number % 2 === 0 ? '1.6' : '2.0.1';
        const waiver = {
          kind: 'profile-2',
          reason: 'benchmark',
          expiresMs: Date.now() + 24 * HOUR_MS,
        } as const;
        if (version !== '1.6') await server.stations.admin.grantWaiver(stationId, waiver, 'local');
        told(
          await network.placeEvse({
            stationId,
            evseId: 1,
            locationId,
            evseUid: `E${number}`,
            connectors: [CONNECTOR],
          }),
        );
        told(await tokens.add({ uid: `CARD${number}` }, 'local'));
        made.push({
          stationId,
          identity: added.data.identity,
          password: added.data.password ?? '',
          version,
        });
      }
      // The supply point comes last: every EVSE that is added to it writes it again.
      told(await network.addLocation({ ...PLACE, id: locationId, supply }));
    }
    return made;
  },

  async live(): Promise<number> {
    return (await server.sites.liveSessions()).length;
  },

  /** Every session gets a car and a wish. */
  async wish(): Promise<number> {
    const live = await server.sites.liveSessions();
    await Promise.all(
      live.map(async ({ peerId, sessionId }, n) => {
        const key = { peerId, sessionId };
        told(await server.sites.setVehicle(key, { batteryWh: 60_000 }));
        const soc = 0.1 + (n % 40) / 100;
        told(await server.sites.reportSoc(key, { soc, source: 'station', atMs: Date.now() }));
        const wishes = {
          departureMs: Date.now() + (6 + (n % 12)) * HOUR_MS,
          departureFirm: true,
          targetSoc: 0.9,
          profileType: 'FAST' as const,
          dischargeAllowed: false,
        };
        told(await server.sites.setPreferences(key, wishes));
      }),
    );
    return live.length;
  },

  /** What was charged at every site in the days before. @returns how many sessions */
  async past({ days }: { days: number }): Promise<number> {
    let count = 0;
    for (const { id, peerId, party, statics } of await server.sites.contexts()) {
      const evseUids = statics.evses.map(({ evseUid }) => evseUid);
      const locationId = statics.evses[0]?.locationId ?? '';
      const place = { locationId, evseUids, peerId, party, contextId: id };
      count += await pastSessions(server, place, { nowMs: Date.now(), days });
    }
    return count;
  },

  /** A key that opens everything. */
  async key(): Promise<string> {
    const { store, audit } = server;
    const keys = createApiKeys({ store, audit, clock: systemClock, random: randomBytes });
    return (await keys.create({ name: 'benchmark', role: 'admin' }, 'local')).key;
  },

  async contexts(): Promise<string[]> {
    return (await server.sites.contexts()).map(({ id }) => id);
  },

  /** Limits a site for the next hour. @returns when it was told, epoch ms */
  async limit({ contextId, limitW }: { contextId: string; limitW: number }): Promise<number> {
    const atMs = Date.now();
    const startMs = Math.floor(atMs / 900_000) * 900_000;
    const slots = [{ startMs, durationMs: 24 * HOUR_MS, value: limitW }];
    told(await server.sites.putSeries(contextId, 'cap', slots, { source: 'benchmark' }));
    return atMs;
  },

  /** What became of everything that was sent since. */
  async sent({ sinceMs }: { sinceMs: number }): Promise<Confirmed[]> {
    const rows = await server.store.db
      .selectFrom('dispatch_profile')
      .select(['session_id', 'plan_id', 'sent_ms', 'answered_ms', 'state', 'reason'])
      .where('sent_ms', '>=', sinceMs)
      .execute();
    return rows.map((row) => ({
      sessionId: row.session_id,
      planId: row.plan_id,
      sentMs: row.sent_ms,
      answeredMs: row.answered_ms,
      state: row.state,
      reason: row.reason,
    }));
  },

  /** @returns when the sessions of a site together could draw no more than that by what they confirmed, epoch ms */
  async obeyed({
    contextId,
    limitW,
    giveUpMs,
  }: {
    contextId: string;
    limitW: number;
    giveUpMs: number;
  }): Promise<number> {
    while (ceilingOf(contextId) > limitW + 1) {
      if (Date.now() > giveUpMs) return giveUpMs;
      await wait(100);
    }
    return Date.now();
  },

  /** The most that the sessions of a site may draw together by what they confirmed, W. */
  async ceilingW({ contextId }: { contextId: string }): Promise<number> {
    return ceilingOf(contextId);
  },

  async plans({ sinceMs }: { sinceMs: number }) {
    return plans.filter(({ madeMs }) => madeMs >= sinceMs);
  },

  async idle(): Promise<void> {
    await server.activity.idle();
  },

  /** Resolves when every one of these sites has a plan that began after this, and nothing is on its way any more. */
  async carriedOut({
    sinceMs,
    contexts,
    giveUpMs,
  }: {
    sinceMs: number;
    contexts: readonly string[];
    giveUpMs: number;
  }): Promise<void> {
    const done = () =>
      contexts.every((id) => plans.some((plan) => plan.contextId === id && plan.triggerMs >= sinceMs)) &&
      server.dispatcher.sessions().every(({ inFlight }) => !inFlight);
    for (let quiet = 0; quiet < 12 && Date.now() < giveUpMs; quiet = done() ? quiet + 1 : 0) await wait(200);
  },

  async rows() {
    const { db } = server.store;
    const [events, meters, active, ended] = await Promise.all([
      db
        .selectFrom('transaction_event')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow(),
      db
        .selectFrom('meter_value')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow(),
      db
        .selectFrom('ocpp_transaction')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('state', '=', 'active')
        .executeTakeFirstOrThrow(),
      db
        .selectFrom('ocpp_transaction')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('state', '=', 'ended')
        .executeTakeFirstOrThrow(),
    ]);
    return {
      events: Number(events.n),
      meters: Number(meters.n),
      active: Number(active.n),
      ended: Number(ended.n),
    };
  },

  async usage() {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 2 ** 20, atMs: Date.now() };
  },

  async close(): Promise<void> {
    await server.close();
  },
};

export type ServerAnswers = typeof answers;

const PLACE = {
  address: 'Carrer de la Marina 1',
  city: 'Barcelona',
  country: 'ESP',
  latitude: '41.39',
  longitude: '2.19',
  timeZone: 'Europe/Madrid',
};
const CONNECTOR = socket();

function told(answer: { readonly ok: boolean; readonly detail?: string }): void {
  if (!answer.ok) throw new Error(answer.detail);
}

answerParent(answers);
