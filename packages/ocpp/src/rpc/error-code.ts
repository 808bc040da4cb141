import type { OcppVersion } from '../versions/index.ts';
import type { ErrorCode } from './failure.ts';
import type { Problem } from './outcome.ts';

/** Codes that 1.6 writes in another way or lacks; `OccurenceConstraintViolation` is how 1.6 spells it. */
const in16: Partial<Record<ErrorCode, string>> = {
  FormatViolation: 'FormationViolation',
  OccurrenceConstraintViolation: 'OccurenceConstraintViolation',
  MessageTypeNotSupported: 'GenericError',
  RpcFrameworkError: 'FormationViolation',
};

/** The code as that version writes it. */
export function spelled(code: ErrorCode, version: OcppVersion): string {
  return version === '1.6' ? (in16[code] ?? code) : code;
}

const codeOfRule: Readonly<Record<string, ErrorCode>> = {
  required: 'OccurrenceConstraintViolation',
  minItems: 'OccurrenceConstraintViolation',
  maxItems: 'OccurrenceConstraintViolation',
  type: 'TypeConstraintViolation',
  // A value outside its list is a property constraint in 1.6 too (errata 3.24, 3.38).
  enum: 'PropertyConstraintViolation',
  maxLength: 'PropertyConstraintViolation',
  minimum: 'PropertyConstraintViolation',
  maximum: 'PropertyConstraintViolation',
  multipleOf: 'PropertyConstraintViolation',
  format: 'PropertyConstraintViolation',
  additionalProperties: 'FormatViolation',
};

/** The code for a payload that breaks its schema: that of the first problem. */
export function codeFor(problems: readonly Problem[]): ErrorCode {
  return codeOfRule[problems[0]?.rule ?? ''] ?? 'FormatViolation';
}
