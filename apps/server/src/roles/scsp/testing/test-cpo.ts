import { randomBytes } from 'node:crypto';
import {
  type ActiveChargingProfile,
  type ChargingProfile,
  type ChargingProfileResponse,
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  done,
  formatDateTime,
  type Invitation,
  type Location,
  MemoryPeerStore,
  type OcpiClient,
  type OcpiHandler,
  type OcpiPlatform,
  ocpiModules,
  type Page,
  type PartyRole,
  parseDateTime,
  type ScOptimisation,
  type ServedHandler,
  type Session,
  serveNode,
  silentLog,
  type Tariff,
  type Token,
} from '@smac/ocpi';
import type { Clock } from '../../../time/clock.ts';

/** What the CPO does with a charging profile message. */
export type Reaction =
  | {
      readonly answer: ChargingProfileResponse['result'];
      readonly result?: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN';
    }
  /** Answers HTTP 500. */
  | 'broken'
  /** Answers at once, posts no result. */
  | 'silent';

/** A real OCPI charge point operator over HTTP whose stations hold the profiles they get. */
export class TestCpo {
  readonly served: ServedHandler;
  readonly platform: OcpiPlatform;
  /** Profiles in force by session. */
  readonly inForce = new Map<string, ChargingProfile>();
  readonly requests: {
    readonly method: string;
    readonly sessionId: string;
    readonly responseUrl: string;
    readonly profile?: ChargingProfile;
  }[] = [];
  readonly locations: Location[] = [];
  readonly contexts: ScOptimisation[] = [];
  readonly sessions: Session[] = [];
  readonly tariffs: Tariff[] = [];
  readonly tokens: Token[] = [];
  reaction: Reaction = { answer: 'ACCEPTED', result: 'ACCEPTED' };
  readReaction: Reaction = { answer: 'ACCEPTED', result: 'ACCEPTED' };
  /** Every request is answered with HTTP 500 while true. */
  down = false;
  /** Id of the platform under test in the CPO's own peer list. */
  peerId = '';
  readonly #clock: Clock;
  #posts: Promise<unknown>[] = [];

  private constructor(served: ServedHandler, platform: OcpiPlatform, clock: Clock) {
    this.served = served;
    this.platform = platform;
    this.#clock = clock;
  }

  static async start(
    clock: Clock,
    countryCode = 'NL',
    partyId = 'TNM',
    role: PartyRole = 'CPO',
  ): Promise<TestCpo> {
    let cpo: TestCpo | undefined;
    let platform: OcpiPlatform | undefined;
    const served = await serveNode((origin) => {
      platform = {
        baseUrl: `${origin}/ocpi`,
        parties: [{ countryCode, partyId, role, businessDetails: { name: `${countryCode}-${partyId}` } }],
        peers: new MemoryPeerStore(),
        ports: role === 'EMSP' ? tokensOf(() => cpo!) : portsOf(() => cpo!),
        clock,
        randomBytes: (count) => randomBytes(count),
        log: silentLog,
        http: createHttpCaller({ timeoutMs: 5_000 }),
      };
      const handler = createOcpiHandler({ ...platform, modules: ocpiModules() });
      const outer: OcpiHandler = {
        handle: async (request) =>
          cpo?.down ? { status: 500, headers: {}, body: 'down' } : handler.handle(request),
      };
      return outer;
    });
    cpo = new TestCpo(served, platform!, clock);
    return cpo;
  }

  async register(invitation: Invitation): Promise<void> {
    const result = await createRegistrar(this.platform).register(
      { token: invitation.token, versionsUrl: invitation.versionsUrl },
      {
        name: 'SMAC',
        parties: [],
        agreements: ['smartchargingoptimisation', 'v2x'],
        allowPrivateAddresses: true,
      },
    );
    if (!result.ok) throw new Error(`registration failed: ${result.detail}`);
    this.peerId = result.data.id;
  }

  get client(): OcpiClient {
    return createOcpiClient(this.platform, this.peerId);
  }

