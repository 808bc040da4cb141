/** Unknown JSON in, a trusted problem out, or every mistake in it. */
import type { FieldError } from './field-error.ts';
import { type Problem, ProblemSchema } from './problem.ts';
import { ruleErrors } from './rules.ts';
import { checkShape, type Schema } from './shape.ts';

export type ParsedProblem = { ok: true; problem: Problem } | { ok: false; errors: FieldError[] };

/**
 * Checks shape, ranges and the rules between fields. Reports all mistakes of the document; the rules between
 * fields are looked at only when every single field is right. Never throws.
 */
export function parseProblem(input: unknown): ParsedProblem {
  const errors: FieldError[] = [];
  checkShape(ProblemSchema as unknown as Schema, input, '', errors);
  if (errors.length === 0) errors.push(...ruleErrors(input as Problem));
  return errors.length === 0 ? { ok: true, problem: input as Problem } : { ok: false, errors };
}
