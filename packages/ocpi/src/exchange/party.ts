/** Protocol versions this library speaks. `2.3.0` is the internal model; `2.2.1` is bridged at the edge. */
export type OcpiVersion = '2.2.1' | '2.3.0';

/** OCPI InterfaceRole: SENDER owns the data and can be pulled, RECEIVER gets it pushed. */
export type InterfaceRole = 'SENDER' | 'RECEIVER';

/** OCPI Role. HUB exists in 2.2.1 only. */
export type PartyRole = 'CPO' | 'EMSP' | 'HUB' | 'NAP' | 'NSP' | 'OTHER' | 'SCSP';

/** Owner or addressee of an object: CiString(2) and CiString(3), kept in upper case. */
export interface PartyId {
  readonly countryCode: string;
  readonly partyId: string;
}

/** Case-insensitive, as CiString demands (OCPI 2.2.1 types). */
export function sameParty(a: PartyId, b: PartyId): boolean {
  return (
    a.countryCode.toUpperCase() === b.countryCode.toUpperCase() &&
    a.partyId.toUpperCase() === b.partyId.toUpperCase()
  );
}

/** `NL-TNM`, the form used in logs, keys and messages. */
export function partyName(party: PartyId): string {
  return `${party.countryCode.toUpperCase()}-${party.partyId.toUpperCase()}`;
}
