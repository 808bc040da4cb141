/**
 * The OCPI basic types as JSON Schema builders (OCPI 2.3.0 `types`). The annotation `ocpi` names the OCPI type; `reading.ts` checks what
 * JSON Schema alone cannot say (printable characters, real calendar dates).
 */
import Type, { type Static, type TSchema, type TUnsafe } from 'typebox';

/** A value the specification lists, or one it does not know yet (OCPI 2.3.0 `types` OpenEnum). */
export type Open<Known extends string> = Known | (string & {});

/** Case-insensitive printable ASCII, at most `maxLength` characters; a longer one is kept and reported, since a cut one would name something else. */
export function ciString(maxLength: number) {
  return Type.String({ ocpi: 'CiString', maxLength });
}

/** CiString that identifies its object or party: refused when too long, also on the way in. */
export function identifier(maxLength: number, minLength = 1) {
  return Type.String({ ocpi: 'CiString', minLength, maxLength, exact: true });
}

/** Printable UTF-8, at most `maxLength` characters. */
export function text(maxLength: number) {
  return Type.String({ ocpi: 'string', maxLength });
}

/** Absolute URL, string(255). */
export function url() {
  return Type.String({ ocpi: 'URL', maxLength: 255 });
}

/** UTC timestamp with `Z` or without designator; see `date-time.ts`. */
export function dateTime() {
  return Type.String({ ocpi: 'DateTime' });
}

/** Text of a fixed form, e.g. `18:15`; refused in any other form. */
export function patterned(pattern: string, example: string) {
  return Type.String({ ocpi: 'pattern', pattern, examples: [example] });
}

/** As `patterned`, but messages and logs never show the value. */
export function secret(pattern: string, example: string) {
  return Type.String({ ocpi: 'pattern', pattern, examples: [example], secret: true });
}

/** Finite JSON number. */
export function number() {
  return Type.Number();
}

/** Whole number. */
export function integer(minimum?: number) {
  return minimum === undefined ? Type.Integer() : Type.Integer({ minimum });
}

/** One of the listed values; anything else is refused. */
export function closedEnum<const Values extends readonly string[]>(values: Values): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', ocpi: 'enum', enum: values });
}

/**
 * An enum that is closed in one version and open in the internal model: other values are reported on the way in and refused on
 * the way out.
 */
export function legacyEnum<const Values extends readonly string[]>(values: Values): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ type: 'string', ocpi: 'legacyEnum', enum: values });
}

/** One of the listed values or any other text: new values must not break a receiver. */
export function openEnum<const Values extends readonly string[]>(
  values: Values,
): TUnsafe<Open<Values[number]>> {
  return Type.Unsafe<Open<Values[number]>>({
    type: 'string',
    ocpi: 'OpenEnum',
    maxLength: 255,
    examples: values,
  });
}

/** Cardinality `?`. */
export function optional<T extends TSchema>(schema: T) {
  return Type.Optional(schema);
}

/** Cardinality `*`: the field may be absent, which means the same as an empty list. */
export function list<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Array(schema));
}

/** Cardinality `+`. */
export function nonEmptyList<T extends TSchema>(schema: T) {
  return Type.Array(schema, { minItems: 1 });
}

/** What two parties can agree on beyond OCPI. Without an agreement the fields are neither sent nor taken over. */
export const AGREEMENTS = ['battery_capacity', 'soc_preferences', 'v2x'] as const;
export type Agreement = (typeof AGREEMENTS)[number];

/** Field that OCPI does not know; absent on the wire unless the peer has `agreement` among its agreements (docs/extensions.md). */
export function extension<T extends TSchema>(agreement: Agreement, schema: T) {
  return Type.Optional(Type.Unsafe<Static<T>>({ ...schema, extension: agreement }));
}

/** Party that owns an object. */
export const ownerFields = { country_code: identifier(2), party_id: identifier(3) };
