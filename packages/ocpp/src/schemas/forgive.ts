import type { ErrorObject } from 'ajv';

/**
 * What real stations write beside their schemas and everybody can read: nulls for absent fields, fractions where whole
 * numbers belong, times without a zone (taken as UTC, as OCPP recommends), one decimal too many, fields of later
 * versions or of the vendor. Mends the payload where the reader needs it mended. True when the error is forgiven.
 */
export function forgive(payload: unknown, error: ErrorObject): boolean {
  switch (error.keyword) {
    case 'additionalProperties':
    case 'multipleOf':
      return true;
    case 'type':
      return forgiveType(placeOf(payload, error.instancePath), String(error.params.type));
    case 'format':
      return error.params.format === 'date-time' && addZone(placeOf(payload, error.instancePath));
    default:
      return false;
  }
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
  readonly value: unknown;
}

function forgiveType(place: Place | null, type: string): boolean {
  if (place === null) return false;
  const { holder, name, value } = place;
  if (value === null && !Array.isArray(holder)) {
    delete holder[name];
    return true;
  }
  if (type === 'integer' && typeof value === 'number' && Number.isFinite(value)) {
    holder[name] = Math.round(value);
    return true;
  }
  return false;
}

const withoutZone = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?$/;

function addZone(place: Place | null): boolean {
  if (place === null || typeof place.value !== 'string' || !withoutZone.test(place.value)) return false;
  const text = `${place.value.replace(' ', 'T')}Z`;
  if (Number.isNaN(Date.parse(text))) return false;
  place.holder[place.name] = text;
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
