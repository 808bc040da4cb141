import { newId } from '../client/wire-call.ts';
import type { RandomBytes } from '../exchange/surroundings.ts';
import { parseDateTime } from '../model/index.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import { readJson } from '../transport/strict-json.ts';
import { authorizationOf } from '../transport/token.ts';
import type { Finding, Outcome, RuleId } from './rules.ts';

export interface Probe {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  /** `undefined`: with the token of the check; `null`: without any. */
  readonly token?: string | null;
  /** Functional modules carry routing headers. */
  readonly functional?: true;
  readonly body?: unknown;
}

/** What came back; `envelope` is missing when the answer is none. */
export interface ProbeAnswer {
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope?: { readonly data: unknown; readonly statusCode: number; readonly message: string };
}

export interface CheckSubject {
  readonly token: string;
  readonly rawToken: boolean;
  readonly allowPrivateAddresses: boolean;
  readonly http: HttpCaller;
  readonly randomBytes: RandomBytes;
  /** Our party, for routing headers; optional. */
  readonly from?: { readonly countryCode: string; readonly partyId: string };
}

const MAX_DEPTH = 64;

/** Sends probes and keeps what was found. Nothing is sent that changes anything at the server. */
export class Inspection {
  readonly findings: Finding[] = [];
  readonly #subject: CheckSubject;

  constructor(subject: CheckSubject) {
    this.#subject = subject;
  }

  /** Our party, when it was given. */
  get from(): CheckSubject['from'] {
    return this.#subject.from;
  }

  /** @param fix where another is right than that of the rule */
  note(rule: RuleId, outcome: Outcome, request: string, detail?: string, fix?: string): void {
    this.findings.push({
      rule,
      outcome,
      request,
      ...(detail === undefined ? {} : { detail }),
      ...(fix === undefined ? {} : { fix }),
    });
  }

  /** Notes pass or, with a detail, fail (or the milder outcome given). */
  judge(rule: RuleId, request: string, problem: string | undefined, worst: Outcome = 'fail'): void {
    this.note(rule, problem === undefined ? 'pass' : worst, request, problem);
  }

  /** Sends one request and checks what every OCPI answer must have. undefined: no answer at all. */
  async send(probe: Probe): Promise<ProbeAnswer | undefined> {
    const { token: own, rawToken, allowPrivateAddresses, http, randomBytes, from } = this.#subject;
    const method = probe.method ?? 'GET';
    const request = `${method} ${probe.url}`;
    const token = probe.token === undefined ? own : probe.token;
    const requestId = newId(randomBytes);
    const correlationId = newId(randomBytes);
    const answer = await http({
      method,
      url: probe.url,
      headers: {
        Accept: 'application/json',
        ...(token === null ? {} : { Authorization: authorizationOf(token, rawToken) }),
        ...(probe.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(probe.functional && from
          ? { 'OCPI-from-country-code': from.countryCode, 'OCPI-from-party-id': from.partyId }
          : {}),
        'X-Request-ID': requestId,
        'X-Correlation-ID': correlationId,
      },
      ...(probe.body === undefined ? {} : { body: JSON.stringify(probe.body) }),
      allowPrivateAddresses,
    });
    if (!answer.ok) {
      this.note('reachable', 'fail', request, answer.detail);
      return undefined;
    }
    this.note('reachable', 'pass', request);
    const echoed = answer.headers['x-request-id'] === requestId;
    const kept = answer.headers['x-correlation-id'] === correlationId;
    // Errors below OCPI (a proxy, a web server) often lack these: told, but milder.
    const worst = answer.status < 300 ? 'fail' : 'warn';
    this.judge(
      'requestIds',
      request,
      echoed && kept ? undefined : `${echoed ? 'X-Correlation-ID' : 'X-Request-ID'} was not echoed.`,
      worst,
    );
    const envelope = this.#envelope(answer.body, request, worst);
    if (probe.functional && answer.status === 200) this.#routing(answer.headers, request);
    return { request, status: answer.status, headers: answer.headers, ...(envelope ? { envelope } : {}) };
  }

  #envelope(body: string, request: string, worst: Outcome): ProbeAnswer['envelope'] {
    const json = readJson(body, MAX_DEPTH);
    const value = json.ok && typeof json.value === 'object' && json.value !== null ? json.value : undefined;
    const statusCode = value && 'status_code' in value ? value.status_code : undefined;
    if (value === undefined || typeof statusCode !== 'number') {
      this.note('envelope', worst, request, json.ok ? 'status_code is missing or no number.' : json.detail);
      return undefined;
    }
    this.note('envelope', 'pass', request);
    const timestamp = 'timestamp' in value ? value.timestamp : undefined;
    const real = typeof timestamp === 'string' && parseDateTime(timestamp) !== undefined;
    this.judge(
      'timestamp',
      request,
      real ? undefined : `timestamp is ${JSON.stringify(timestamp) ?? 'missing'}.`,
    );
    const message = 'status_message' in value ? value.status_message : undefined;
    return {
      data: 'data' in value ? value.data : undefined,
      statusCode,
      message: typeof message === 'string' ? message : '',
    };
  }

  #routing(headers: Readonly<Record<string, string>>, request: string): void {
    const { from } = this.#subject;
    if (headers['ocpi-from-party-id'] === undefined || headers['ocpi-from-country-code'] === undefined) {
      this.note('routing', 'warn', request, 'The answer has no OCPI-from-* headers.');
      return;
    }
    const to = headers['ocpi-to-party-id'];
    const swapped = from === undefined || to?.toUpperCase() === from.partyId.toUpperCase();
    this.judge('routing', request, swapped ? undefined : `OCPI-to-party-id is ${to ?? 'missing'}.`);
  }
}
