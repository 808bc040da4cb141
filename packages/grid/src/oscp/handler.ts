/** The server side: one request in, one answer out; whoever serves HTTP hands the parts over. */
import type { Clock } from '../clock.ts';
import { ACTIONS, type Action, isAction, OSCP_VERSION } from './actions.ts';
import { readMessage } from './check.ts';
import type { OscpAnswer, OscpRequest } from './exchange.ts';
import { type OscpHeaders, readHeaders } from './headers.ts';
import type { RequiredBehaviour } from './message.ts';
import { MOST_NESTED, nestingOf } from './nesting.ts';
import { ended, type Partner, type PartnerBook } from './partner.ts';
import type { FlexibilityPorts, Taken } from './ports.ts';
import { Segments } from './segments.ts';

export interface HandlerOptions {
  readonly versionUrl: string;
  readonly book: PartnerBook;
  readonly ports: FlexibilityPorts;
  readonly clock: Clock;
  readonly required: RequiredBehaviour;
  readonly mayReach?: (url: string) => boolean;
  readonly change: (id: string, next: (partner: Partner) => Partner | undefined) => Promise<void>;
  readonly answerRegister: (id: string) => Promise<void>;
  readonly acknowledge: (id: string, correlationId: string) => Promise<void>;
}

const MOST_BYTES = 1024 * 1024;
/** A promise to be heard of again lies at most this far ahead. */
const MOST_PROMISED_MS = 24 * 3_600_000;
/** Until the first heartbeat a handshake is worth so many intervals. */
const GRACE_INTERVALS = 3;
/** Vector sends a forecast every 15 minutes and no heartbeat. */
const VECTOR_FORECAST_MS = 30 * 60_000;

interface Message {
  readonly partner: Partner;
  readonly headers: OscpHeaders & { readonly requestId: string };
  readonly body: unknown;
}

