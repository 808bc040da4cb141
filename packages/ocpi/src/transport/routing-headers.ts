import type { PartyId } from '../exchange/party.ts';

/** Who speaks and who is spoken to, as carried by the OCPI-to/from headers (OCPI transport_and_format, Message Routing). */
export interface Routing {
  readonly from?: PartyId;
  readonly to?: PartyId;
}

type Direction = 'from' | 'to';
type Headers = Readonly<Record<string, string | undefined>>;

/** Reads both pairs; an error text when only half a pair is there or a value cannot be a party. */
export function readRouting(headers: Headers): Routing | { readonly problem: string } {
  const found: { from?: PartyId; to?: PartyId } = {};
  for (const direction of ['from', 'to'] as const) {
    const countryCode = headers[`ocpi-${direction}-country-code`]?.trim();
    const partyId = headers[`ocpi-${direction}-party-id`]?.trim();
    if (!countryCode && !partyId) continue;
    if (!isCountryCode(countryCode ?? '') || !isPartyId(partyId ?? '')) {
      return {
        problem: `OCPI-${direction}-country-code and OCPI-${direction}-party-id must both be given, as 2 letters and 3 characters.`,
      };
    }
    found[direction] = party(countryCode ?? '', partyId ?? '');
  }
  return found;
}

/** Headers for a request, or for a response when the caller swapped the two. */
export function routingHeaders(routing: Routing): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const direction of ['from', 'to'] as const satisfies Direction[]) {
    const party = routing[direction];
    if (party === undefined) continue;
    headers[`OCPI-${direction}-country-code`] = party.countryCode;
    headers[`OCPI-${direction}-party-id`] = party.partyId;
  }
  return headers;
}

export function isCountryCode(text: string): boolean {
  return /^[A-Za-z]{2}$/.test(text);
}

export function isPartyId(text: string): boolean {
  return /^[A-Za-z0-9]{3}$/.test(text);
}

/** CiStrings are kept in upper case inside. */
export function party(countryCode: string, partyId: string): PartyId {
  return { countryCode: countryCode.toUpperCase(), partyId: partyId.toUpperCase() };
}
