/**
 * Checks a value against the part of JSON Schema the contract uses, and says every mistake in one plain line.
 *
 * A general validator would do the checking, but not the sentences: the path as a person writes it, the range
 * and the value found, the near name of a mistyped field. It walks the very schema that is published.
 */
import type { FieldError } from './field-error.ts';
import { isInstant } from './instant.ts';
import { nearestName } from './nearest-name.ts';

export interface Schema {
  type?: string;
  anyOf?: Schema[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
}

/** How the message of a field that does not exist begins; such a field harms no rule. */
export const UNKNOWN_FIELD = 'unknown field';

/** Most errors reported for one array: a wrong series of 2,000 values is one mistake, not 2,000. */
const MAX_ERRORS_PER_ARRAY = 5;

export function checkShape(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  const say = (message: string) => void errors.push({ path, message });
  if (schema.anyOf !== undefined) checkAlternatives(schema.anyOf, value, path, errors);
  else if (schema.type === 'object') checkObject(schema, value, path, errors);
  else if (schema.type === 'array') checkArray(schema, value, path, errors);
  else if (schema.type === 'number' || schema.type === 'integer') checkNumber(schema, value, say);
  else if (schema.type === 'string') checkString(schema, value, say);
}

function checkObject(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    errors.push({ path, message: `must be an object, got ${shown(value)}` });
    return;
  }
  const properties = schema.properties ?? {};
  const record = value as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    if (Object.hasOwn(properties, name)) continue;
    const near = nearestName(name, Object.keys(properties));
    const hint = near === null ? '' : `; did you mean ${near}?`;
    errors.push({ path: joined(path, name), message: `${UNKNOWN_FIELD}${hint}` });
  }
  for (const [name, field] of Object.entries(properties)) {
    const present = Object.hasOwn(record, name) && record[name] !== undefined;
    if (present) checkShape(field, record[name], joined(path, name), errors);
    else if (schema.required?.includes(name))
      errors.push({ path: joined(path, name), message: 'is required' });
  }
}

function checkArray(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  if (!Array.isArray(value)) {
    errors.push({ path, message: `must be a list, got ${shown(value)}` });
    return;
  }
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (value.length < minItems) errors.push({ path, message: `must have at least ${entries(minItems)}` });
  if (value.length > maxItems) {
    errors.push({ path, message: `must have at most ${entries(maxItems)}, got ${value.length}` });
    return;
  }
  if (items === undefined) return;
  const before = errors.length;
  for (let i = 0; i < value.length; i++) {
    if (items.type !== 'object' && errors.length - before >= MAX_ERRORS_PER_ARRAY) {
      errors.push({ path, message: 'more entries are wrong in the same way' });
      return;
    }
    checkShape(items, value[i], `${path}[${i}]`, errors);
  }
}

function checkAlternatives(alternatives: Schema[], value: unknown, path: string, errors: FieldError[]): void {
  if (alternatives.every((schema) => 'const' in schema)) {
    if (alternatives.some((schema) => schema.const === value)) return;
    const names = alternatives.map((schema) => String(schema.const)).join(', ');
    errors.push({ path, message: `must be one of ${names}, got ${shown(value)}` });
    return;
  }
  const chosen = alternatives.find((schema) => (schema.type === 'array') === Array.isArray(value));
  if (chosen?.type === 'number' && typeof value !== 'number') {
    errors.push({ path, message: `must be a number or a list of numbers, got ${shown(value)}` });
  } else if (chosen !== undefined) checkShape(chosen, value, path, errors);
}

function checkNumber(schema: Schema, value: unknown, say: (message: string) => void): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    say(`must be a finite number, got ${shown(value)}`);
    return;
  }
  const { minimum, exclusiveMinimum, maximum } = schema;
  const low = minimum !== undefined && value < minimum;
  const lowOrEqual = exclusiveMinimum !== undefined && value <= exclusiveMinimum;
  const high = maximum !== undefined && value > maximum;
  if (low || lowOrEqual || high) say(`must be ${range(schema)}, got ${value}`);
  else if (schema.type === 'integer' && !Number.isInteger(value)) say(`must be a whole number, got ${value}`);
}

function range({ minimum, exclusiveMinimum, maximum }: Schema): string {
  if (exclusiveMinimum !== undefined) {
    return `above ${exclusiveMinimum}${maximum === undefined ? '' : ` and at most ${maximum}`}`;
  }
  if (minimum !== undefined && maximum !== undefined) return `between ${minimum} and ${maximum}`;
  return minimum === undefined ? `at most ${maximum}` : `at least ${minimum}`;
}

function checkString(schema: Schema, value: unknown, say: (message: string) => void): void {
  if (typeof value !== 'string') {
    say(`must be a text, got ${shown(value)}`);
    return;
  }
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format, pattern } = schema;
  if (format === 'date-time') {
    if (!isInstant(value)) {
      say(`must be an RFC 3339 time in UTC such as 2026-01-31T08:00:00Z, got ${shown(value)}`);
    }
  } else if (value.length < minLength) say('must not be empty');
  else if (value.length > maxLength) say(`must have at most ${maxLength} characters, got ${value.length}`);
  else if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    say(`must be three capital letters such as EUR, got ${shown(value)}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (value === undefined) return 'nothing';
  return JSON.stringify(String(value).slice(0, 60));
}

const joined = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);
const entries = (count: number) => (count === 1 ? '1 entry' : `${count} entries`);
