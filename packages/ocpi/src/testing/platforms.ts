import { randomBytes } from 'node:crypto';
import { createRegistrar, type PeerTerms, type Registrar } from '../credentials/registrar.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import type { PartyInRole } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import type { Log } from '../exchange/surroundings.ts';
import { createRelay } from '../hub/create-relay.ts';
import type { OcpiLimits } from '../server/handler-contract.ts';
import { MemoryPeerStore } from '../server/memory-peer-store.ts';
import type { ModuleDefinition } from '../server/module-definition.ts';
import { createOcpiHandler } from '../server/ocpi-handler.ts';
import { type ServedHandler, serveNode } from '../server/serve-node.ts';
import { createHttpCaller } from '../transport/node-http-caller.ts';

export const CPO: PartyInRole = {
  countryCode: 'FI',
  partyId: 'TKU',
  role: 'CPO',
  businessDetails: { name: 'Turku Charging' },
};
export const SCSP: PartyInRole = {
  countryCode: 'NL',
  partyId: 'SMC',
  role: 'SCSP',
  businessDetails: { name: 'Smart Charging' },
};

/** A clock that stands where the test puts it. */
export class TestClock {
  nowMs = Date.UTC(2026, 10, 21, 8, 20);
  now(): number {
    return this.nowMs;
  }
}

/** Log lines of one platform, as text. */
export class TestLog implements Log {
  readonly lines: string[] = [];
  info(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write('info', fields, message);
  }
  warn(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write('warn', fields, message);
  }
  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    const { error } = fields;
    this.#write('error', { ...fields, error: error instanceof Error ? error.stack : error }, message);
  }
  #write(level: string, fields: Readonly<Record<string, unknown>>, message: string): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  }
}

export interface TestPlatform {
  readonly platform: OcpiPlatform & { readonly log: TestLog; readonly peers: MemoryPeerStore };
  readonly registrar: Registrar;
  readonly served: ServedHandler;
  readonly clock: TestClock;
}

export interface PlatformOptions {
  readonly party?: PartyInRole;
  readonly ports?: OcpiPorts;
  readonly versions?: readonly OcpiVersion[];
  readonly limits?: Partial<OcpiLimits>;
  readonly modules?: readonly ModuleDefinition[];
  readonly hubParty?: PartyInRole;
  /** Passes requests on between its peers. */
  readonly isHub?: true;
  /** Waits for an answer so long, default 2 s. */
  readonly timeoutMs?: number;
}

/** Starts a real platform on a free port of this machine. */
export async function startPlatform(options: PlatformOptions = {}): Promise<TestPlatform> {
  const clock = new TestClock();
  let platform: TestPlatform['platform'] | undefined;
  const served = await serveNode((origin) => {
    platform = {
      baseUrl: `${origin}/ocpi`,
      parties: [options.party ?? SCSP],
      peers: new MemoryPeerStore(),
      ports: options.ports ?? {},
      clock,
      randomBytes: (count) => randomBytes(count),
      log: new TestLog(),
      http: createHttpCaller({ timeoutMs: options.timeoutMs ?? 2_000 }),
      ...(options.versions === undefined ? {} : { versions: options.versions }),
      ...(options.hubParty === undefined ? {} : { hubParty: options.hubParty }),
    };
    const modules = options.modules === undefined ? {} : { modules: options.modules };
    const limits = options.limits === undefined ? {} : { limits: options.limits };
    const relay = options.isHub === undefined ? {} : { relay: createRelay(platform) };
    return createOcpiHandler({ ...platform, ...modules, ...limits, ...relay });
  });
  if (platform === undefined) throw new Error('the platform was not made');
  return { platform, registrar: createRegistrar(platform), served, clock };
}

/** Terms for a peer on this machine. */
export function localTerms(party: PartyInRole, more: Partial<PeerTerms> = {}): PeerTerms {
  return { name: party.partyId, parties: [party], allowPrivateAddresses: true, ...more };
}

/** Registers `client` at `host` by the real handshake; returns the id each knows the other by. */
export async function registerAt(
  host: TestPlatform,
  client: TestPlatform,
  terms: { readonly atHost?: Partial<PeerTerms>; readonly atClient?: Partial<PeerTerms> } = {},
): Promise<{ readonly atHost: string; readonly atClient: string }> {
  const clientParty = client.platform.parties[0];
  const hostParty = host.platform.parties[0];
  const invitation = await host.registrar.invite(localTerms(clientParty, terms.atHost));
  const result = await client.registrar.register(invitation, localTerms(hostParty, terms.atClient));
  if (!result.ok) throw new Error(`registration failed: ${result.error} ${result.detail}`);
  return { atHost: invitation.peerId, atClient: result.data.id };
}