  async react(
    kind: 'ChargingProfileResult' | 'ClearProfileResult' | 'ActiveChargingProfileResult',
    reaction: Reaction,
    responseUrl: string,
    active?: ActiveChargingProfile,
  ): Promise<ChargingProfileResponse> {
    if (reaction === 'silent') return { result: 'ACCEPTED', timeout: 5 };
    if (reaction === 'broken') throw new Error('the back office broke');
    const { answer, result } = reaction;
    if (answer === 'ACCEPTED' && result !== undefined) {
      const body =
        kind === 'ActiveChargingProfileResult' && active !== undefined
          ? ({ kind, result: { result, profile: active } } as const)
          : ({ kind, result: { result } } as const);
      this.#posts.push(this.client.postResult(responseUrl, body));
    }
    return { result: answer, timeout: 5 };
  }

  /** Resolves when every result so far was posted and answered. */
  async posted(): Promise<void> {
    const posts = this.#posts;
    this.#posts = [];
    await Promise.all(posts);
  }

  active(sessionId: string): ActiveChargingProfile {
    const profile = this.inForce.get(sessionId);
    const start_date_time = formatDateTime(this.#clock.now());
    return {
      start_date_time,
      charging_profile: profile ?? {
        start_date_time,
        charging_rate_unit: 'W',
        duration: 86_400,
        charging_profile_period: [{ start_period: 0, limit: 11_000 }],
      },
    };
  }

  async close(): Promise<void> {
    await this.posted();
    await this.served.close();
  }
}

function tokensOf(cpo: () => TestCpo): OcpiPlatform['ports'] {
  return { tokens: { sender: { list: async (_caller, page) => done(paged(cpo().tokens, page)) } } };
}

function portsOf(cpo: () => TestCpo): OcpiPlatform['ports'] {
  return {
    chargingprofiles: {
      receiver: {
        async put(_caller, sessionId, request) {
          const { charging_profile: profile, response_url: responseUrl } = request;
          cpo().requests.push({ method: 'PUT', sessionId, responseUrl, profile });
          const { reaction } = cpo();
          if (typeof reaction === 'object' && reaction.result === 'ACCEPTED')
            cpo().inForce.set(sessionId, profile);
          return done(await cpo().react('ChargingProfileResult', reaction, responseUrl));
        },
        async get(_caller, sessionId, _durationS, responseUrl) {
          cpo().requests.push({ method: 'GET', sessionId, responseUrl });
          const { readReaction } = cpo();
          return done(
            await cpo().react(
              'ActiveChargingProfileResult',
              readReaction,
              responseUrl,
              cpo().active(sessionId),
            ),
          );
        },
        async delete(_caller, sessionId, responseUrl) {
          cpo().requests.push({ method: 'DELETE', sessionId, responseUrl });
          cpo().inForce.delete(sessionId);
          return done(await cpo().react('ClearProfileResult', cpo().reaction, responseUrl));
        },
      },
    },
    locations: {
      sender: {
        list: async (_caller, page) => done(paged(cpo().locations, page)),
        get: async () => ({ ok: false, error: 'unknownObject', detail: 'not kept' }),
      },
    },
    sessions: {
      sender: {
        list: async (_caller, page) => done(paged(cpo().sessions, page)),
        setChargingPreferences: async () => done('ACCEPTED'),
      },
    },
    tariffs: { sender: { list: async (_caller, page) => done(paged(cpo().tariffs, page)) } },
    tokens: { sender: { list: async (_caller, page) => done(paged(cpo().tokens, page)) } },
    smartchargingoptimisation: {
      sender: { list: async (_caller, page) => done(paged(cpo().contexts, page)) },
    },
  };
}

function paged<T extends { readonly last_updated: string }>(
  all: readonly T[],
  page: { readonly dateFromMs?: number; readonly offset: number; readonly limit: number },
): Page<T> {
  const matching = all.filter((each) => (parseDateTime(each.last_updated) ?? 0) >= (page.dateFromMs ?? 0));
  return { items: matching.slice(page.offset, page.offset + page.limit), totalCount: matching.length };
}
