/** Rules of the OCPI text types (OCPI 2.3.0 `types`): printable characters, lengths, enums, dates, addresses. */
import { formatDateTime, parseDateTime } from './date-time.ts';
import { type Findings, refuse, type SchemaNode, shown, warn } from './findings.ts';

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const EACH_CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/;
const NUL = '\u0000';

/** Checks one text; returns it, or on the way out a repaired one. */
export function checkText(schema: SchemaNode, text: string, path: string, findings: Findings): unknown {
  // No text of any language, and no database keeps it: refused before the rest of the object is looked at or stored.
  if (text.includes(NUL) || !text.isWellFormed()) {
    return refuse(findings, path, 'must not hold U+0000 or half of a surrogate pair');
  }
  switch (schema.ocpi) {
    case 'DateTime':
      return checkDateTime(text, path, findings);
    case 'enum':
      if (schema.enum?.includes(text)) return text;
      return refuse(findings, path, `must be one of ${schema.enum?.join(', ')}, got ${shown(text)}`);
    case 'legacyEnum':
      return checkLegacyEnum(schema, text, path, findings);
    case 'pattern':
      if (new RegExp(schema.pattern ?? '', 'u').test(text)) return text;
      return refuse(
        findings,
        path,
        `must be like ${schema.examples?.[0]}, got ${schema.secret ? 'something else' : shown(text)}`,
      );
    case 'URL':
      if (isWebAddress(text)) return checkLength(schema, text, path, findings);
      return refuse(findings, path, `must be an absolute http or https address, got ${shown(text)}`);
    default:
      return checkLength(schema, checkCharacters(schema, text, path, findings), path, findings);
  }
}

/** string(25): a time with more digits is read, and written in our own form. */
function checkDateTime(text: string, path: string, findings: Findings): unknown {
  const { direction } = findings.rules;
  const epochMs = parseDateTime(text);
  if (epochMs === undefined) {
    return refuse(
      findings,
      path,
      `must be a UTC time like 2026-11-21T10:15:00Z (no offset, not even +00:00), got ${shown(text)}`,
    );
  }
  if (text.length <= 25) return text;
  const detail = `has ${text.length} characters, OCPI allows 25`;
  if (direction === 'judge') return refuse(findings, path, detail);
  warn(findings, path, detail);
  return direction === 'out' ? formatDateTime(epochMs) : text;
}

function checkLegacyEnum(schema: SchemaNode, text: string, path: string, findings: Findings): unknown {
  if (schema.enum?.includes(text)) return text;
  const detail = `is not one of ${schema.enum?.join(', ')}: ${shown(text)}`;
  if (findings.rules.direction !== 'in') return refuse(findings, path, detail);
  warn(findings, path, detail);
  return text;
}

function checkCharacters(schema: SchemaNode, text: string, path: string, findings: Findings): string {
  const { direction } = findings.rules;
  if (schema.ocpi === 'CiString') {
    if (!NOT_PRINTABLE_ASCII.test(text)) return text;
    const detail = `must be printable ASCII, got ${JSON.stringify(text.slice(0, 40))}`;
    if (schema.exact || direction === 'judge') refuse(findings, path, detail);
    else warn(findings, path, detail);
    return text;
  }
  if (!CONTROL.test(text)) return text;
  if (direction === 'judge') refuse(findings, path, 'must not hold line breaks or other control characters');
  else warn(findings, path, 'holds line breaks or other control characters');
  return direction === 'out' ? text.replace(EACH_CONTROL, ' ') : text;
}

/** Over-long texts are accepted and reported (2.12-18). On the way out free text is cut; a cut reference would point elsewhere. */
function checkLength(schema: SchemaNode, text: string, path: string, findings: Findings): unknown {
  const { direction } = findings.rules;
  const minLength = schema.minLength ?? 0;
  if (text.length < minLength) {
    return refuse(findings, path, minLength === 1 ? 'must not be empty' : `needs ${minLength} characters`);
  }
  const maxLength = schema.maxLength ?? Number.POSITIVE_INFINITY;
  const characters = text.length > maxLength ? [...text] : [];
  if (characters.length <= maxLength) return text;
  const detail = `has ${characters.length} characters, OCPI allows ${maxLength}`;
  if (schema.exact || direction === 'judge') return refuse(findings, path, detail);
  warn(findings, path, detail);
  return direction === 'out' && schema.ocpi === 'string' ? characters.slice(0, maxLength).join('') : text;
}

function isWebAddress(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
}
