/** What a check of a schema found, in words for whoever has to mend it: the field, what is wrong with it, what would be right. */
import { patternWords } from './pattern-words.ts';
import type { FieldProblem } from './problem.ts';

/** As the validator tells it: JSON pointers into schema and value. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

type Params = Readonly<Record<string, unknown>>;
type Schema = Readonly<Record<string, unknown>>;

/** @param part where the value came from: `body`, `query`, `path` or `header` */
export function fieldProblems(
  part: string,
  errors: readonly SchemaError[],
  schema: unknown,
  value: unknown,
): FieldProblem[] {
  return whatMatters(errors, value).map((error) => fieldProblem(part, error, schema, value));
}

/** Of a choice of schemas the one that the value was meant for, or the choice itself; what is not known is told once. */
function whatMatters(errors: readonly SchemaError[], value: unknown): SchemaError[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf');
  const kept = errors.filter(
    ({ keyword, schemaPath }) =>
      keyword !== 'anyOf' && !(keyword === 'boolean' && schemaPath.endsWith('/additionalProperties')),
  );
  for (const choice of choices) {
    const inside = (error: SchemaError) => error.schemaPath.startsWith(`${choice.schemaPath}/anyOf/`);
    const given = at(value, choice.instancePath);
    const meant = isObject(given) ? closest(errors.filter(inside), choice) : [];
    const first = kept.findIndex(inside);
    const others = kept.filter((error) => !inside(error));
    others.splice(first < 0 ? others.length : first, 0, ...(meant.length > 0 ? meant : [choice]));
    kept.splice(0, kept.length, ...others);
  }
  return kept;
}

/** The branch that the fewest of its fields contradict; none where nothing inside of it was right either. */
function closest(inside: readonly SchemaError[], choice: SchemaError): SchemaError[] {
  const branches = new Map<string, SchemaError[]>();
  const depth = choice.schemaPath.split('/').length + 1;
  for (const error of inside) {
    const branch = error.schemaPath.split('/')[depth] ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const isKind = ({ keyword }: SchemaError) => keyword === 'const' || keyword === 'enum';
  const [best] = [...branches.values()].sort(
    (a, b) => a.filter(isKind).length - b.filter(isKind).length || a.length - b.length,
  );
  return (best ?? []).filter(({ keyword }) => keyword !== 'anyOf');
}

function fieldProblem(part: string, error: SchemaError, schema: unknown, value: unknown): FieldProblem {
  const params = error.params as Params;
  const named = params.requiredProperties ?? params.additionalProperties;
  const path = [...steps(error.instancePath), ...(Array.isArray(named) ? [String(named[0])] : [])];
  return { field: [part, ...path].join('.'), problem: problemOf(error, params, schema, value) };
}

function problemOf(error: SchemaError, params: Params, schema: unknown, value: unknown): string {
  const node = schemaAt(schema, error.schemaPath);
  const given = at(value, error.instancePath);
  switch (error.keyword) {
    case 'required':
      return 'is missing';
    case 'additionalProperties':
      return 'is not a known field';
    case 'const':
      return `must be ${shown(params.allowedValue)}`;
    case 'anyOf':
      return choiceWords(node);
    case 'enum':
      return oneOf(params.allowedValues);
    case 'type':
      return `must be ${typeWords(params.type)}${isShort(given) ? `, not ${shown(given)}` : ''}`;
    case 'pattern':
      return patternWords(String(node.pattern)) ?? describedWords(node);
    case 'format':
      return FORMATS[String(params.format)] ?? describedWords(node);
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have ${params.limit} characters or more`;
    case 'maxLength':
      return `must have ${params.limit} characters or fewer${typeof given === 'string' ? `, not ${given.length}` : ''}`;
    case 'minimum':
      return `must be ${params.limit} or more`;
    case 'maximum':
      return `must be ${params.limit} or less`;
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${params.limit}`;
    case 'multipleOf':
      return `must be a multiple of ${params.multipleOf}`;
    case 'minItems':
      return params.limit === 1 ? 'must not be empty' : `must have ${params.limit} entries or more`;
    case 'maxItems':
      return `must have ${params.limit} entries or fewer`;
    case 'uniqueItems':
      return 'must not hold the same entry twice';
    case 'minProperties':
      return params.limit === 1 ? 'must have at least one field' : `must have ${params.limit} fields or more`;
    default:
      return describedWords(node);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'must be a time with zone, like 2026-11-21T17:00:00Z',
  date: 'must be a day, like 2026-11-21',
  email: 'must be an e-mail address, like anna@example.org',
  uri: 'must be a whole address, like https://example.org/path',
};

const typeWords = (type: unknown) =>
  (Array.isArray(type) ? type : [type]).map((each) => TYPES[String(each)] ?? String(each)).join(' or ');

/** What a choice would take: its values, or the kinds of value. */
function choiceWords(node: Schema): string {
  const branches = (Array.isArray(node.anyOf) ? node.anyOf : []).filter(isObject) as Schema[];
  if (branches.every((branch) => 'const' in branch)) return oneOf(branches.map((branch) => branch.const));
  const words = branches.map((branch) => {
    if ('const' in branch) return shown(branch.const);
    if (typeof branch.pattern === 'string')
      return (patternWords(branch.pattern) ?? 'must be a text').replace(/^must be /, '');
    return typeWords(branch.type ?? 'object');
  });
  return `must be ${[...new Set(words)].join(' or ')}`;
}

function oneOf(values: unknown): string {
  const words = (Array.isArray(values) ? values : [values]).map(String);
  return words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(', ')}`;
}

function describedWords(node: Schema): string {
  const { description } = node;
  return typeof description === 'string'
    ? `is not written as it should be: ${description[0]?.toLowerCase() ?? ''}${description.slice(1)}`
    : 'is not written as it should be; see /docs';
}

const shown = (value: unknown) => JSON.stringify(value) ?? 'nothing';
const isShort = (value: unknown) =>
  value !== undefined && !isObject(value) && !Array.isArray(value) && shown(value).length <= 30;
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const steps = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

function at(value: unknown, pointer: string): unknown {
  let here = value;
  for (const step of steps(pointer)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[step];
  }
  return here;
}

function schemaAt(schema: unknown, pointer: string): Schema {
  const node = at(schema, pointer.replace(/^#/, ''));
  return isObject(node) ? (node as Schema) : {};
}
