import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  type Cdr,
  type CommandResult,
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  done,
  type Location,
  type LocationKey,
  type LocationPart,
  MemoryPeerStore,
  type OcpiClient,
  type OcpiPlatform,
  type OcpiVersion,
  patchSession,
  type Session,
  serveNode,
  silentLog,
  type Tariff,
} from '@smac/ocpi';
import { systemClock } from '../../time/clock.ts';
import type { TestServer } from './test-server.ts';

/** What a provider was told, oldest first; `atMs` on the clock of `performance`. */
export interface HeardByProvider {
  readonly results: CommandResult[];
  /** What came of charging profiles it set, by the id in its response URL. */
  readonly profileResults: Map<string, string>;
  readonly sessions: Session[];
  readonly cdrs: Cdr[];
  readonly tariffs: Map<string, Tariff>;
  readonly locations: Map<string, LocationPart>;
  /** Parts of locations that were patched, as they were sent. */
  readonly patches: [LocationKey, Partial<LocationPart>][];
}

export interface Provider {
  readonly platform: OcpiPlatform;
  readonly heard: HeardByProvider;
  /** To call the server with; after `join`. */
  readonly client: () => OcpiClient;
  /** How the server names it; after `join`. */
  readonly peerId: () => string;
  /** Registers at the server by the real handshake. */
  join(server: TestServer): Promise<void>;
  close(): Promise<void>;
}

/** A mobility provider on real HTTP that hears what it is told. */
export async function provider(
  party: { readonly countryCode: string; readonly partyId: string } = { countryCode: 'DE', partyId: 'EMP' },
  versions: readonly OcpiVersion[] = ['2.2.1', '2.3.0'],
): Promise<Provider> {
  const heard: HeardByProvider = {
    results: [],
    profileResults: new Map(),
    sessions: [],
    cdrs: [],
    tariffs: new Map(),
    locations: new Map(),
    patches: [],
  };
  const hear = (session: Session) => {
    heard.sessions.push(session);
    return done(undefined);
  };
  let platform: OcpiPlatform | undefined;
  const served = await serveNode((origin) => {
    platform = {
      baseUrl: `${origin}/ocpi`,
      parties: [{ ...party, role: 'EMSP', businessDetails: { name: party.partyId } }],
      peers: new MemoryPeerStore(),
      clock: systemClock,
      randomBytes,
      log: silentLog,
      versions,
      http: createHttpCaller(),
      ports: {
        commands: {
          sender: {
            result: async (_caller, _command, _id, result) => {
              heard.results.push(result);
              return done(undefined);
            },
          },
        },
        chargingprofiles: {
          sender: {
            profileResult: async (_caller, id, { result }) => {
              heard.profileResults.set(id, result);
              return done(undefined);
            },
            clearResult: async () => done(undefined),
            activeProfileResult: async () => done(undefined),
            activeProfile: async () => done(undefined),
          },
        },
        sessions: {
          receiver: {
            put: async (_caller, _key, session) => hear(session),
            patch: async (_caller, { id }, patch) =>
              hear(patchSession(heard.sessions.findLast((known) => known.id === id)!, patch)),
            get: async () => done(heard.sessions[0]!),
          },
        },
        cdrs: {
          receiver: {
            post: async (_caller, cdr) => {
              heard.cdrs.push(cdr);
              return done(undefined, true);
            },
            get: async () => done(heard.cdrs[0]!),
          },
        },
        tariffs: {
          receiver: {
            put: async (_caller, { id }, tariff) => {
              heard.tariffs.set(id, tariff);
              return done(undefined);
            },
            delete: async (_caller, { id }) => {
              heard.tariffs.delete(id);
              return done(undefined);
            },
            get: async (_caller, { id }) => done(heard.tariffs.get(id)!),
          },
        },
        locations: {
          receiver: {
            put: async (_caller, { locationId }, location) => {
              heard.locations.set(locationId, location as Location);
              return done(undefined);
            },
            patch: async (_caller, key, patch) => {
              heard.patches.push([key, patch]);
              return done(undefined);
            },
            get: async (_caller, { locationId }) => done(heard.locations.get(locationId)!),
          },
        },
      },
    };
    return createOcpiHandler(platform);
  });
  if (platform === undefined) throw new Error('The provider was not made.');
  const own = platform;
  let client: OcpiClient | undefined;
  let peerId = '';
  return {
    platform: own,
    heard,
    client() {
      if (client === undefined) throw new Error('The provider has not joined a server.');
      return client;
    },
    peerId: () => peerId,
    async join(server) {
      const invitation = await server.scsp.parties.invite({
        role: 'EMSP',
        country: party.countryCode,
        party: party.partyId,
      });
      assert.ok(invitation.ok);
      const made = await createRegistrar(own).register(invitation.data, {
        name: 'SMAC',
        parties: [],
        allowPrivateAddresses: true,
      });
      assert.ok(made.ok, JSON.stringify(made));
      client = createOcpiClient(own, made.data.id);
      peerId = invitation.data.peerId;
    },
    close: () => served.close(),
  };
}