export function createHandler(options: HandlerOptions): (request: OscpRequest) => Promise<OscpAnswer> {
  const { book, ports, clock, change } = options;
  const basePath = new URL(options.versionUrl).pathname;
  const segments = new Segments(clock);
  const mayReach = options.mayReach ?? ((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''));

  async function handle(request: OscpRequest): Promise<OscpAnswer> {
    const path = (URL.parse(request.url, 'http://oscp')?.pathname ?? '').replace(/\/+$/, '');
    const action = path.startsWith(`${basePath}/`) ? path.slice(basePath.length + 1) : '';
    if (!isAction(action)) return refusal(404, `There is no ${path}; the messages are below ${basePath}/.`);
    const headers = readHeaders(request.headers);
    if (typeof headers === 'string') return refusal(400, headers);
    const partner = headers.token === undefined ? undefined : book.byToken(headers.token);
    if (partner === undefined)
      return refusal(401, 'The header Authorization must be "Token " with a token of this platform.');
    if (!ACTIONS[action].servedBy.includes('fp'))
      return refusal(404, `A flexibility provider takes no ${action}.`);
    const methods = action === 'register' ? ['POST', 'PUT', 'DELETE'] : ['POST'];
    if (!methods.includes(request.method))
      return refusal(405, `${action} takes ${methods.join(', ')}, not ${request.method}.`);
    const { requestId } = headers;
    if (requestId === undefined) return refusal(400, 'The header X-Request-ID is missing.');
    if (request.method === 'DELETE') {
      await change(partner.id, ended);
      return taken();
    }
    const early = tooEarly(partner, action);
    if (early !== undefined) return refusal(403, early);
    const text = typeof request.body === 'string' ? request.body : Buffer.from(request.body).toString('utf8');
    if (text.length > MOST_BYTES) return refusal(413, `The body must have at most ${MOST_BYTES} bytes.`);
    if (nestingOf(text) > MOST_NESTED)
      return refusal(400, `The body must be nested at most ${MOST_NESTED} deep.`);
    const whole = segments.take(partner.id, action, { ...headers, requestId }, text);
    if (whole.kind === 'more') return taken();
    if (whole.kind === 'refused') return refusal(400, whole.detail);
    let body: unknown;
    try {
      body = JSON.parse(whole.text);
    } catch {
      return refusal(400, 'The body must be a JSON object.');
    }
    return answer(action, request.method, {
      partner,
      headers: { ...headers, requestId: whole.requestId },
      body,
    });
  }

  async function answer(action: Action, method: string, message: Message): Promise<OscpAnswer> {
    switch (action) {
      case 'register':
        return register(method, message);
      case 'handshake':
        return handshake(message);
      case 'handshake_acknowledge':
        return acknowledged(message);
      case 'heartbeat':
        return heartbeat(message);
      default:
        return forecast(action, message);
    }
  }

  async function register(method: string, { partner, body }: Message): Promise<OscpAnswer> {
    const read = readMessage('register', body);
    if (!read.ok) return refusal(400, read.detail);
    const url = read.body.version_url.find(({ version }) => version === OSCP_VERSION)?.base_url;
    if (url === undefined)
      return refusal(501, `version_url must offer version ${OSCP_VERSION}: no other is spoken here.`);
    if (!mayReach(url)) return refusal(400, `version_url: ${url} is not an address this platform may call.`);
    const isAnswer = partner.awaitsRegister;
    await change(partner.id, (now) => ({
      ...now,
      baseUrl: url,
      outboundToken: read.body.token,
      ...(isAnswer ? { state: 'registered' as const, awaitsRegister: false } : {}),
    }));
    if (isAnswer || method === 'PUT') return taken();
    return { ...taken(), afterwards: () => options.answerRegister(partner.id) };
  }

  async function handshake({ partner, headers, body }: Message): Promise<OscpAnswer> {
    const read = readMessage('handshake', body);
    if (!read.ok) return refusal(400, read.detail);
    await online(partner.id, read.body.required_behaviour);
    return { ...taken(), afterwards: () => options.acknowledge(partner.id, headers.requestId) };
  }

  async function acknowledged({ partner, body }: Message): Promise<OscpAnswer> {
    const read = readMessage('handshake_acknowledge', body);
    if (!read.ok) return refusal(400, read.detail);
    await online(partner.id, read.body.required_behaviour);
    return taken();
  }

  /** A handshake is the sign of life that holds until the first heartbeat. */
  function online(id: string, wanted: RequiredBehaviour | undefined): Promise<void> {
    const { heartbeat_interval: ours } = options.required;
    return change(id, ({ heartbeatS: _before, offlineModeAtMs: _promise, ...now }) => ({
      ...alive(now, clock.now()),
      measurements: wanted?.measurement_configuration ?? [],
      ...(wanted?.heartbeat_interval === undefined ? {} : { heartbeatS: wanted.heartbeat_interval }),
      ...(ours === undefined ? {} : { offlineModeAtMs: clock.now() + GRACE_INTERVALS * ours * 1000 }),
    }));
  }

  async function heartbeat({ partner, body }: Message): Promise<OscpAnswer> {
    const read = readMessage('heartbeat', body);
    if (!read.ok) return refusal(400, read.detail);
    const untilMs = Date.parse(read.body.offline_mode_at);
    if (!(untilMs > clock.now())) return refusal(400, 'offline_mode_at must lie in the future.');
    if (untilMs > clock.now() + MOST_PROMISED_MS) {
      return refusal(
        400,
        `offline_mode_at lies more than ${MOST_PROMISED_MS / 3_600_000} hours ahead: for so long nobody would see that the line is lost. Send an earlier one, and the next heartbeat before it.`,
      );
    }
    await change(partner.id, (now) => ({ ...alive(now, clock.now()), offlineModeAtMs: untilMs }));
    return taken();
  }

  async function forecast(action: Action, { partner, headers, body }: Message): Promise<OscpAnswer> {
    const read = readMessage('update_group_capacity_forecast', body);
    if (!read.ok) return refusal(400, read.detail);
    const receivedMs = clock.now();
    if (partner.dialect === 'vector') {
      const offlineModeAtMs = receivedMs + VECTOR_FORECAST_MS;
      await change(partner.id, (now) => ({ ...alive(now, receivedMs), offlineModeAtMs }));
    }
    const about = {
      partner: book.byId(partner.id) ?? partner,
      requestId: headers.requestId,
      receivedMs,
    };
    const port = action === 'adjust_group_capacity_forecast' ? ports.adjustment : ports.forecast;
    const result: Taken = await port(read.body, about);
    return result.ok ? taken() : refusal(result.status, result.detail);
  }

  return handle;
}

function alive(partner: Partner, nowMs: number): Partner {
  const { offlineSinceMs = Number.NEGATIVE_INFINITY, backSinceMs = Number.NEGATIVE_INFINITY } = partner;
  return { ...partner, state: 'online', ...(backSinceMs < offlineSinceMs ? { backSinceMs: nowMs } : {}) };
}

/** Undefined: it may be said now (the state machine of a peer). */
function tooEarly({ state, dialect }: Partner, action: Action): string | undefined {
  if (dialect === 'vector' && state !== 'ended') return undefined;
  if (action === 'register')
    return state === 'ended' ? 'The registration has ended; ask for a new token.' : undefined;
  if (state === 'invited' || state === 'ended') return `Register before ${action}.`;
  const isHandshake = action === 'handshake' || action === 'handshake_acknowledge';
  // A forecast of somebody who was gone waits for a sign of life; a heartbeat is one.
  if (!isHandshake && state === 'registered') return `A handshake comes before ${action}.`;
  return state === 'offline' && !isHandshake && action !== 'heartbeat'
    ? `A heartbeat or a new handshake comes before ${action}: offline_mode_at has passed.`
    : undefined;
}

function taken(): OscpAnswer {
  return { status: 204, headers: {}, body: '' };
}

function refusal(status: number, message: string): OscpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}
