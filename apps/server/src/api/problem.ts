import { OCPI_ERRORS, type Refused } from '@smac/ocpi';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Log } from '../dispatch/index.ts';
import { isDatabaseAway } from '../store/index.ts';

/** One wrong field: where it is, and what it must be. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** An expected refusal on its way to the client, as RFC 9457 problem details. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly errors: readonly FieldProblem[];
  /** What a program can tell refusals of one status apart by. */
  readonly code: string | undefined;

  constructor(status: number, detail: string, errors: readonly FieldProblem[] = [], code?: string) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.code = code;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not well formed',
  401: 'Signing in or a key is needed',
  403: 'This is not allowed',
  404: 'There is nothing here',
  405: 'This address does not take that method',
  409: 'That is in conflict with what is there',
  413: 'The request is too large',
  414: 'The address is too long',
  415: 'The content type is not supported',
  416: 'This range cannot be sent',
  422: 'The request cannot be carried out as it stands',
  429: 'Too many requests',
  500: 'The server made a mistake',
  502: 'The other platform did not do it',
  503: 'The server cannot do this now',
};

export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  errors: readonly FieldProblem[] = [],
  code?: string,
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: TITLES[status] ?? 'Refused',
        status,
        detail,
        ...(code === undefined ? {} : { code }),
        instance: reply.request.url.split('?')[0],
        ...(errors.length === 0 ? {} : { errors }),
      }),
    );
}

/** An outcome of a domain room as the right HTTP answer; a refusal may bring a code of its own. */
export function unwrap<T>(
  outcome: { readonly ok: true; readonly data: T } | (Refused & { readonly code?: string }),
): T {
  if (outcome.ok) return outcome.data;
  const { http } = OCPI_ERRORS[outcome.error];
  const status = http === 404 || outcome.error === 'unknownLocation' ? 404 : 422;
  throw new HttpProblem(status, outcome.detail, [], outcome.code);
}

export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new HttpProblem(404, `There is no ${what}.`);
  return value;
}

/** Every error leaves as problem details; a defect is logged and tells the client nothing but its request id. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      404,
      `${request.method} ${request.url.split('?')[0]} is not an address of this server; see /docs.`,
    ),
  );
  app.setErrorHandler((error: FastifyError | HttpProblem, request, reply) => {
    if (error instanceof HttpProblem)
      return sendProblem(reply, error.status, error.message, error.errors, error.code);
    if (isDatabaseAway(error)) {
      log.error({ requestId: request.id, detail: error.message }, 'The database did not answer a request');
      return sendProblem(
        reply.header('retry-after', '10'),
        503,
        'The database does not answer; nothing was changed. Try again later.',
      );
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, sentence(error));
    log.error(
      { requestId: request.id, detail: error.stack ?? error.message },
      'A request failed unexpectedly',
    );
    return sendProblem(reply, 500, `Please report it with request id ${request.id}.`);
  });
}

function sentence(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'The body is larger than this address takes.';
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send the body as application/json.';
  if (error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty: send a JSON object.';
  return error.message;
}
