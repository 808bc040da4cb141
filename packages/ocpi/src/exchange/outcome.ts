import type { OcpiVersion, PartyId, PartyRole } from './party.ts';

/** The peer behind a request, after authentication and after its routing headers were checked against its registration. */
export interface Caller {
  /** Key of the peer in the `PeerStore`. */
  readonly peerId: string;
  /** Parties the peer registered, in upper case. */
  readonly parties: readonly (PartyId & { readonly role: PartyRole })[];
  /** OCPI-from-* of the request; the peer's only party where the headers are absent. */
  readonly from: PartyId;
  /** OCPI-to-* of the request, when given. */
  readonly to?: PartyId;
  readonly version: OcpiVersion;
  readonly requestId: string;
  readonly correlationId: string;
}

/** A handler's answer: expected refusals are values with an OCPI status code, exceptions are defects (and become 3000). */
export type Outcome<T> = Done<T> | Refused;

export interface Done<T> {
  readonly ok: true;
  readonly data: T;
  /** true answers HTTP 201 instead of 200. */
  readonly created?: boolean;
  /** Path segments of the new object below the endpoint; answered as `Location` (CDRs). */
  readonly location?: readonly string[];
}

export interface Refused {
  readonly ok: false;
  /** Key of the error catalogue (`OCPI_ERRORS`), which knows the OCPI status code and the HTTP status. */
  readonly error: OcpiErrorKey;
  /** One sentence that names the field and the fix; becomes `status_message`. */
  readonly detail: string;
}

/** The one error catalogue of this library: OCPI 2.2.1 / 2.3.0 `status_codes` with the HTTP status that carries each. */
export const OCPI_ERRORS = {
  clientError: { statusCode: 2000, http: 200 },
  invalidParameters: { statusCode: 2001, http: 200 },
  notEnoughInformation: { statusCode: 2002, http: 200 },
  unknownLocation: { statusCode: 2003, http: 200 },
  unknownToken: { statusCode: 2004, http: 404 },
  unknownObject: { statusCode: 2003, http: 404 },
  serverError: { statusCode: 3000, http: 200 },
  unusableApi: { statusCode: 3001, http: 200 },
  unsupportedVersion: { statusCode: 3002, http: 200 },
  noMatchingEndpoints: { statusCode: 3003, http: 200 },
  hubFailed: { statusCode: 4000, http: 200 },
  unknownReceiver: { statusCode: 4001, http: 200 },
  receiverTimeout: { statusCode: 4002, http: 200 },
  receiverNotConnected: { statusCode: 4003, http: 200 },
  malformedJson: { statusCode: 2001, http: 400 },
  unauthorized: { statusCode: 2001, http: 401 },
  foreignParty: { statusCode: 2001, http: 404 },
  forbidden: { statusCode: 2001, http: 403 },
  methodNotAllowed: { statusCode: 2000, http: 405 },
  unknownEndpoint: { statusCode: 2000, http: 404 },
  tooLarge: { statusCode: 2001, http: 413 },
  tooManyRequests: { statusCode: 2000, http: 429 },
} as const satisfies Record<string, { statusCode: number; http: number }>;

export type OcpiErrorKey = keyof typeof OCPI_ERRORS;

export function done<T>(data: T, created = false): Done<T> {
  return created ? { ok: true, data, created } : { ok: true, data };
}

export function refused(error: OcpiErrorKey, detail: string): Refused {
  return { ok: false, error, detail };
}
