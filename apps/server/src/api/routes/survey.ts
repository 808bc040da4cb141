import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { csvOf } from '../../insight/city/index.ts';
import type { Survey } from '../../insight/survey/index.ts';
import { HttpProblem } from '../problem.ts';
import { describes } from './schemas.ts';

/** Nobody knows who said what, so one who says it over and over again would count as many. */
const DAY_MS = 24 * 3_600_000;

const Mark = (description: string) => Type.Integer({ minimum: 1, maximum: 5, description });
const OpinionBody = Type.Object(
  {
    utility: Mark('It is of use: 1 not at all, 5 very much'),
    ease: Mark('It is easy to use'),
    satisfaction: Mark('I am satisfied'),
    recommend: Type.Integer({ minimum: 0, maximum: 10, description: 'I would recommend it' }),
    comment: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, pattern: '^[^\\u0000]*$' })),
  },
  { additionalProperties: false },
);
const Mean = Type.Union([Type.Number(), Type.Null()]);
const Figures = Type.Object({
  answers: Type.Integer(),
  utility: Mean,
  ease: Mean,
  satisfaction: Mean,
  netPromoters: Type.Union([Type.Number({ description: '-100..100' }), Type.Null()]),
});

/** Opinions of the people who work with the platform, without their names (D4.2 US-ii-3). */
export function surveyRoutes(app: FastifyInstance, { survey }: { readonly survey: Survey }): void {
  const tag = 'survey';

  app.post<{ Body: Static<typeof OpinionBody> }>(
    '/api/survey',
    {
      config: { permission: 'account:own', rateLimit: { max: 5, timeWindow: DAY_MS } },
      schema: describes({
        tag,
        summary: 'Say what you think of the platform',
        description: 'Kept with the month and whether an operator or a city said it; not with who or when.',
        body: OpinionBody,
        answer: Figures,
        status: 201,
      }),
    },
    async (request, reply) => {
      if (request.person === null)
        throw new HttpProblem(404, 'An API key has no opinion: sign in as a person.');
      const audience = request.person.session.account.role === 'city' ? 'city' : 'operator';
      await survey.answer(audience, request.body);
      return reply.code(201).send(await survey.figures());
    },
  );

  app.get(
    '/api/survey',
    {
      config: { permission: 'insight:read' },
      schema: describes({ tag, summary: 'What people think, in figures', answer: Figures }),
    },
    async () => survey.figures(),
  );

  app.get(
    '/api/survey/answers',
    {
      config: { permission: 'accounts:manage' },
      schema: describes({ tag, summary: 'Every answer, as CSV', answer: Type.String() }),
    },
    async (_request, reply) => {
      const rows = (await survey.rows()).map(
        ({ month, audience, utility, ease, satisfaction, recommend, comment }) => [
          month,
          audience,
          utility,
          ease,
          satisfaction,
          recommend,
          comment ?? null,
        ],
      );
      const header = ['month', 'audience', 'utility', 'ease', 'satisfaction', 'recommend', 'comment'];
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="smac-survey.csv"')
        .send(csvOf(header, rows));
    },
  );
}
