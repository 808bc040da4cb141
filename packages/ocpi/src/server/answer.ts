import { OCPI_ERRORS, type Outcome, type Refused } from '../exchange/outcome.ts';
import { formatDateTime } from '../model/index.ts';
import type { OcpiResponse } from './handler-contract.ts';

/** An answer before it becomes text: what the modules and the credentials routes hand to the envelope. */
export interface Answer {
  readonly outcome: Outcome<unknown>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the HTTP status of the outcome where the layer below OCPI failed. */
  readonly httpStatus?: number;
  /** The codes of another platform, which a hub passes on as they are. */
  readonly passedOn?: { readonly statusCode: number; readonly statusMessage?: string };
}

/** Wraps an answer into the OCPI envelope; `data` is left out when there is none. */
export function envelope(
  answer: Answer,
  nowMs: number,
  headers: Readonly<Record<string, string>>,
): OcpiResponse {
  const { outcome, passedOn } = answer;
  const timestamp = formatDateTime(nowMs);
  const content = outcome.ok
    ? {
        ...(outcome.data === undefined ? {} : { data: outcome.data }),
        status_code: passedOn?.statusCode ?? 1000,
        ...(passedOn?.statusMessage ? { status_message: passedOn.statusMessage } : {}),
        timestamp,
      }
    : {
        status_code: passedOn?.statusCode ?? OCPI_ERRORS[outcome.error].statusCode,
        status_message: outcome.detail,
        timestamp,
      };
  return {
    status: answer.httpStatus ?? httpStatusOf(outcome),
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers, ...answer.headers },
    body: JSON.stringify(content),
  };
}

function httpStatusOf(outcome: Outcome<unknown>): number {
  if (!outcome.ok) return OCPI_ERRORS[outcome.error].http;
  return outcome.created ? 201 : 200;
}

/** A refusal that also carries headers, e.g. Allow or Retry-After. */
export function refusal(refused: Refused, headers: Readonly<Record<string, string>> = {}): Answer {
  return { outcome: refused, headers };
}
