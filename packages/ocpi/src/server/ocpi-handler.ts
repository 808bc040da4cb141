import { answerCredentials } from '../credentials/endpoint.ts';
import { refused } from '../exchange/outcome.ts';
import { ocpiModules } from '../modules/index.ts';
import { RateLimit } from '../transport/rate-limit.ts';
import { routingHeaders } from '../transport/routing-headers.ts';
import { isServed, offeredVersions, VERSIONS, versionDetails } from '../versions/offer.ts';
import { type Answer, envelope, refusal } from './answer.ts';
import { type Authenticated, authenticate } from './authentication.ts';
import type { Exchange, Face } from './exchange-state.ts';
import type {
  OcpiHandler,
  OcpiHandlerOptions,
  OcpiLimits,
  OcpiRequest,
  OcpiResponse,
} from './handler-contract.ts';
import { readHead } from './request-head.ts';
import { respondModule } from './respond-module.ts';
import { findTarget, type Target } from './router.ts';

const DEFAULT_LIMITS: OcpiLimits = { maxBodyBytes: 1_048_576, maxDepth: 32, maxPageSize: 1000 };

/** The OCPI face of a platform, free of any web framework; `serveNode` puts it behind `node:http`. */
export function createOcpiHandler(options: OcpiHandlerOptions): OcpiHandler {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const face: Face = {
    platform: options,
    relay: options.relay,
    modules: options.modules ?? ocpiModules(),
    limits,
    rate: limits.rate && new RateLimit(limits.rate.perSecond, limits.rate.burst, options.clock),
    basePath: new URL(options.baseUrl).pathname.replace(/\/$/, ''),
  };
  return { handle: (request) => handle(face, request) };
}

async function handle(face: Face, request: OcpiRequest): Promise<OcpiResponse> {
  const { clock, log, randomBytes } = face.platform;
  const head = readHead(request, randomBytes);
  const exchange: Exchange = { request, head, answerRouting: {} };
  let answer: Answer;
  try {
    answer = await respond(face, exchange);
  } catch (error) {
    log.error({ error, requestId: head.requestId }, 'Defect: a request could not be answered');
    answer = refusal(refused('serverError', 'Internal error; it was logged with the request id.'));
  }
  return envelope(answer, clock.now(), {
    'X-Request-ID': head.requestId,
    'X-Correlation-ID': head.correlationId,
    ...routingHeaders(exchange.answerRouting),
  });
}

async function respond(face: Face, exchange: Exchange): Promise<Answer> {
  const { platform, limits } = face;
  const { request, head } = exchange;
  if (head.path !== face.basePath && !head.path.startsWith(`${face.basePath}/`)) {
    return refusal(refused('unknownEndpoint', 'Nothing is served here; start at the versions endpoint.'));
  }
  if (Buffer.byteLength(request.body) > limits.maxBodyBytes) {
    return refusal(refused('tooLarge', `The body is longer than ${limits.maxBodyBytes} bytes.`));
  }
  const nowMs = platform.clock.now();
  const who = await authenticate(platform.peers, head.headers.authorization, nowMs);
  if (who === undefined) return unauthorized('The token is missing, unknown or expired.');
  if (who.peer.state === 'SUSPENDED') {
    return refusal(refused('forbidden', 'The registration is suspended; contact the operator.'));
  }
  const waitS = face.rate?.take(who.peer.id) ?? 0;
  if (waitS > 0) {
    const detail = `More than ${limits.rate?.perSecond} requests per second; wait ${waitS} s.`;
    return refusal(refused('tooManyRequests', detail), { 'Retry-After': String(waitS) });
  }
  const target = findTarget(
    head.path.slice(face.basePath.length),
    platform.versions ?? VERSIONS,
    face.modules,
  );
  if (!mayUse(who, target, request.method)) {
    return unauthorized('This token is for the registration only; finish the credentials handshake first.');
  }
  if (target === undefined || (target.kind === 'module' && !isServed(face, target.module, who.peer))) {
    return refusal(refused('unknownEndpoint', 'There is no such endpoint; see the version details.'));
  }
  switch (target.kind) {
    case 'module':
      return respondModule(face, exchange, who, target);
    case 'credentials':
      return answerCredentials(platform, {
        method: request.method,
        version: target.version,
        who,

        body: request.body,
        maxDepth: limits.maxDepth,
      });
    default:
      return respondVersions(face, exchange, who, target);
  }
}

function unauthorized(detail: string): Answer {
  return refusal(refused('unauthorized', detail), { 'WWW-Authenticate': 'Token' });
}

/** TOKEN_A opens versions and credentials only, a token of a handshake under way only what the peer must read during it. */
function mayUse(who: Authenticated, target: Target | undefined, method: string): boolean {
  if (who.token.use === 'regular') return true;
  const kind = target?.kind;
  if (kind === 'versions' || kind === 'details') return who.token.use === 'invite' || method === 'GET';
  return who.token.use === 'invite' && kind === 'credentials';
}

function respondVersions(
  face: Face,
  exchange: Exchange,
  who: Authenticated,
  target: Target & { readonly kind: 'versions' | 'details' },
): Answer {
  if (exchange.request.method !== 'GET') {
    return refusal(refused('methodNotAllowed', 'versions can only be read.'), { Allow: 'GET' });
  }
  if (target.kind === 'versions') return { outcome: { ok: true, data: offeredVersions(face.platform) } };
  const details = versionDetails(face, target.version, who.peer);
  return { outcome: { ok: true, data: details } };
}
