import { type Outcome, refused } from '../exchange/outcome.ts';
import { sentence } from '../server/problem-sentence.ts';
import type { RelayCall } from '../server/relay-contract.ts';
import { responseUrlRefusal } from '../server/request-values.ts';
import { readJson } from '../transport/strict-json.ts';
import { wireOf } from './pass-on.ts';

/** The object of a request in the model of this library; undefined where the route has none. Addresses for results are the sender's own. */
export function readRelayed(call: RelayCall, maxDepth: number): Outcome<unknown> {
  const { route, peer } = call;
  const url = responseUrlRefusal(Object.fromEntries(call.query), peer);
  if (url !== undefined) return refused('invalidParameters', url);
  if (route.body === undefined) {
    if (route.method !== 'POST') return { ok: true, data: undefined };
    return refused('invalidParameters', 'Nothing of this name is known to OCPI; it cannot be passed on.');
  }
  if (route.bodyOptional === true && call.body.length === 0) return { ok: true, data: undefined };
  const json = readJson(call.body, maxDepth);
  if (!json.ok) return refused('malformedJson', json.detail);
  const reading = route.body.read(json.value, { ...wireOf(peer), version: call.target.version });
  if (!reading.ok) return refused('invalidParameters', sentence(route.body.kind, reading.problems));
  const inside = responseUrlRefusal(reading.value, peer);
  return inside === undefined ? { ok: true, data: reading.value } : refused('invalidParameters', inside);
}
