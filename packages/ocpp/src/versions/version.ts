/** The versions of OCPP-J spoken here. 2.0 is not one of them: it was withdrawn and must not be used. */
export type OcppVersion = '1.6' | '2.0.1' | '2.1';

/** Newest first: the order in which a common version is chosen (D1.5-Q5-5). */
export const ocppVersions = ['2.1', '2.0.1', '1.6'] as const satisfies readonly OcppVersion[];

/** Name in `Sec-WebSocket-Protocol` (IANA registry of WebSocket subprotocols). */
export type Subprotocol = `ocpp${OcppVersion}`;

export function subprotocolOf(version: OcppVersion): Subprotocol {
  return `ocpp${version}`;
}

/**
 * The newest version that is both offered and allowed, or null when there is none. The order of the offer does not
 * matter: a station that knows 2.1 gets 2.1. Names of other protocols, `ocpp2.0` among them, are passed over.
 */
export function negotiate(
  offered: readonly string[],
  allowed: readonly OcppVersion[] = ocppVersions,
): OcppVersion | null {
  return (
    ocppVersions.find((version) => allowed.includes(version) && offered.includes(subprotocolOf(version))) ??
    null
  );
}
