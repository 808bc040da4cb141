import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { accountIdOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes, PrintableText } from './schemas.ts';

const Body = Type.Object(
  { provider: PrintableText(60, 'One of the choices: site, own, none, or the id of a partner') },
  { additionalProperties: false },
);
const Answer = Type.Object({
  provider: Type.String({
    description:
      'site: nothing chosen, the operator decides; own: this platform and nobody else; none: no smart charging; else the id of a partner',
  }),
  since: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  name: Type.Union([Type.String(), Type.Null()], {
    description: 'Of the chosen partner; null: none is chosen, or it is connected no longer',
  }),
  partners: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      isUp: Type.Boolean({ description: 'false: it does not answer now' }),
    }),
    { description: 'Who may be chosen besides this platform' },
  ),
});

/** Who plans one's charges (D1.5-§1.1-2): chosen and changed as often as one likes, with effect on a charge that runs. */
export function driverProviderRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const drivers = around.driverAccounts;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;

  async function answerFor(accountId: string) {
    const [{ provider, sinceMs }, partners] = await Promise.all([
      drivers.provider(accountId),
      drivers.partners(),
    ]);
    return outside({
      provider,
      sinceMs,
      name: partners.find(({ peerId }) => peerId === provider)?.name ?? null,
      partners: partners.map(({ peerId, name, isUp }) => ({ id: peerId, name, isUp })),
    });
  }

  app.get(
    '/api/drivers/me/provider',
    {
      config,
      schema: describes({ tag, summary: 'Who plans one’s charges, and who may be chosen', answer: Answer }),
    },
    async (request) => answerFor(accountIdOf(request)),
  );

  app.put<{ Body: Static<typeof Body> }>(
    '/api/drivers/me/provider',
    {
      config: { ...config, rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'Choose who plans one’s charges, from now on and for a charge that runs',
        body: Body,
        answer: Answer,
      }),
    },
    async (request) => {
      const id = accountIdOf(request);
      const chosen = await drivers.chooseProvider(id, request.body.provider);
      if (!chosen.ok) {
        const problem = 'is none of the choices';
        throw new HttpProblem(422, `body.provider ${problem}.`, [{ field: 'body.provider', problem }]);
      }
      return answerFor(id);
    },
  );
}
