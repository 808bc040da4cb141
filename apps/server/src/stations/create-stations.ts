import { acceptStations, type Handshake, ReplyCache } from '@smac/ocpp';
import { isDatabaseAway } from '../store/index.ts';
import { Activity } from '../time/activity.ts';
import { createAdmin, type StationAdmin } from './admin.ts';
import { createAnswer } from './calls/answer.ts';
import { type BulkCalls, createBulkCalls } from './calls/bulk.ts';
import { createCall } from './calls/call.ts';
import type { PowerOf } from './calls/reach.ts';
import { createCapabilities } from './capability/capabilities.ts';
import { createAuthority, type StationAuthority } from './certificates/authority.ts';
import { watchExpiry } from './certificates/expiry.ts';
import { openIssuer } from './certificates/issuer.ts';
import { Connections, type Live } from './connections.ts';
import { type Binding, createDoor } from './door/authorise.ts';
import { type ListenerConfig, type OpenListener, openListener } from './door/listener.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createDirectory, type StationRecord, type Waiver } from './identity/directory.ts';
import { askForCertificate, replaceCredentials } from './identity/replace-credentials.ts';
import { type Rotation, rotatePassword } from './identity/rotate.ts';
import { openSecrets } from './identity/secret.ts';
import { createMessageLog, type MessageLog } from './journal/message-log.ts';
import {
  type ConnectorRow,
  createStatusBook,
  provision,
  readAllConnectors,
  readConnectors,
} from './life/connectors.ts';
import { type ReadVariable, readVariables } from './life/device-model.ts';
import { lifeHandlers } from './life/handlers.ts';
import type { House } from './life/house.ts';
import { type ProgressRow, readProgress } from './life/progress.ts';
import { createSurvey } from './life/survey.ts';
import { type Availability, createUptime } from './life/uptime.ts';
import { DEFAULT_POLICY, type StationsPolicy } from './policy.ts';
import type { ConnectedStation, StationListener, Stations } from './room.ts';
import type { Surroundings } from './surroundings.ts';

/** The room with everything the API, the command line and `main` need beside the other rooms' view. */
export interface StationsRoom extends Stations {
  readonly admin: StationAdmin;
  readonly bulk: BulkCalls;
  readonly events: EventLog;
  readonly messages: Pick<MessageLog, 'search'>;
  readonly authority: StationAuthority;
  /** Gives the station a new password over its connection. */
  rotatePassword(stationId: string, actor: string): Promise<Rotation>;
  list(): readonly StationRecord[];
  station(stationId: string): StationRecord | undefined;
  connectors(stationId: string): Promise<readonly ConnectorRow[]>;
  /** Those of every station, by its id. */
  allConnectors(): Promise<ReadonlyMap<string, readonly ConnectorRow[]>>;
  deviceModel(stationId: string): Promise<readonly ReadVariable[]>;
  progress(stationId: string, limit: number): Promise<readonly ProgressRow[]>;
  /** How much of a period the station was connected; undefined: it never came before the end of it. */
  availability(stationId: string, fromMs: number, untilMs: number): Promise<Availability | undefined>;
  /** Exceptions from the security rules that hold now, with reason and end. */
  securityDebt(): readonly (Waiver & { readonly stationId: string })[];
  /** Opens the door. @throws CannotStart */
  open(config: ListenerConfig): Promise<OpenListener>;
  close(): Promise<void>;
}

export interface StationsOptions extends Surroundings {
  readonly dataDir: string;
  readonly policy?: Partial<StationsPolicy>;
  /** Absent: unknown of all. */
  readonly powerWOf?: PowerOf;
}

/** While the database is away: the number of the connection could not be committed. */
const AWAY = { accept: false, status: 503, reason: 'try again later', retryAfterS: 10 } as const;
/** Replies of one station that outlive its sockets; this many stations are remembered. */
const MOST_REPLY_CACHES = 20_000;

