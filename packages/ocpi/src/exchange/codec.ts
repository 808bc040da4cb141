import type { OcpiVersion } from './party.ts';

/** Units a peer uses in SmartChargingOptimisation objects; agreed per peer, never guessed by magnitude (X2). */
export type UnitProfile = 'd42-tables' | 'si';

/** What a codec must know about the peer to read or write its JSON. */
export interface Wire {
  readonly version: OcpiVersion;
  readonly unitProfile: UnitProfile;
  /** What was agreed with the peer beyond OCPI; fields of an agreement that is missing are neither sent nor taken over. */
  readonly agreements: readonly string[];
}

/** One thing that is wrong with a JSON value: where (JSON pointer, '' = the whole value) and what to do about it. */
export interface Problem {
  readonly path: string;
  readonly detail: string;
}

/** `warnings` are departures that OCPI tells a receiver to live with (over-long strings, unknown enum values of OpenEnums). */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Translates one kind of object between the wire (version and units of the peer) and the internal 2.3.0 model.
 * `read` is tolerant (unknown fields, null = absent), `write` is strict: a problem there is a defect of ours.
 */
export interface Codec<T> {
  /** Name of the data type in the specification, e.g. `Session`; used in messages. */
  readonly kind: string;
  read(json: unknown, wire: Wire): Reading<T>;
  write(value: T, wire: Wire): Reading<unknown>;
}

/** A codec of an object that can be patched; the reader of the patch demands `last_updated` where OCPI does. */
export interface ObjectCodec<T> extends Codec<T> {
  readonly partial: Codec<Partial<T>>;
}
