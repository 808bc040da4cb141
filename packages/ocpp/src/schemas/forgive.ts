import type { ErrorObject } from 'ajv';

/**
 * What real stations write beside their schemas and everybody can read: nulls for absent fields, fractions where whole
 * numbers belong, numbers in quotes and texts without (a meter value of 1.6 is a text), times without a zone (taken as
 * UTC, as OCPP recommends), one decimal too many, fields of later versions or of the vendor. Mends the payload where the reader needs it mended. True when the error is forgiven.
 */
export function forgive(payload: unknown, error: ErrorObject): boolean {
  if (error.keyword === 'additionalProperties' || error.keyword === 'multipleOf') return true;
  // What is required and absent has no place of its own.
  if (error.keyword === 'required') return false;
  const place = placeOf(payload, error.instancePath);
  if (place === null || Array.isArray(place.holder)) return false;
  if (place.value === null) {
    delete place.holder[place.name];
    return true;
  }
  // One null may break two rules (type and enum); it went with the first.
  if (place.value === undefined) return true;
  if (error.keyword === 'type') {
    return converted(place, String(error.params.type), namesSomething(error.instancePath));
  }
  return error.keyword === 'format' && error.params.format === 'date-time' && addZone(place);
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
}

/** Short enough to be exact as a number. */
const decimal = /^-?\d{1,12}(\.\d{1,6})?$/;

/** Between two EVSEs there is none: a fraction that names a place or a transaction is rounded to somebody else's. */
const namesSomething = (pointer: string): boolean =>
  /\/(connectorId|evseId|evse\/id|transactionId)$/.test(pointer);

function converted({ holder, name, value }: Place, type: string, isName: boolean): boolean {
  if (type === 'string') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    holder[name] = String(value);
    return true;
  }
  if (type !== 'integer' && type !== 'number') return false;
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return false;
  if (isName && !Number.isInteger(number)) return false;
  holder[name] = type === 'integer' ? Math.round(number) : number;
  return true;
}

const withoutZone = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/;

function addZone({ holder, name, value }: Place): boolean {
  if (typeof value !== 'string' || !withoutZone.test(value)) return false;
  const text = `${value.replace(' ', 'T')}Z`;
  if (Number.isNaN(Date.parse(text))) return false;
  holder[name] = text;
  return true;
}

function placeOf(payload: unknown, pointer: string): Place | null {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = parts.pop();
  if (name === undefined) return null;
  let holder = payload;
  for (const part of parts) {
    if (typeof holder !== 'object' || holder === null) return null;
    holder = (holder as Record<string, unknown>)[part];
  }
  if (typeof holder !== 'object' || holder === null) return null;
  const record = holder as Record<string, unknown>;
  return { holder: record, name, value: record[name] };
}
