import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { unansweredAction } from '../messages/index.ts';
import type { OcppVersion } from '../versions/index.ts';

/** The part of JSON schema draft 6 that the schemas of OCPP use. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly format?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

export type PayloadKind = 'request' | 'response';

const bundles: { readonly [V in OcppVersion]: Readonly<Record<string, JsonSchema>> } = {
  '1.6': schemas16 as Readonly<Record<string, JsonSchema>>,
  '2.0.1': schemas201 as Readonly<Record<string, JsonSchema>>,
  '2.1': schemas21 as Readonly<Record<string, JsonSchema>>,
};

const reference = '#/definitions/';

/** How many schemas a version has: 78, 128 and 181. */
export function schemaCount(version: OcppVersion): number {
  return Object.keys(bundles[version]).length;
}

/**
 * The schema of a payload, with only those definitions that it uses (each published one carries all of its version,
 * which makes compiling twice as long). Null when there is none: an unknown action, or the answer of a message that
 * is never answered.
 */
export function schemaOf(version: OcppVersion, action: string, kind: PayloadKind): JsonSchema | null {
  const suffix = kind === 'response' ? 'Response' : action === unansweredAction ? '' : 'Request';
  const bundle = bundles[version];
  const name = `${action}${suffix}`;
  const schema = Object.hasOwn(bundle, name) ? bundle[name] : undefined;
  if (schema === undefined) return null;
  const { definitions = {}, ...own } = schema;
  const used = new Map<string, JsonSchema>();
  collect(own, definitions, used);
  return { ...own, definitions: Object.fromEntries(used) };
}

/** The schema that a reference leads to. */
export function resolved(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const target = definitions[schema.$ref.slice(reference.length)];
  if (target === undefined) throw new Error(`schema refers to ${schema.$ref}, which it does not define`);
  return resolved(target, definitions);
}

function collect(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  used: Map<string, JsonSchema>,
): void {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(reference.length);
    if (used.has(name)) return;
    const target = resolved(schema, definitions);
    used.set(name, target);
    collect(target, definitions, used);
  }
  for (const property of Object.values(schema.properties ?? {})) collect(property, definitions, used);
  if (schema.items !== undefined) collect(schema.items, definitions, used);
}
