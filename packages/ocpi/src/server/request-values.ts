import { type Outcome, refused } from '../exchange/outcome.ts';
import type { PartyId } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import { peerUrlRefusal } from '../transport/peer-url.ts';
import { isCountryCode, isPartyId, party } from '../transport/routing-headers.ts';
import type { QueryRule } from './module-definition.ts';

/** Variables of a path after decoding: the owner in upper case, everything else as CiString(36). */
export interface PathValues {
  readonly path: Readonly<Record<string, string>>;
  readonly owner: PartyId | undefined;
}

/** Decodes and checks path variables (D4.2-T12; OCPI types CiString). */
export function readPath(encoded: Readonly<Record<string, string>>): Outcome<PathValues> {
  const path: Record<string, string> = {};
  for (const [name, text] of Object.entries(encoded)) {
    const value = decoded(text);
    const fits =
      name === 'country_code'
        ? isCountryCode(value ?? '')
        : name === 'party_id'
          ? isPartyId(value ?? '')
          : fitsCiString(value ?? '', name === 'cdr_id' ? 39 : 36);
    if (value === undefined || !fits) {
      return refused('invalidParameters', `${name} of the URL is not ${wanted(name)}.`);
    }
    path[name] = value;
  }
  const { country_code: countryCode, party_id: partyId } = path;
  const owned = countryCode !== undefined && partyId !== undefined;
  return { ok: true, data: { path, owner: owned ? party(countryCode, partyId) : undefined } };
}

/**
 * A CDR's id has three characters more than others, for what a credit appends (OCPI mod_cdrs). `.` and `..` are steps of a path wherever
 * they are written on into another one, also encoded (WHATWG URL).
 */
function fitsCiString(value: string, maxLength: number): boolean {
  return value.length <= maxLength && /^[\x20-\x7e]+$/.test(value) && value !== '.' && value !== '..';
}

function wanted(name: string): string {
  if (name === 'country_code') return 'two letters';
  if (name === 'party_id') return 'three letters or digits';
  return 'printable ASCII of at most 36 characters';
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Reads the declared query parameters; others are ignored. */
export function readQuery(
  rules: Readonly<Record<string, QueryRule>>,
  query: URLSearchParams,
  peer: Peer,
): Outcome<Readonly<Record<string, string | number | undefined>>> {
  const values: Record<string, string | number | undefined> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const text = query.get(name);
    if (text === null) {
      if (rule.required) return refused('invalidParameters', `The query parameter ${name} is missing.`);
      continue;
    }
    if (rule.kind === 'integer') {
      if (!/^\d{1,9}$/.test(text)) {
        return refused('invalidParameters', `The query parameter ${name} is not a whole number from 0.`);
      }
      values[name] = Number(text);
    } else if (rule.kind === 'url') {
      const refusal = urlRefusal(name, text, peer);
      if (refusal !== undefined) return refused('invalidParameters', refusal);
      values[name] = text;
    } else {
      if (text.length > 255)
        return refused('invalidParameters', `The query parameter ${name} is longer than 255.`);
      values[name] = text;
    }
  }
  return { ok: true, data: values };
}

/** A body with `response_url` makes us call that address later: it must be one of the peer's own. */
export function responseUrlRefusal(body: unknown, peer: Peer): string | undefined {
  if (typeof body !== 'object' || body === null || !('response_url' in body)) return undefined;
  const { response_url: url } = body;
  return typeof url === 'string' ? urlRefusal('response_url', url, peer) : undefined;
}

function urlRefusal(name: string, text: string, peer: Peer): string | undefined {
  const refusal = peerUrlRefusal(text, peer);
  return refusal && `${name} ${refusal}.`;
}
