import type { Problem, Reading } from '../exchange/codec.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import { type Kind, schemaOf } from './kinds.ts';
import { readBySchema } from './reading.ts';

/** `errors` are empty when the value may be used; `warnings` never stop it. Paths are JSON pointers. */
export interface Validation {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Judges a JSON value as it travels in `version`. `in` tolerates what OCPI tells a receiver to live with (unknown fields, null,
 * over-long texts); `out` tolerates nothing. `agreements` name the extensions agreed with the peer.
 */
export function validate(
  kind: Kind,
  version: OcpiVersion,
  direction: 'in' | 'out',
  value: unknown,
  agreements: readonly string[] = [],
): Validation {
  const rules = { direction: direction === 'in' ? 'in' : 'judge', agreements } as const;
  const reading: Reading<unknown> = readBySchema(schemaOf(kind, version), value, rules);
  return reading.ok ? { errors: [], warnings: reading.warnings } : { errors: reading.problems, warnings: [] };
}
