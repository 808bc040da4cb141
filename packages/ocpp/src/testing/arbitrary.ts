import fc from 'fast-check';
import { type JsonSchema, type PayloadKind, resolved, schemaOf } from '../schemas/index.ts';
import type { OcppVersion } from '../versions/index.ts';

/** Payloads that fit the schema of a message: every field, its bounds, and optional ones now and then. */
export function payloadsOf(version: OcppVersion, action: string, kind: PayloadKind): fc.Arbitrary<object> {
  const schema = schemaOf(version, action, kind);
  if (schema === null) throw new Error(`${version} has no ${kind} of ${action}`);
  return valuesOf(schema, schema.definitions ?? {}) as fc.Arbitrary<object>;
}

/** Values that fit a schema of the kind that OCPP uses. */
function valuesOf(
  given: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  const schema = resolved(given, definitions);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectsOf(schema, definitions);
    case 'array': {
      const minLength = schema.minItems ?? 0;
      const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 2, 2));
      return fc.array(valuesOf(schema.items ?? {}, definitions), { minLength, maxLength });
    }
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 2_000_000 });
    case 'number':
      return numbersOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringsOf(schema);
    default:
      return fc.oneof(fc.string(), fc.integer(), fc.constant({ vendor: { deep: [1, null] } }));
  }
}

function objectsOf(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<object> {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const values = valuesOf(value, definitions);
    return [name, required.includes(name) ? values : fc.option(values, { nil: undefined, freq: 3 })] as const;
  });
  return fc
    .record(Object.fromEntries(fields))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

/** In tenths, as metering and limits are given; multiples of 0.1 among them. */
function numbersOf({ minimum = -100, maximum = 100_000 }: JsonSchema): fc.Arbitrary<number> {
  return fc
    .integer({ min: Math.ceil(minimum * 10), max: Math.floor(maximum * 10) })
    .map((tenths) => tenths / 10);
}

function stringsOf({ format, maxLength = 60 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === 'uri') return fc.constant('https://files.example/firmware?id=1');
  // The longest one now and then: bounds are where mistakes live.
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: Math.min(maxLength, 30) }) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(Math.min(maxLength, 1_000))) },
  );
}
