import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { paymentLink } from '../../billing/index.ts';
import { accountIdOf, momentOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { found, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { OwnSessionParams } from './driver-schemas.ts';
import { describes, Moment, PrintableText } from './schemas.ts';

const Params = Type.Object({ cdrId: PrintableText(39) });
const Query = Type.Object({
  from: Type.Optional(Moment('Bills made from here on; default the last 31 days')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, description: 'Default 1000' })),
});
const How = Type.Object(
  {
    method: Type.Optional(PrintableText(40, 'Like card, transfer or cash')),
    reference: Type.Optional(PrintableText(100, 'Of the payment service')),
  },
  { additionalProperties: false },
);
const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const PaymentRow = Type.Object({
  cdrId: Type.String(),
  state: Type.Union(
    ['none', 'unpaid', 'paid'].map((state) => Type.Literal(state)),
    { description: 'none: nobody owes anything here: it costs nothing, was taken back, or a contract pays' },
  ),
  amount: Type.Number({ description: 'With taxes' }),
  currency: Type.String(),
  paid: Maybe(Type.String({ format: 'date-time' })),
  method: Maybe(Type.String()),
  reference: Maybe(Type.String({ description: 'Of the payment service' })),
});
const Owed = Type.Object({
  state: Type.Union(
    ['pending', 'none', 'unpaid', 'paid'].map((state) => Type.Literal(state)),
    { description: 'pending: the bill is not made yet' },
  ),
  amount: Maybe(Type.Number({ description: 'With taxes' })),
  currency: Maybe(Type.String()),
  reference: Maybe(Type.String({ description: 'Number of the bill, to be named when paying' })),
  paid: Maybe(Type.String({ format: 'date-time' })),
  link: Maybe(Type.String({ description: 'Where it is paid; null: the operator says on the spot how' })),
});

const DAYS_31_MS = 31 * 24 * 3_600_000;

/** Who owes what of charges without a contract, and what the operator noted as paid. No money moves here (SMC_017). */
export function paymentRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { payments } = around.billing;
  const tag = 'cdrs';

  app.get<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId/payment',
    {
      config: { permission: 'charge:own', rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: describes({
        tag: 'drivers',
        summary: 'What one owes for a charge without a contract, and where it is paid',
        description: 'Paid is what the operator noted as paid; this platform takes no money.',
        params: OwnSessionParams,
        answer: Owed,
      }),
    },
    async (request) => {
      const { sessionId } = request.params;
      found(
        await around.driverAccounts.session(accountIdOf(request), sessionId),
        `charge ${sessionId} of yours`,
      );
      const due = await payments.ofSession(sessionId);
      if (due === undefined)
        return { state: 'pending', amount: null, currency: null, reference: null, paid: null, link: null };
      const { cdrId, state, amount, currency, paidMs } = due;
      const { payUrl } = around.config;
      const link =
        state === 'unpaid' && payUrl !== undefined
          ? paymentLink(payUrl, due, `${around.publicUrl}/drive/history`)
          : null;
      return outside({ state, amount, currency, reference: cdrId, paidMs, link });
    },
  );

  app.get<{ Querystring: Static<typeof Query> }>(
    '/api/payments',
    {
      config: { permission: 'cdrs:read' },
      schema: describes({
        tag,
        summary: 'Bills of charges without a contract, newest first: owed and paid',
        querystring: Query,
        answer: Type.Array(PaymentRow),
      }),
    },
    async ({ query: { from, limit = 1000 } }) => {
      const fromMs = from === undefined ? around.clock.now() - DAYS_31_MS : momentOf('query.from', from);
      return outside(await payments.owed({ fromMs, limit }));
    },
  );

  app.get<{ Params: Static<typeof Params> }>(
    '/api/cdrs/:cdrId/payment',
    {
      config: { permission: 'cdrs:read' },
      schema: describes({ tag, summary: 'Whether a bill is paid', params: Params, answer: PaymentRow }),
    },
    async ({ params: { cdrId } }) => outside(found(await payments.of(cdrId), `bill ${cdrId}`)),
  );

  app.put<{ Params: Static<typeof Params>; Body: Static<typeof How> }>(
    '/api/cdrs/:cdrId/payment',
    {
      config: { permission: 'cdrs:write' },
      schema: describes({
        tag,
        summary: 'Note that a bill was paid',
        description:
          'By a person, or by the program that hears the payment service. It stands in the audit trail.',
        params: Params,
        body: How,
        answer: PaymentRow,
      }),
    },
    async ({ params: { cdrId }, body, actor }) => outside(unwrap(await payments.note(cdrId, body, actor))),
  );

  app.delete<{ Params: Static<typeof Params> }>(
    '/api/cdrs/:cdrId/payment',
    {
      config: { permission: 'cdrs:write' },
      schema: describes({
        tag,
        summary: 'Take back a payment that was noted by mistake',
        params: Params,
        answer: PaymentRow,
      }),
    },
    async ({ params: { cdrId }, actor }) => outside(unwrap(await payments.takeBack(cdrId, actor))),
  );
}
