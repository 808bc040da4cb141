import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import {
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  MemoryPeerStore,
  type OcpiClient,
  type OcpiPlatform,
  type OcpiPorts,
  type OcpiVersion,
  type PartyInRole,
  type Registrar,
  type ServedHandler,
  type Session,
  serveNode,
} from '@smac/ocpi';
import { sql } from 'kysely';
import { createBilling } from '../../../billing/index.ts';
import { createTokens } from '../../../drivers/index.ts';
import { createNetwork } from '../../../network/index.ts';
import { socket } from '../../../network/testing/socket.ts';
import { createAudit } from '../../../operators/index.ts';
import { createSites } from '../../../sites/index.ts';
import type { Store } from '../../../store/index.ts';
import { memoryStore } from '../../../store/testing/index.ts';
import { Activity } from '../../../time/activity.ts';
import type { TransactionState } from '../../../transactions/index.ts';
import { createCpo } from '../create-cpo.ts';
import type { CommandExecutor, ProfileExecutor } from '../executors.ts';
import { issuerOf } from '../issuer.ts';
import { createReservations } from '../reservations.ts';

export const NOW_MS = Date.UTC(2026, 10, 23, 8);
const PARTY = { countryCode: 'FI', partyId: 'TKU' };

/** A clock that stands where the test puts it. */
export class StandingClock {
  nowMs = NOW_MS;
  now(): number {
    return this.nowMs;
  }
  after(): () => void {
    return () => {};
  }
}

/** Another platform on this machine. */
export interface Other {
  readonly platform: OcpiPlatform & { readonly peers: MemoryPeerStore };
  readonly served: ServedHandler;
  /** To call the CPO with. */
  readonly client: OcpiClient;
  /** How the CPO knows it. */
  readonly peerId: string;
}

export interface RigOptions {
  readonly commands?: Partial<CommandExecutor>;
  readonly profiles?: ProfileExecutor;
  /** What runs at the stations. */
  readonly running?: TransactionState[];
}

/**
 * Called once, at the top of a file: one database for all its tests, emptied for each, because opening one takes longer than most
 * tests. @returns what a test calls for a rig of its own.
 */
export function cpoRigs() {
  let opened: Store | undefined;
  after(() => opened?.close());
  return async (t: { after(fn: () => Promise<void>): void }, options: RigOptions = {}) => {
    if (opened === undefined) opened = await memoryStore();
    else await empty(opened);
    return cpoRig(t, opened, options);
  };
}

const empty = ({ db }: Store) =>
  sql`truncate table location, evse, charging_session, network_evse, optimisation_context, driver_token, token, token_decision,
    tariff_revision, cdr, cdr_delivery, cpo_reservation, cpo_reservation_use cascade`.execute(db);