export async function createStations(options: StationsOptions): Promise<StationsRoom> {
  const { store, clock, random, log, audit, activity, dataDir } = options;
  const policy = { ...DEFAULT_POLICY, ...options.policy };
  const directory = createDirectory(store);
  const events = createEventLog(store, clock, log);
  const capabilities = createCapabilities(store, clock, directory, events);
  const authority = createAuthority(store, clock, openIssuer({ dataDir, clock, random }));
  await directory.load();
  await capabilities.load();
  await authority.load();
  const uptime = createUptime(store, events, (error) =>
    log.error({ error }, 'When a station was connected could not be stored'),
  );
  await uptime.load();
  const secrets = openSecrets(dataDir, random);
  const connections = new Connections();
  /** What runs in the background and must end before the room closes. */
  const own = new Activity();
  const messages = createMessageLog(store, clock, log);
  const listeners = new Set<StationListener>();
  const replies = new Map<string, ReplyCache>();
  const listenersOpen = new Set<OpenListener>();

  const call = createCall({
    directory,
    connections,
    capabilities,
    audit,
    activity,
    guards: () => [...listeners].flatMap(({ guard }) => (guard ? [guard] : [])),
    ears: () => [...listeners].flatMap(({ called }) => (called ? [called] : [])),
  });
  const bulk = createBulkCalls({
    store,
    clock,
    random,
    audit,
    policy,
    call,
    powerWOf: options.powerWOf ?? (() => 0),
  });
  const background = (name: string, work: () => Promise<void>) => {
    void own.track(work).catch((error: unknown) => {
      if (isDatabaseAway(error))
        log.warn({ detail: String(error) }, `The database is away: ${name} is not stored`);
      else log.error({ error }, `Defect: ${name} failed`);
    });
  };
  const house: House = {
    store,
    clock,
    log,
    policy,
    directory,
    secrets,
    connections,
    events,
    capabilities,
    authority,
    statuses: createStatusBook(store, events),
    call,
    background,
  };
  const survey = createSurvey(house);

  listeners.add({
    requests: lifeHandlers(
      house,
      ({ stationId, version }, registration) => {
        if (registration === 'Accepted') survey.begin(stationId, version);
        if (registration === 'Pending')
          background(`credentials of ${stationId}`, () => replaceCredentials(house, stationId));
      },
      (context, payload) => survey.report(context, payload),
    ),
  });

  const door = createDoor({ clock, policy, directory, secrets, connections, events, authority });

  const answer = createAnswer({
    clock,
    log,
    policy,
    directory,
    connections,
    events,
    activity,
    listeners,
    background,
    call,
  });

  function repliesOf(stationId: string): ReplyCache {
    const cache = replies.get(stationId) ?? new ReplyCache();
    replies.delete(stationId);
    replies.set(stationId, cache);
    if (replies.size > MOST_REPLY_CACHES) {
      const oldest = replies.keys().next().value;
      if (oldest !== undefined) replies.delete(oldest);
    }
    return cache;
  }

  const accepted = acceptStations<Binding>({
    clock,
    random: fraction,
    log,
    handshakeMs: policy.handshakeMs,
    async authorise(handshake: Handshake) {
      const admission = await door(handshake).catch((error: unknown) => {
        if (isDatabaseAway(error)) return AWAY;
        throw error;
      });
      if (!admission.accept) return admission;
      const { stationId, generation } = admission.binding;
      return {
        ...admission,
        settings: {
          // In 1.6 an id is unique on its connection only: a station that counts from 1 after a restart must not get old answers.
          ...(handshake.version === '1.6' ? {} : { replies: repliesOf(stationId) }),
          observer: {
            frame: (entry) => messages.note(stationId, generation, entry),
            fault: ({ kind, what }) => {
              if (kind === 'forgiven' || kind === 'refused-call' || kind === 'bad-answer') return;
              events.mention({
                stationId,
                source: 'server',
                level: 'info',
                code: `Frame:${kind}`,
                text: `Station ${stationId}: ${what.slice(0, 200)}`,
              });
            },
          },
        },
      };
    },
    onConnection(connection, binding, handshake) {
      const { stationId, generation, securityProfile, claim } = binding;
      const live: Live = {
        stationId,
        generation,
        connection,
        sinceMs: clock.now(),
        securityProfile,
        address: handshake.remoteAddress,
      };
      const replaced = connections.bind(live);
      claim.release();
      void replaced?.connection.close(1008, 'replaced by a new connection');
      void connection.closed.then(({ reason, code }) =>
        ended(live, reason === '' ? `closed ${code}` : reason),
      );
      connection.onAnyCall((action, payload, context) => answer(live, action, payload, context));
      events.tell({
        kind: 'connected',
        stationId,
        atMs: live.sinceMs,
        version: connection.version,
        generation,
      });
      // A server that restarted while it read the station reads it now: not every station boots again.
      const isKnown = capabilities.isSurveyed(stationId) || survey.wasAnswered(stationId);
      if (directory.byId(stationId)?.registration === 'Accepted' && !isKnown)
        survey.begin(stationId, connection.version);
    },
  });

  function ended(live: Live, reason: string): void {
    const { stationId, generation } = live;
    const wasCurrent = connections.unbind(live);
    const atMs = clock.now();
    events.tell({ kind: 'disconnected', stationId, atMs, generation, reason });
    if (!wasCurrent || directory.byId(stationId)?.generation !== generation) return;
    background(`end of the connection of ${stationId}`, async () => {
      await directory.change(stationId, { disconnectedMs: atMs });
    });
  }

  function fraction(): number {
    return Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48;
  }

  const stopExpiry = watchExpiry({
    authority,
    events,
    clock,
    renew: (stationId) => background(`renewal for ${stationId}`, () => askForCertificate(house, stationId)),
    onFault: (error) => log.error({ error }, 'Certificates that end soon could not be looked for'),
  });

  const admin = createAdmin({ clock, random, audit, directory, secrets, connections, authority });

  return {
    admin,
    bulk,
    events,
    messages,
    authority,
    call,
    listen(listener) {
      for (const [version, table] of Object.entries(listener.requests ?? {})) {
        for (const action of Object.keys(table ?? {})) {
          const taken = [...listeners].some(({ requests }) =>
            Object.hasOwn((requests?.[version as keyof typeof requests] as object) ?? {}, action),
          );
          if (taken) throw new Error(`${action} of OCPP ${version} has a handler already.`);
        }
      }
      listeners.add(listener);
      const stop = listener.event === undefined ? () => {} : events.watch(listener.event);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    connected(stationId): ConnectedStation | undefined {
      const live = connections.get(stationId);
      return (
        live && {
          stationId,
          version: live.connection.version,
          generation: live.generation,
          sinceMs: live.sinceMs,
          securityProfile: live.securityProfile,
          address: live.address,
          lastSeenMs: live.connection.lastSeenMs,
        }
      );
    },
    capability: (stationId) => capabilities.of(stationId),
    async provision(stationId, evseId, connectorId = 1) {
      await provision(store.db, stationId, evseId, connectorId, clock.now());
    },
    async rotatePassword(stationId, actor) {
      const rotation = await rotatePassword(house, stationId, actor);
      await audit.record({
        actor,
        action: 'station.password_rotated',
        subject: `station:${stationId}`,
        detail: { ...rotation },
      });
      return rotation;
    },
    list: () => directory.all(),
    station: (stationId) => directory.byId(stationId),
    connectors: (stationId) => readConnectors(store, stationId),
    allConnectors: () => readAllConnectors(store),
    deviceModel: (stationId) => readVariables(store, stationId),
    progress: (stationId, limit) => readProgress(store, stationId, limit),
    availability: (stationId, fromMs, untilMs) => uptime.of(stationId, fromMs, untilMs),
    securityDebt() {
      const nowMs = clock.now();
      return directory
        .all()
        .flatMap(({ stationId, waivers }) =>
          waivers.filter(({ expiresMs }) => expiresMs > nowMs).map((waiver) => ({ ...waiver, stationId })),
        );
    },
    async open(config) {
      if (config.tls !== undefined) await authority.certificate();
      const listener = await openListener({
        config,
        policy,
        clock,
        log,
        events,
        ownAuthority: () => authority.present(),
        attach: (server) => accepted.attach(server),
      });
      listenersOpen.add(listener);
      return listener;
    },
    async close() {
      stopExpiry();
      await accepted.close();
      for (const listener of listenersOpen) await listener.close();
      listenersOpen.clear();
      await own.idle();
      await uptime.settled();
      await messages.close();
    },
  };
}
