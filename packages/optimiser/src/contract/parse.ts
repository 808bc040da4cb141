/** Unknown JSON in, a trusted problem out, or every mistake in it. */
// The published schema, which a test holds equal to `ProblemSchema`: reading it is a tenth of loading the library that builds that one.
import problemSchema from '../../schema/problem.schema.json' with { type: 'json' };
import type { FieldError } from './field-error.ts';
import type { Problem } from './problem.ts';
import { ruleErrors } from './rules.ts';
import { checkShape, type Schema, UNKNOWN_FIELD } from './shape.ts';

export type ParsedProblem = { ok: true; problem: Problem } | { ok: false; errors: FieldError[] };

/**
 * Checks shape, ranges and the rules between fields, and reports all mistakes of the document. A rule is
 * looked at when the fields it speaks of are right by themselves. Never throws.
 */
export function parseProblem(input: unknown): ParsedProblem {
  const errors: FieldError[] = [];
  checkShape(problemSchema as Schema, input, '', errors);
  const wrong = errors.filter((error) => !error.message.startsWith(UNKNOWN_FIELD)).map((error) => error.path);
  if (!wrong.includes('')) errors.push(...ruleErrors(input as Problem, (path) => !wrong.some(within(path))));
  return errors.length === 0 ? { ok: true, problem: input as Problem } : { ok: false, errors };
}

const within = (path: string) => (other: string) =>
  other === path || other.startsWith(`${path}.`) || other.startsWith(`${path}[`);