/** The CPO role on real rooms and a real OCPI server; stations are the test's. */
async function cpoRig(t: { after(fn: () => Promise<void>): void }, store: Store, options: RigOptions) {
  const clock = new StandingClock();
  const activity = new Activity();
  const lines: string[] = [];
  const note = (fields: unknown, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: note, warn: note, error: note };
  const audit = createAudit({ store, clock });
  const sites = createSites({ store, clock, log });
  const network = await createNetwork({ store, sites, clock, party: PARTY });
  const around = { store, clock, random: randomBytes, log, audit, party: PARTY };
  let served: Awaited<ReturnType<typeof serve>> | undefined;
  const platform = () => {
    if (served === undefined) throw new Error('The platform is not there yet.');
    return served.platform;
  };
  const tokens = createTokens({
    ...around,
    askIssuer: issuerOf(platform),
    placeOf: (stationId, evseId) => (evseId === undefined ? undefined : network.placeOf(stationId, evseId)),
  });
  const billing = createBilling(around);
  const unexpected = async () => ({ result: 'FAILED' as const });
  const cpo = createCpo({
    store,
    clock,
    log,
    activity,
    sites,
    network,
    tokens,
    billing,
    transactions: { list: async () => options.running ?? [] },
    platform,
    reservations: createReservations({ store, clock, network }),
    commands: {
      start: unexpected,
      stop: unexpected,
      unlock: unexpected,
      reserve: unexpected,
      cancel: unexpected,
      ...options.commands,
    },
    ...(options.profiles === undefined ? {} : { profiles: options.profiles }),
  });
  served = await serve([{ ...PARTY, role: 'CPO', businessDetails: { name: 'Turku' } }], cpo.ports({}), clock);
  const others: ServedHandler[] = [];
  t.after(async () => {
    await activity.idle();
    await cpo.close();
    for (const other of others) await other.close();
    await served?.served.close();
  });
  await network.addLocation({
    id: 'quay',
    name: 'Quay car park',
    address: 'Linnankatu 80',
    city: 'Turku',
    country: 'FIN',
    latitude: '60.434950',
    longitude: '22.218860',
    timeZone: 'Europe/Helsinki',
  });
  await network.placeEvse({
    stationId: 'st-1',
    evseId: 1,
    locationId: 'quay',
    evseUid: 'quay-1',
    connectors: [socket({ maxCurrentA: 32 })],
  });

  /** A platform that registers at the CPO by the real handshake. */
  async function other(
    party: PartyInRole,
    ports: OcpiPorts,
    more: {
      readonly version?: OcpiVersion;
      readonly agreements?: readonly string[];
      /** Who is reached through it. */
      readonly behind?: readonly PartyInRole[];
    } = {},
  ): Promise<Other> {
    const parties = [party, ...(more.behind ?? [])] as const;
    const own = await serve(parties, ports, clock, more.version);
    others.push(own.served);
    const local = { allowPrivateAddresses: true, name: party.partyId };
    const invitation = await served!.registrar.invite({
      ...local,
      parties,
      agreements: more.agreements ?? [],
    });
    const made = await own.registrar.register(invitation, {
      ...local,
      parties: [{ ...PARTY, role: 'CPO' }],
    });
    if (!made.ok) throw new Error(`registration failed: ${made.detail}`);
    return {
      platform: own.platform,
      served: own.served,
      client: createOcpiClient(own.platform, made.data.id),
      peerId: invitation.peerId,
    };
  }
  return { store, clock, activity, lines, sites, network, tokens, billing, cpo, other, platform };
}

async function serve(
  parties: readonly [PartyInRole, ...PartyInRole[]],
  ports: OcpiPorts,
  clock: StandingClock,
  version?: OcpiVersion,
) {
  let platform: (OcpiPlatform & { readonly peers: MemoryPeerStore }) | undefined;
  const served = await serveNode((origin) => {
    platform = {
      baseUrl: `${origin}/ocpi`,
      parties,
      peers: new MemoryPeerStore(),
      ports,
      clock,
      randomBytes,
      log: { info() {}, warn() {}, error() {} },
      http: createHttpCaller({ timeoutMs: 2000 }),
      ...(version === undefined ? {} : { versions: [version] }),
    };
    return createOcpiHandler(platform);
  });
  if (platform === undefined) throw new Error('The platform was not made.');
  const registrar: Registrar = createRegistrar(platform);
  return { platform, served, registrar };
}

/** A live session of the rig's EVSE, paid for by `party`. */
export function ownSession(
  id: string,
  party: { country: string; party: string },
  more: Partial<Session> = {},
): Session {
  return {
    country_code: PARTY.countryCode,
    party_id: PARTY.partyId,
    id,
    start_date_time: new Date(NOW_MS - 60_000).toISOString(),
    kwh: 1.5,
    cdr_token: {
      country_code: party.country,
      party_id: party.party,
      uid: '04C0FFEE99AB',
      type: 'RFID',
      contract_id: `${party.country}-${party.party}-C1`,
    },
    auth_method: 'WHITELIST',
    location_id: 'quay',
    evse_uid: 'quay-1',
    connector_id: '1',
    currency: 'EUR',
    charging_periods: [],
    status: 'ACTIVE',
    last_updated: new Date(NOW_MS).toISOString(),
    ...more,
  };
}
