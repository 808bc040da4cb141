import { type JsonSchema, resolved } from '../schemas/index.ts';

/** A payload with exactly one thing wrong, and the rule that it breaks. */
export interface Mutant {
  readonly field: string;
  readonly rule: 'required' | 'type' | 'enum' | 'additionalProperties' | 'maxLength' | 'minItems';
  readonly payload: unknown;
}

/** Every mutant of a valid payload that its schema gives reason for, at any depth (T-NEG). */
export function mutantsOf(schema: JsonSchema, payload: object): readonly Mutant[] {
  const definitions = schema.definitions ?? {};
  const mutants: Mutant[] = [];
  visit(schema, [], payload);
  return mutants;

  function visit(given: JsonSchema, path: readonly (string | number)[], value: unknown): void {
    const { type, required, properties, items, ...rules } = resolved(given, definitions);
    const add = (rule: Mutant['rule'], at: readonly (string | number)[], other: unknown): void => {
      mutants.push({ rule, field: fieldOf(at), payload: changed(payload, at, other) });
    };
    if (type !== undefined) add('type', path, type === 'string' ? 7 : 'wrong');
    if (rules.enum !== undefined) add('enum', path, 'NoSuchValue');
    else if (rules.maxLength !== undefined) add('maxLength', path, 'x'.repeat(rules.maxLength + 1));
    if (Array.isArray(value)) {
      if ((rules.minItems ?? 0) > 0) add('minItems', path, []);
      value.forEach((element, index) => {
        visit(items ?? {}, [...path, index], element);
      });
    } else if (typeof value === 'object' && value !== null && properties !== undefined) {
      for (const name of required ?? []) add('required', [...path, name], undefined);
      if (rules.additionalProperties === false) add('additionalProperties', [...path, 'smuggled'], 1);
      for (const [name, inner] of Object.entries(value))
        visit(properties[name] ?? {}, [...path, name], inner);
    }
  }
}

function changed(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((element, index) => (index === name ? changed(element, rest, value) : element));
  }
  const record = root as Record<string, unknown>;
  return { ...record, [name]: changed(record[name], rest, value) };
}

function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}
