import type { ErrorObject } from 'ajv';
import type { Problem } from '../rpc/outcome.ts';

/** Longest name of a field that is repeated to the peer: the names may be its own inventions. */
const NAME_CHARACTERS = 100;

/** What an error of ajv means for people: the field as they would write it, and no value from the payload. */
export function problemOf(error: ErrorObject): Problem {
  const parent = fieldOf(error.instancePath);
  switch (error.keyword) {
    case 'required':
      return problem(inside(parent, String(error.params.missingProperty)), 'must be present', 'required');
    case 'additionalProperties':
      return problem(
        inside(parent, String(error.params.additionalProperty)),
        'is not a field of this message',
        'additionalProperties',
      );
    default:
      return problem(parent, words(error), error.keyword);
  }
}

function words({ keyword, params }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `must be ${article(String(params.type))}`;
    case 'enum':
      return allowed(params.allowedValues);
    case 'maxLength':
      return `must have at most ${params.limit} characters`;
    case 'minItems':
      return `must have at least ${params.limit} elements`;
    case 'maxItems':
      return `must have at most ${params.limit} elements`;
    case 'minimum':
    case 'maximum':
      return `must be ${params.comparison} ${params.limit}`;
    case 'multipleOf':
      return `must be a multiple of ${params.multipleOf}`;
    case 'format':
      return params.format === 'date-time'
        ? 'must be a date and time with its zone, such as 2026-01-31T12:00:00Z'
        : `must be ${article(String(params.format))}`;
    default:
      return `breaks the rule ${keyword}`;
  }
}

function allowed(values: unknown): string {
  const names = Array.isArray(values) ? values.map(String) : [];
  return names.length <= 6
    ? `must be one of ${names.join(', ')}`
    : `must be one of the ${names.length} values of its list`;
}

function article(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** `/meterValue/0/timestamp` -> `meterValue[0].timestamp`. */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : inside(path, part)), '');
}

function inside(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function problem(field: string, what: string, rule: string): Problem {
  const printable = field.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
  return {
    field: printable.length > NAME_CHARACTERS ? `${printable.slice(0, NAME_CHARACTERS)}...` : printable,
    what,
    rule,
  };
}
