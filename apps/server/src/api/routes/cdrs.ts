import type { Cdr } from '@smac/ocpi';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Billing } from '../../billing/index.ts';
import { maskUid } from '../../drivers/index.ts';
import { momentMs } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';

const Params = Type.Object({ cdrId: PrintableText(39) });
const Query = Type.Object({
  party: Type.Optional(
    Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]{3}$', description: 'Party that pays, like FI-EMS' }),
  ),
  session: Type.Optional(PrintableText(36)),
  from: Type.Optional(Moment('Made from here on')),
  to: Type.Optional(Moment('Made before')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
});
const Credit = Type.Object({ remark: Type.Optional(PrintableText(255)) }, { additionalProperties: false });

/** CDRs as OCPI 2.3.0 has them, UIDs masked (T-LEAK). */
export function cdrRoutes(app: FastifyInstance, { billing: { cdrs } }: { readonly billing: Billing }): void {
  const tag = 'cdrs';

  app.get<{ Querystring: Static<typeof Query> }>(
    '/api/cdrs',
    {
      config: { permission: 'cdrs:read' },
      schema: describes({
        tag,
        summary: 'Charge detail records, oldest first; credits are records of their own',
        querystring: Query,
        answer: Type.Object({ cdrs: Type.Array(AnyObject), total: Type.Integer() }),
      }),
    },
    async ({ query: { party, session, from, to, limit = 100, offset = 0 } }) => {
      const listed = await cdrs.list({
        ...(party === undefined ? {} : { parties: [party] }),
        ...(session === undefined ? {} : { sessionId: session }),
        ...(from === undefined ? {} : { fromMs: moment('from', from) }),
        ...(to === undefined ? {} : { toMs: moment('to', to) }),
        limit,
        offset,
      });
      return { cdrs: listed.cdrs.map(masked), total: listed.total };
    },
  );

  app.get<{ Params: Static<typeof Params> }>(
    '/api/cdrs/:cdrId',
    {
      config: { permission: 'cdrs:read' },
      schema: describes({ tag, summary: 'One charge detail record', params: Params }),
    },
    async ({ params: { cdrId } }) => masked(found(await cdrs.get(cdrId), `CDR ${cdrId}`)),
  );

  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Credit> }>(
    '/api/cdrs/:cdrId/credit',
    {
      config: { permission: 'cdrs:write' },
      schema: describes({
        tag,
        summary: 'Take a record back',
        description: 'A record never changes: this makes a credit CDR with the negative total.',
        params: Params,
        body: Credit,
        answer: AnyObject,
        status: 201,
      }),
    },
    async ({ params: { cdrId }, body: { remark }, actor }, reply) =>
      reply.code(201).send(masked(unwrap(await cdrs.credit(cdrId, remark, actor)))),
  );
}

function masked(cdr: Cdr): Cdr {
  const { uid, contract_id } = cdr.cdr_token;
  const isInContract = contract_id.toLowerCase().includes(uid.toLowerCase());
  return {
    ...cdr,
    cdr_token: {
      ...cdr.cdr_token,
      uid: maskUid(uid),
      contract_id: isInContract ? maskUid(contract_id) : contract_id,
    },
  };
}

function moment(field: string, text: string): number {
  const ms = momentMs(text);
  if (ms !== undefined) return ms;
  const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
  throw new HttpProblem(400, `query.${field} ${problem}.`, [{ field: `query.${field}`, problem }]);
}
