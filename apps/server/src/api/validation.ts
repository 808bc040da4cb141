import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { HttpProblem } from './problem.ts';
import { fieldProblems } from './schema-problem.ts';

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
      const part = PART_NAMES[httpPart] ?? httpPart;
      const errors = fieldProblems(part, check.Errors(value), schema, value).slice(0, MOST_ERRORS);
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
