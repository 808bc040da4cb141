import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Billing, ProposedTariff, TariffCeiling, TariffPlace } from '../../billing/index.ts';
import { momentMs, outside } from '../outside.ts';
import { HttpProblem, unwrap } from '../problem.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';

const Params = Type.Object({
  tariffId: PrintableText(36),
  revision: Type.Integer({ minimum: 1 }),
});
const Place = Type.Object(
  {
    locationId: Type.Optional(PrintableText(36)),
    evseUid: Type.Optional(PrintableText(36)),
    connectorId: Type.Optional(PrintableText(36)),
  },
  { additionalProperties: false, description: 'OCPI ids; an empty object is everywhere' },
);
const Draft = Type.Object(
  {
    tariff: Type.Object(
      { id: PrintableText(36) },
      {
        additionalProperties: true,
        description: 'OCPI 2.3.0 Tariff without country_code, party_id, last_updated and start_date_time',
      },
    ),
    places: Type.Array(Place, { minItems: 1, maxItems: 1000 }),
  },
  { additionalProperties: false },
);
const Approval = Type.Object(
  { effective: Type.Optional(Moment('Counts for sessions that start from here on; default: now')) },
  { additionalProperties: false },
);
const Ceiling = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    dimension: Type.Union(['ENERGY', 'FLAT', 'PARKING_TIME', 'TIME'].map((one) => Type.Literal(one))),
    maxPrice: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: 'null: no ceiling' }),
  },
  { additionalProperties: false },
);

/** Tariffs: one person drafts, another one approves (BI16). */
export function tariffRoutes(
  app: FastifyInstance,
  { billing: { tariffs } }: { readonly billing: Billing },
): void {
  const tag = 'tariffs';

  app.get(
    '/api/tariffs',
    {
      config: { permission: 'tariffs:read' },
      schema: describes({
        tag,
        summary: 'Every revision of every tariff, newest first, with who drafted and who decided',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(await tariffs.revisions()),
  );

  app.post<{ Body: Static<typeof Draft> }>(
    '/api/tariffs',
    {
      config: { permission: 'tariffs:write' },
      schema: describes({
        tag,
        summary: 'Draft a tariff or its next revision, and where it is to count',
        description: 'Prices nothing until another person has approved it.',
        body: Draft,
        status: 201,
      }),
    },
    async ({ body, actor }, reply) => {
      const drafted = await tariffs.draft(
        body.tariff as unknown as ProposedTariff,
        body.places as readonly TariffPlace[],
        actor,
      );
      return reply.code(201).send(outside(unwrap(drafted)));
    },
  );

  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Approval> }>(
    '/api/tariffs/:tariffId/:revision/approval',
    {
      config: { permission: 'tariffs:approve' },
      schema: describes({
        tag,
        summary: 'Approve a draft of somebody else',
        params: Params,
        body: Approval,
      }),
    },
    async ({ params: { tariffId, revision }, body: { effective }, actor }) => {
      const effectiveMs = effective === undefined ? undefined : momentMs(effective);
      if (effective !== undefined && effectiveMs === undefined) {
        const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
        throw new HttpProblem(400, `body.effective ${problem}.`, [{ field: 'body.effective', problem }]);
      }
      return outside(unwrap(await tariffs.approve(tariffId, revision, effectiveMs, actor)));
    },
  );

  app.post<{ Params: Static<typeof Params> }>(
    '/api/tariffs/:tariffId/:revision/rejection',
    {
      config: { permission: 'tariffs:approve' },
      schema: describes({ tag, summary: 'Reject a draft', params: Params }),
    },
    async ({ params: { tariffId, revision }, actor }) =>
      outside(unwrap(await tariffs.reject(tariffId, revision, actor))),
  );

  app.get(
    '/api/tariff-ceilings',
    {
      config: { permission: 'tariffs:read' },
      schema: describes({ tag, summary: 'Most that a price may be', answer: Type.Array(AnyObject) }),
    },
    async () => tariffs.ceilings(),
  );

  app.put<{ Body: Static<typeof Ceiling> }>(
    '/api/tariff-ceilings',
    {
      config: { permission: 'tariffs:approve' },
      schema: describes({
        tag,
        summary: 'Set or lift a ceiling; it counts for what is approved from now on',
        body: Ceiling,
        answer: Type.Array(AnyObject),
      }),
    },
    async ({ body: { maxPrice, ...ceiling }, actor }) => {
      await tariffs.setCeiling(ceiling as Omit<TariffCeiling, 'maxPrice'>, maxPrice, actor);
      return tariffs.ceilings();
    },
  );
}
