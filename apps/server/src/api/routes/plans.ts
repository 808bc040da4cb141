import { EngineRefused, formatFieldError, PlanSchema, ProblemSchema, parseProblem } from '@smac/optimiser';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { outside } from '../outside.ts';
import { found, HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, ContextParams, describes, PlanParams } from './schemas.ts';

const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 50' })),
  before: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Only plans with a smaller number',
    }),
  ),
});
const PREVIEW_BYTES = 8 * 1024 * 1024;
/** Previews solved at a time: the loop's own plans come first. */
const PREVIEWS_AT_ONCE = 1;

export function planRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { planning, sites, planner, audit, config } = around;
  const tag = 'plans';
  let previews = 0;

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/plans/latest',
    {
      config: { permission: 'plans:read' },
      schema: describes({ tag, summary: 'The plan in force, with its inputs', params: ContextParams }),
    },
    async (request) =>
      outside(
        found(
          await planning.latest(request.params.contextId),
          `plan of context ${request.params.contextId} yet`,
        ),
      ),
  );

  app.get<{ Params: Static<typeof ContextParams>; Querystring: Static<typeof Page> }>(
    '/api/contexts/:contextId/plans',
    {
      config: { permission: 'plans:read' },
      schema: describes({
        tag,
        summary: 'Plans of a context, newest first',
        params: ContextParams,
        querystring: Page,
        answer: Type.Array(AnyObject),
      }),
    },
    async (request) => {
      const { contextId } = request.params;
      found(await sites.context(contextId), `context ${contextId}`);
      const { limit = 50, before } = request.query;
      return outside(
        await planning.history(contextId, {
          limit,
          ...(before === undefined ? {} : { beforeNumber: before }),
        }),
      );
    },
  );

  app.post<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId/plans',
    {
      config: { permission: 'plans:trigger' },
      schema: describes({ tag, summary: 'Plan now', params: ContextParams, status: 201 }),
    },
    async (request, reply) => {
      const { contextId } = request.params;
      const record = found(await planning.planNow(contextId), `context ${contextId}`);
      await audit.record({
        actor: request.actor,
        action: 'plan.requested',
        subject: `context:${contextId}`,
        detail: { number: record.number },
      });
      return reply.code(201).header('location', `/api/plans/${record.number}`).send(outside(record));
    },
  );

  app.get<{ Params: Static<typeof PlanParams> }>(
    '/api/plans/:number',
    {
      config: { permission: 'plans:read' },
      schema: describes({ tag, summary: 'One plan with the inputs it was made from', params: PlanParams }),
    },
    async (request) =>
      outside(found(await planning.plan(request.params.number), `plan ${request.params.number}`)),
  );

  app.post<{ Body: unknown }>(
    '/api/plans/preview',
    {
      config: { permission: 'plans:preview' },
      bodyLimit: PREVIEW_BYTES,
      // The optimiser's own parser checks the problem: it knows rules between fields and names the field in every sentence.
      validatorCompiler: () => () => true,
      schema: describes({
        tag,
        summary: 'Solve a planning problem without storing anything',
        description:
          'Takes a planning problem, answers the plan (docs/planning-problem). Powers in W, energies in Wh, times RFC 3339 UTC.',
        body: ProblemSchema,
        answer: PlanSchema,
      }),
    },
    async (request) => {
      const parsed = parseProblem(request.body);
      if (!parsed.ok) {
        const errors = parsed.errors.map((error) => {
          const text = formatFieldError(error);
          const colon = text.indexOf(': ');
          return { field: text.slice(0, colon), problem: text.slice(colon + 2) };
        });
        throw new HttpProblem(
          422,
          parsed.errors[0] ? `${formatFieldError(parsed.errors[0])}.` : 'The problem is not valid.',
          errors,
        );
      }
      if (previews >= PREVIEWS_AT_ONCE)
        throw new HttpProblem(503, 'Another preview is being solved: try again in a few seconds.');
      previews += 1;
      try {
        return await planner.plan(parsed.problem, { timeLimitS: config.solverTimeLimitS });
      } catch (error) {
        if (error instanceof EngineRefused) throw new HttpProblem(422, error.message);
        throw error;
      } finally {
        previews -= 1;
      }
    },
  );
}
