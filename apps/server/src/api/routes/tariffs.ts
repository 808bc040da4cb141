import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import {
  type Billing,
  type ProposedTariff,
  previewTariff,
  type TariffCeiling,
  type TariffPlace,
} from '../../billing/index.ts';
import { momentOf } from '../driver-answers.ts';
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

/** Prices that change by the clock are cut day by day: what takes long to price is not asked for by hand. */
const LONGEST_MINUTES = 7 * 24 * 60;
const MOST_ELEMENTS = 200;
const Preview = Type.Object(
  {
    tariff: Type.Object(
      {
        ...Draft.properties.tariff.properties,
        elements: Type.Optional(Type.Array(AnyObject, { maxItems: MOST_ELEMENTS })),
      },
      { additionalProperties: true },
    ),
    start: Moment('When the charge begins'),
    timeZone: Type.String({ maxLength: 60, description: 'IANA name, of the prices by time of day' }),
    energyWh: Type.Number({ minimum: 0, maximum: 10_000_000 }),
    exportWh: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000_000, description: 'Given back' })),
    chargingMinutes: Type.Number({ minimum: 1, maximum: LONGEST_MINUTES }),
    parkedMinutes: Type.Optional(
      Type.Number({ minimum: 0, maximum: LONGEST_MINUTES, description: 'After it' }),
    ),
  },
  { additionalProperties: false },
);
const PreviewAnswer = Type.Object({
  currency: Type.String(),
  beforeTaxes: Type.Number(),
  afterTaxes: Type.Number(),
  lines: Type.Array(
    Type.Object({
      subject: Type.String(),
      dimension: Type.String(),
      billed: Type.Number({ description: 'Wh, seconds, or 1' }),
      price: Type.Number(),
      beforeTaxes: Type.Number(),
    }),
  ),
  warnings: Type.Array(Type.String()),
  aboveCeiling: Type.Union([Type.String(), Type.Null()], { description: 'Why it cannot be approved (BI15)' }),
});
const RevisionRow = Type.Object(
  {
    tariffId: Type.String(),
    revision: Type.Integer(),
    state: Type.String({ description: 'draft, approved or rejected' }),
    tariff: AnyObject,
    places: Type.Array(AnyObject),
    draftedBy: Type.String(),
    drafted: Type.String({ format: 'date-time' }),
    decidedBy: Type.Optional(Type.String()),
    decided: Type.Optional(Type.String({ format: 'date-time' })),
    effective: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { additionalProperties: true },
);
const CeilingRow = Type.Object({
  currency: Type.String(),
  dimension: Type.String(),
  maxPrice: Type.Number(),
});

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
        answer: Type.Array(RevisionRow),
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

  app.post<{ Body: Static<typeof Preview> }>(
    '/api/tariff-preview',
    {
      config: { permission: 'tariffs:read', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'What a tariff would bill for a charge; nothing is kept',
        body: Preview,
        answer: PreviewAnswer,
      }),
    },
    async ({ body: { tariff, start, chargingMinutes, parkedMinutes = 0, exportWh = 0, ...rest } }) => {
      const charge = {
        ...rest,
        startMs: momentOf('body.start', start),
        exportWh,
        chargingMs: chargingMinutes * 60_000,
        parkedMs: parkedMinutes * 60_000,
      };
      const ceilings = await tariffs.ceilings();
      const preview = previewTariff(tariff as unknown as ProposedTariff, charge, ceilings);
      if (!preview.ok) throw new HttpProblem(422, preview.detail);
      const { currency, total, lines, warnings } = preview.bill;
      return {
        currency,
        beforeTaxes: Number(total.beforeTaxes),
        afterTaxes: Number(total.afterTaxes),
        lines: lines.map(({ subject, dimension, billed, price, beforeTaxes }) => ({
          subject,
          dimension,
          billed,
          price,
          beforeTaxes: Number(beforeTaxes),
        })),
        warnings,
        aboveCeiling: preview.aboveCeiling ?? null,
      };
    },
  );

  app.get(
    '/api/tariff-ceilings',
    {
      config: { permission: 'tariffs:read' },
      schema: describes({ tag, summary: 'Most that a price may be', answer: Type.Array(CeilingRow) }),
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
        answer: Type.Array(CeilingRow),
      }),
    },
    async ({ body: { maxPrice, ...ceiling }, actor }) => {
      await tariffs.setCeiling(ceiling as Omit<TariffCeiling, 'maxPrice'>, maxPrice, actor);
      return tariffs.ceilings();
    },
  );
}
