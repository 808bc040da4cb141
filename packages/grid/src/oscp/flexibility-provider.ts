/**
 * OSCP 2.0 as flexibility provider: the operator of stations on one side, grid operators (capacity providers) and capacity optimizers on
 * the other. Both directions are HTTP requests of their own; "answering" means a second request after the 204.
 */
import type { Clock } from '../clock.ts';
import { type Bodies, OSCP_VERSION } from './actions.ts';
import { createOscpClient, type OscpClient, type Sent } from './client.ts';
import type { HttpCaller, Log, OscpAnswer, OscpRequest } from './exchange.ts';
import { createHandler } from './handler.ts';
import type { RequiredBehaviour } from './message.ts';
import { ended, type Partner, PartnerBook, type PartnerStore, tokenHash } from './partner.ts';
import type { FlexibilityPorts } from './ports.ts';
import { createWatch } from './watch.ts';

export interface FlexibilityProviderOptions {
  /** How others reach it, without the version, like `https://smac.example.org/oscp/fp`. */
  readonly baseUrl: string;
  readonly partners: PartnerStore;
  readonly ports: FlexibilityPorts;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly http: HttpCaller;
  readonly log: Log;
  /** What this platform asks of partners in the handshake. */
  readonly required: RequiredBehaviour;
  /** Whether a partner may name this address; default: every http and https address. */
  readonly mayReach?: (url: string) => boolean;
  readonly itemsPerSegment?: number;
  /** Counts what this platform does by itself as in flight, for a clock that waits for it. */
  readonly track?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface PartnerTerms {
  readonly id: string;
  readonly name: string;
  readonly role?: Partner['role'];
  readonly dialect?: Partner['dialect'];
  /** Known before any registration (dialect `vector`, or to begin one). */
  readonly baseUrl?: string;
  readonly outboundToken?: string;
}

export interface FlexibilityProvider {
  handle(request: OscpRequest): Promise<OscpAnswer>;
  partners(): readonly Partner[];
  partner(id: string): Partner | undefined;
  /** Makes a partner; the token is told to it by a person, and opens its registration. */
  invite(terms: PartnerTerms): Promise<{ readonly token: string; readonly versionUrl: string }>;
  /** Begins the registration from this side, with a token that the partner gave to a person. */
  register(id: string, baseUrl: string, token: string): Promise<Sent>;
  /** New tokens for the partner (PUT register). */
  rotate(id: string): Promise<Sent>;
  /** Ends the registration on both sides; resolves to what the partner said. */
  unregister(id: string): Promise<Sent>;
  /** Handshake with a capacity optimizer; it acknowledges by a request of its own. */
  handshake(id: string): Promise<Sent>;
  send: <A extends Exclude<keyof Bodies, 'register' | 'handshake' | 'handshake_acknowledge'>>(
    id: string,
    action: A,
    body: Bodies[A],
    correlationId?: string,
  ) => Promise<Sent>;
  /** Loads the partners; nothing goes out yet. */
  load(): Promise<void>;
  /** Loads the partners; from then on heartbeats go out and broken promises are seen. */
  start(): Promise<void>;
  close(): void;
}

const TOKEN_BYTES = 32;

export function createFlexibilityProvider(options: FlexibilityProviderOptions): FlexibilityProvider {
  const { clock, random, http, required, ports, log } = options;
  const versionUrl = `${options.baseUrl.replace(/\/+$/, '')}/${OSCP_VERSION}`;
  const book = new PartnerBook(options.partners);
  const newToken = () => Buffer.from(random(TOKEN_BYTES)).toString('base64url');
  const newId = () => Buffer.from(random(16)).toString('hex');
  const client: OscpClient = createOscpClient({
    http,
    newId,
    ...(options.itemsPerSegment === undefined ? {} : { itemsPerSegment: options.itemsPerSegment }),
  });

  async function change(id: string, next: (partner: Partner) => Partner | undefined): Promise<void> {
    const changed = await book.change(id, next);
    if (changed === undefined) return;
    watch.look();
    if (changed.before.state !== changed.after.state)
      await ports.partnerChanged(changed.after, changed.before);
  }

  /** Sends Register with a fresh token, which is valid from before it is sent. */
  async function sendRegister(id: string, to: Partner, method: 'POST' | 'PUT'): Promise<Sent> {
    const token = newToken();
    const old = to.tokenHashes;
    await change(id, (partner) => ({
      ...partner,
      tokenHashes: [...new Set([...partner.tokenHashes, tokenHash(token)])].slice(-3),
    }));
    const sent = await client.send(
      to,
      'register',
      { token, version_url: [{ version: OSCP_VERSION, base_url: versionUrl }] },
      { method },
    );
    await change(id, (partner) => ({
      ...partner,
      tokenHashes: sent.ok ? [tokenHash(token)] : old,
    }));
    return sent;
  }

  const watch = createWatch({
    clock,
    log,
    book,
    client,
    change,
    track: options.track ?? ((work) => work()),
  });
  const handle = createHandler({
    ...options,
    versionUrl,
    book,
    change,
    /** The second half of a registration that the partner began. */
    async answerRegister(id) {
      const partner = book.byId(id);
      if (partner === undefined) return;
      // Its handshake may be here before its answer to this Register is.
      await change(id, (now) => ({ ...now, state: 'registered' }));
      const sent = await sendRegister(id, partner, 'POST');
      if (sent.ok) return;
      log.warn({ partnerId: id, detail: sent.detail }, 'The registration could not be answered');
      await change(id, (now) => (now.state === 'registered' ? { ...now, state: 'invited' } : undefined));
    },
    async acknowledge(id, correlationId) {
      const partner = book.byId(id);
      if (partner === undefined) return;
      const body = { required_behaviour: required };
      const sent = await client.send(partner, 'handshake_acknowledge', body, { correlationId });
      if (sent.ok) return;
      log.warn({ partnerId: id, detail: sent.detail }, 'The handshake could not be acknowledged');
    },
  });
  const unknown = (id: string): Sent => ({ ok: false, code: 'closed', detail: `There is no partner ${id}.` });

  return {
    handle,
    partners: () => book.list(),
    partner: (id) => book.byId(id),
    async invite({ id, name, role = 'cp', dialect = 'standard', baseUrl, outboundToken }) {
      const token = newToken();
      await book.add({
        id,
        name,
        role,
        dialect,
        state: dialect === 'vector' ? 'registered' : 'invited',
        tokenHashes: [tokenHash(token)],
        awaitsRegister: false,
        measurements: [],
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(outboundToken === undefined ? {} : { outboundToken }),
      });
      return { token, versionUrl };
    },
    async register(id, baseUrl, token) {
      const partner = book.byId(id);
      if (partner === undefined) return unknown(id);
      await change(id, (now) => ({ ...now, state: 'invited', awaitsRegister: true, baseUrl }));
      return sendRegister(id, { ...partner, baseUrl, outboundToken: token }, 'POST');
    },
    async rotate(id) {
      const partner = book.byId(id);
      return partner === undefined ? unknown(id) : sendRegister(id, partner, 'PUT');
    },
    async unregister(id) {
      const partner = book.byId(id);
      if (partner === undefined) return unknown(id);
      const sent = await client.unregister(partner);
      await change(id, ended);
      return sent;
    },
    async handshake(id) {
      const partner = book.byId(id);
      return partner === undefined
        ? unknown(id)
        : client.send(partner, 'handshake', { required_behaviour: required });
    },
    async send(id, action, body, correlationId) {
      const partner = book.byId(id);
      if (partner === undefined) return unknown(id);
      if (partner.state !== 'online') {
        return {
          ok: false,
          code: 'closed',
          detail: `${partner.name} is ${partner.state}: nothing is sent before its handshake.`,
        };
      }
      return client.send(partner, action, body, correlationId === undefined ? {} : { correlationId });
    },
    load: () => book.load(),
    async start() {
      await book.load();
      watch.look();
    },
    close: () => watch.close(),
  };
}
