import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { type FieldProblem, HttpProblem } from './problem.ts';

const PART_NAMES: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};
const MOST_ERRORS = 20;

/** Validates with TypeBox: unknown fields are refused, and every refusal names the field. Only texts of the address are converted. */
export function validateWithTypeBox(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart = 'body' }) => {
    const check = Compile(schema);
    const isText = httpPart !== 'body';
    return (data: unknown) => {
      const value = isText ? Value.Convert(schema, data ?? {}) : data;
      if (check.Check(value)) return { value };
      const errors = check
        .Errors(value)
        .slice(0, MOST_ERRORS)
        .map((error) => fieldProblem(PART_NAMES[httpPart] ?? httpPart, error));
      const first = errors[0];
      return {
        error: new HttpProblem(
          httpPart === 'params' ? 404 : 400,
          first ? `${first.field} ${first.problem}.` : 'The request is not valid.',
          errors,
        ),
      };
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

function fieldProblem(
  part: string,
  error: { instancePath: string; message: string; params: object },
): FieldProblem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params: Readonly<Record<string, unknown>> = { ...error.params };
  const named = params.requiredProperties ?? params.additionalProperties;
  const field = [part, ...path, ...(Array.isArray(named) ? [String(named[0])] : [])].join('.');
  if (Array.isArray(params.requiredProperties)) return { field, problem: 'is missing' };
  if (Array.isArray(params.additionalProperties)) return { field, problem: 'is not a known field' };
  if (Array.isArray(params.allowedValues))
    return { field, problem: `must be one of ${params.allowedValues.join(', ')}` };
  return { field, problem: error.message };
}
