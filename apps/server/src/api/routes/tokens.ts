import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { NewToken, TokenChange, Tokens } from '../../drivers/index.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';

const Params = Type.Object({ tokenId: PrintableText(40) });
const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  own: Type.Optional(Type.Boolean({ description: 'Only cards of this operator' })),
});
const ProfileType = Type.Union(['CHEAP', 'FAST', 'GREEN', 'REGULAR'].map((type) => Type.Literal(type)));
const New = Type.Object(
  {
    uid: PrintableText(20, 'As read from the card; shown masked from then on'),
    type: Type.Optional(
      Type.Union(['RFID', 'APP_USER', 'AD_HOC_USER', 'OTHER'].map((type) => Type.Literal(type))),
    ),
    contractId: Type.Optional(PrintableText(36)),
    visualNumber: Type.Optional(PrintableText(64, 'Printed on the card')),
    issuer: Type.Optional(PrintableText(64)),
    groupId: Type.Optional(PrintableText(36, 'Cards of a group may stop each other’s sessions')),
    defaultProfileType: Type.Optional(ProfileType),
    expires: Type.Optional(Moment('Not valid from here on')),
  },
  { additionalProperties: false },
);
const Change = Type.Object(
  {
    blockedReason: Type.Optional(
      Type.Union([PrintableText(200), Type.Null()], { description: 'Why it is refused; null: no longer' }),
    ),
    groupId: Type.Optional(PrintableText(36)),
    defaultProfileType: Type.Optional(ProfileType),
    expires: Type.Optional(Type.Union([Moment('Not valid from here on'), Type.Null()])),
  },
  { additionalProperties: false },
);

const TokenRow = Type.Object(
  {
    id: Type.String(),
    owner: Type.String({ description: 'Party whose card it is' }),
    isOwn: Type.Boolean(),
    uid: Type.String({ description: 'Masked' }),
    type: Type.String(),
    contractId: Type.String(),
    visualNumber: Type.Optional(Type.String()),
    issuer: Type.String(),
    groupId: Type.Optional(Type.String()),
    valid: Type.Boolean(),
    blockedReason: Type.Optional(Type.String()),
    whitelist: Type.String(),
    defaultProfileType: Type.Optional(Type.String()),
    expires: Type.Optional(Type.String({ format: 'date-time' })),
    updated: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: true },
);

/** Tokens: whoever reads them sees masked UIDs (T-LEAK). */
export function tokenRoutes(app: FastifyInstance, { tokens }: { readonly tokens: Tokens }): void {
  const tag = 'tokens';

  app.get<{ Querystring: Static<typeof Page> }>(
    '/api/tokens',
    {
      config: { permission: 'tokens:read' },
      schema: describes({
        tag,
        summary: 'Tokens of this operator and of its peers, UIDs masked',
        querystring: Page,
        answer: Type.Object({ tokens: Type.Array(TokenRow), total: Type.Integer() }),
      }),
    },
    async ({ query: { limit = 100, offset = 0, own = false } }) =>
      outside(await tokens.list({ limit, offset, ownOnly: own })),
  );

  app.post<{ Body: Static<typeof New> }>(
    '/api/tokens',
    {
      config: { permission: 'tokens:write' },
      schema: describes({ tag, summary: 'Add a card of this operator', body: New, status: 201 }),
    },
    async ({ body: { expires, ...rest }, actor }, reply) => {
      const token = { ...rest, ...(expires === undefined ? {} : { expiresMs: moment(expires) }) } as NewToken;
      return reply.code(201).send(outside(unwrap(await tokens.add(token, actor))));
    },
  );

  app.get<{ Params: Static<typeof Params> }>(
    '/api/tokens/:tokenId',
    {
      config: { permission: 'tokens:read' },
      schema: describes({ tag, summary: 'One token, UID masked', params: Params }),
    },
    async ({ params: { tokenId } }) => outside(found(await tokens.picture(tokenId), `token ${tokenId}`)),
  );

  app.patch<{ Params: Static<typeof Params>; Body: Static<typeof Change> }>(
    '/api/tokens/:tokenId',
    {
      config: { permission: 'tokens:write' },
      schema: describes({
        tag,
        summary: 'Block a token, or change one of this operator',
        description:
          'A block counts from the next time the token is presented, whatever station or issuer say.',
        params: Params,
        body: Change,
      }),
    },
    async ({ params: { tokenId }, body: { expires, ...rest }, actor }) => {
      const expiresMs = expires === null || expires === undefined ? expires : moment(expires);
      const change = { ...rest, ...(expiresMs === undefined ? {} : { expiresMs }) } as TokenChange;
      return outside(unwrap(await tokens.change(tokenId, change, actor)));
    },
  );

  app.delete<{ Params: Static<typeof Params> }>(
    '/api/tokens/:tokenId',
    {
      config: { permission: 'tokens:write' },
      schema: describes({
        tag,
        summary: 'Remove a card of this operator',
        params: Params,
        answer: AnyObject,
      }),
    },
    async ({ params: { tokenId }, actor }) => {
      unwrap(await tokens.remove(tokenId, actor));
      return { id: tokenId, removed: true };
    },
  );
}

function moment(text: string): number {
  const ms = momentMs(text);
  if (ms !== undefined) return ms;
  const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
  throw new HttpProblem(400, `body.expires ${problem}.`, [{ field: 'body.expires', problem }]);
}
