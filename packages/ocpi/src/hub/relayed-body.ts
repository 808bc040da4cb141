import { type Outcome, refused } from '../exchange/outcome.ts';
import { sameParty } from '../exchange/party.ts';
import type { Token } from '../model/index.ts';
import { bodyRefusal } from '../server/ownership.ts';
import { sentence } from '../server/problem-sentence.ts';
import type { RelayCall } from '../server/relay-contract.ts';
import { readQuery, responseUrlRefusal } from '../server/request-values.ts';
import { readJson } from '../transport/strict-json.ts';
import { wireOf } from './pass-on.ts';

/** The object of a request in the model of this library; undefined where the route has none. Addresses for results are the sender's own. */
export function readRelayed(call: RelayCall, maxDepth: number): Outcome<unknown> {
  const { route, peer } = call;
  const query = readQuery(route.query ?? {}, call.query, peer);
  if (!query.ok) return query;
  if (route.body === undefined) {
    if (route.method !== 'POST') return { ok: true, data: undefined };
    return refused('invalidParameters', 'Nothing of this name is known to OCPI; it cannot be passed on.');
  }
  if (route.bodyOptional === true && call.body.length === 0) return { ok: true, data: undefined };
  const json = readJson(call.body, maxDepth);
  if (!json.ok) return refused('malformedJson', json.detail);
  const reading = route.body.read(json.value, { ...wireOf(peer), version: call.target.version });
  if (!reading.ok) return refused('invalidParameters', sentence(route.body.kind, reading.problems));
  const refusal = bodyRefusal({ ...call, query: query.data }, reading.value);
  if (refusal !== undefined) return refusal;
  if (usesTokenOfAnother(call, reading.value)) {
    return refused(
      'invalidParameters',
      'token: belongs to another party; only tokens of the sender can be used.',
    );
  }
  const inside = responseUrlRefusal(reading.value, peer);
  return inside === undefined ? { ok: true, data: reading.value } : refused('invalidParameters', inside);
}

/** "An eMSP SHALL only use Tokens that are owned by this eMSP" (OCPI mod_commands, StartSession and ReserveNow). */
function usesTokenOfAnother({ target, from }: RelayCall, body: unknown): boolean {
  if (target.module.id !== 'commands' || typeof body !== 'object' || body === null || !('token' in body))
    return false;
  const { country_code, party_id } = body.token as Token;
  return !sameParty(from, { countryCode: country_code, partyId: party_id });
}
