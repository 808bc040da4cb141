import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { ACTIONS, type Action, type Bodies } from './actions.ts';
import { forgiven } from './forgive.ts';

export type Checked<A extends Action> =
  | { readonly ok: true; readonly body: Bodies[A] }
  /** One sentence that names the field and says what it must be. */
  | { readonly ok: false; readonly detail: string };

type Node = { [key: string]: unknown };

const schema = JSON.parse(
  readFileSync(new URL('./oscp-2.0.schema.json', import.meta.url), 'utf8'),
) as Node & { readonly $id: string };
const tolerant = compiler(schema);
const strict = compiler(closed({ ...schema, $id: `${schema.$id}-strict` }) as typeof schema);

/** A message that arrived: unknown fields pass, deviations that lose nothing are forgiven. */
export function readMessage<A extends Action>(action: A, body: unknown): Checked<A> {
  return checked(action, forgiven(action, body), tolerant);
}

/** A message about to leave: nothing that the schema does not name. */
export function writeMessage<A extends Action>(action: A, body: Bodies[A]): Checked<A> {
  return checked(action, body, strict);
}

function checked<A extends Action>(
  action: A,
  body: unknown,
  of: (action: Action) => ValidateFunction,
): Checked<A> {
  const validate = of(action);
  if (validate(body)) return { ok: true, body: body as Bodies[A] };
  return { ok: false, detail: sentence(validate.errors?.[0]) };
}

function compiler(document: typeof schema): (action: Action) => ValidateFunction {
  const ajv = new Ajv2020({ allErrors: false, strict: false, addUsedSchema: false });
  formats.default(ajv, ['date-time', 'uri']);
  ajv.addSchema(document);
  return (action) => {
    const validate = ajv.getSchema(`${document.$id}#/$defs/${ACTIONS[action].definition}`);
    if (validate === undefined) throw new Error(`The schema has no ${ACTIONS[action].definition}`);
    return validate as ValidateFunction;
  };
}

/** The same schema with every object closed. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, each]) => [key, closed(each)]));
  return 'properties' in inner ? { ...inner, additionalProperties: false } : inner;
}

function sentence(error: ErrorObject | undefined): string {
  if (error === undefined) return 'The body is not valid.';
  const params = error.params as Readonly<Record<string, unknown>>;
  const named = params.missingProperty ?? params.additionalProperty;
  const field = [...error.instancePath.split('/').slice(1), ...(named === undefined ? [] : [String(named)])]
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
  const about = field === '' ? 'The body' : field;
  if (error.keyword === 'required') return `${about} is missing.`;
  if (error.keyword === 'additionalProperties') return `${about} is not a field of OSCP 2.0.`;
  if (error.keyword === 'enum') return `${about} must be one of ${(params.allowedValues as []).join(', ')}.`;
  if (params.format === 'date-time')
    return `${about} must be an RFC 3339 time with a zone, like 2026-01-01T12:00:00Z.`;
  if (params.format === 'uri') return `${about} must be an absolute URL.`;
  return `${about} ${error.message ?? 'is not valid'}.`;
}
