/** Payloads of OCPP messages by their JSON schema: what to begin with, and what is wrong with what was typed. Pure. */

/** The part of JSON schema draft 6 that the schemas of OCPP use. */
export interface PayloadSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, PayloadSchema>>;
  readonly required?: readonly string[];
  readonly items?: PayloadSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly format?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, PayloadSchema>>;
}
export type Definitions = Readonly<Record<string, PayloadSchema>>;
export type Payload = Readonly<Record<string, unknown>>;

const REFERENCE = '#/definitions/';
/** What a vendor may add: nothing a form could know. */
const LEFT_OUT = 'customData';

/** The schema that a reference leads to; a reference that leads nowhere is left as it is. */
export function resolved(schema: PayloadSchema, definitions: Definitions): PayloadSchema {
  const target = schema.$ref === undefined ? undefined : definitions[schema.$ref.slice(REFERENCE.length)];
  return target === undefined ? schema : resolved(target, definitions);
}

/** Fields of an object, the required ones first. */
export function fieldsOf(
  schema: PayloadSchema,
): readonly { name: string; schema: PayloadSchema; isRequired: boolean }[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== LEFT_OUT)
    .map(([name, field]) => ({ name, schema: field, isRequired: required.has(name) }))
    .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

/** A value to begin with: every required field filled in, nothing else. */
export function blankOf(schema: PayloadSchema, definitions: Definitions, nowIso: string, name = ''): unknown {
  const is = resolved(schema, definitions);
  if (is.enum !== undefined) return is.enum[0];
  if (is.type === 'object' || is.properties !== undefined)
    return Object.fromEntries(
      fieldsOf(is)
        .filter(({ isRequired }) => isRequired)
        .map((field) => [field.name, blankOf(field.schema, definitions, nowIso, field.name)]),
    );
  if (is.type === 'array')
    return is.items === undefined ? [] : [blankOf(is.items, definitions, nowIso, name)];
  if (is.type === 'boolean') return false;
  if (is.type === 'integer' || is.type === 'number')
    return Math.max(is.minimum ?? 0, /^(evse|connector|request)?Id$/.test(name) ? 1 : 0);
  return is.format === 'date-time' ? nowIso : '';
}

export interface PayloadProblem {
  /** Like `chargingSchedule.duration` or `getVariableData[0].component`. */
  readonly field: string;
  /** A word of the catalogue, `stations.problem.<code>`, and what it names. */
  readonly code:
    | 'missing'
    | 'type'
    | 'list'
    | 'long'
    | 'low'
    | 'high'
    | 'step'
    | 'few'
    | 'many'
    | 'unknown'
    | 'time';
  readonly value?: string | number;
}

/** What would be refused; empty: it may be sent. The server has the last word. */
export function problemsOf(
  schema: PayloadSchema,
  definitions: Definitions,
  value: unknown,
  field = '',
): readonly PayloadProblem[] {
  const is = resolved(schema, definitions);
  const wrong = (code: PayloadProblem['code'], named?: string | number): readonly PayloadProblem[] => [
    named === undefined ? { field, code } : { field, code, value: named },
  ];
  if (is.enum !== undefined) return typeof value === 'string' && is.enum.includes(value) ? [] : wrong('list');
  switch (is.type) {
    case 'object':
      return objectProblems(is, definitions, value, field);
    case 'array': {
      if (!Array.isArray(value)) return wrong('type', 'list');
      if (value.length < (is.minItems ?? 0)) return wrong('few', is.minItems);
      if (value.length > (is.maxItems ?? Infinity)) return wrong('many', is.maxItems);
      return value.flatMap((item, n) =>
        is.items === undefined ? [] : problemsOf(is.items, definitions, item, `${field}[${n}]`),
      );
    }
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('type', 'true/false');
    case 'integer':
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrong('type', is.type);
      if (is.type === 'integer' && !Number.isInteger(value)) return wrong('type', is.type);
      if (value < (is.minimum ?? -Infinity)) return wrong('low', is.minimum);
      if (value > (is.maximum ?? Infinity)) return wrong('high', is.maximum);
      return is.multipleOf !== undefined && !isMultiple(value, is.multipleOf)
        ? wrong('step', is.multipleOf)
        : [];
    case 'string':
      if (typeof value !== 'string') return wrong('type', 'text');
      if (value.length > (is.maxLength ?? Infinity)) return wrong('long', is.maxLength);
      return is.format === 'date-time' && Number.isNaN(Date.parse(value)) ? wrong('time') : [];
    default:
      return [];
  }
}

function objectProblems(
  is: PayloadSchema,
  definitions: Definitions,
  value: unknown,
  field: string,
): readonly PayloadProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ field, code: 'type', value: 'object' }];
  const has = value as Payload;
  const below = (name: string) => (field === '' ? name : `${field}.${name}`);
  const missing = (is.required ?? [])
    .filter((name) => has[name] === undefined || has[name] === '')
    .map((name): PayloadProblem => ({ field: below(name), code: 'missing' }));
  const others = Object.entries(has).flatMap(([name, inner]): readonly PayloadProblem[] => {
    const known = is.properties?.[name];
    if (known === undefined)
      return is.properties === undefined ? [] : [{ field: below(name), code: 'unknown' }];
    if (inner === undefined || (inner === '' && is.required?.includes(name))) return [];
    return problemsOf(known, definitions, inner, below(name));
  });
  return [...missing, ...others];
}

/** 8.1 is a multiple of 0.1, whatever binary fractions say. */
const isMultiple = (value: number, step: number) => Math.abs(value / step - Math.round(value / step)) < 1e-6;

/** The object with one field changed; undefined takes the field away. */
export function withField(of: Payload, name: string, value: unknown): Payload {
  const { [name]: _, ...others } = of;
  return value === undefined ? others : { ...of, [name]: value };
}
