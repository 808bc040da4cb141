import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { MailState } from '../../mail/index.ts';
import { refuseOtherSites } from '../access.ts';
import { granted, whereabouts } from '../account-answers.ts';
import { driverOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { LanguageName, LinkToken } from './account-schemas.ts';
import { describes } from './schemas.ts';

const Confirm = Type.Object({ token: LinkToken }, { additionalProperties: false });
const Wanted = Type.Object({ language: LanguageName }, { additionalProperties: false });
const ByLetter = Type.Object({ token: Type.String({ pattern: '^[\\w-]{20,200}$' }) });
const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const DriverMail = Type.Object({
  isOffered: Type.Boolean({ description: 'A mail server is set' }),
  state: Type.String({ description: '`off`, `waiting` for the address to be confirmed, or `on`' }),
  address: Maybe(Type.String()),
  language: Maybe(Type.String()),
  since: Maybe(Type.String({ format: 'date-time' })),
});
const NO_LETTERS: MailState = { waiting: 0, sent: 0, givenUp: 0, lastFault: null };
const rateLimit = { max: 30, timeWindow: 60_000 };

/** Being told by e-mail (BI22, BI23), confirming an address, and ending it from within a letter. */
export function mailRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts, mail: server, publicUrl } = around;
  const { mail } = around.driverAccounts;
  const tag = 'drivers';
  const own = { permission: 'drive:own', rateLimit } as const;
  const open = { permission: 'public', rateLimit } as const;
  const shown = async (accountId: string) =>
    outside({ isOffered: mail.isOffered, ...(await mail.state(accountId)) });
  const accountOf = (request: FastifyRequest) => driverOf(request).session.account.id;

  app.get(
    '/api/mail',
    {
      config: { permission: 'public' },
      schema: describes({
        tag: 'auth',
        summary: 'Whether e-mail is sent here: pages offer nothing of it otherwise',
        answer: Type.Object({ isOffered: Type.Boolean() }),
      }),
    },
    async () => ({ isOffered: server !== undefined }),
  );

  app.get(
    '/api/mail/state',
    {
      config: { permission: 'accounts:manage' },
      schema: describes({
        tag: 'operators',
        summary: 'What became of e-mail within 24 hours; all 0 where no mail server is set',
        answer: Type.Object({
          isOffered: Type.Boolean(),
          waiting: Type.Integer(),
          sent: Type.Integer(),
          givenUp: Type.Integer(),
          lastFault: Type.Union([Type.String(), Type.Null()], { description: 'Of the newest given up' }),
        }),
      }),
    },
    async () => ({ isOffered: server !== undefined, ...((await server?.state()) ?? NO_LETTERS) }),
  );

  app.get(
    '/api/drivers/me/mail',
    { config: own, schema: describes({ tag, summary: 'Whether one is told by e-mail', answer: DriverMail }) },
    async (request) => shown(accountOf(request)),
  );

  app.put<{ Body: Static<typeof Wanted> }>(
    '/api/drivers/me/mail',
    {
      config: own,
      schema: describes({
        tag,
        summary:
          'Be told by e-mail too; first a link to confirm the address is sent, and again when asked again',
        description: '409 `no-mail` where no mail server is set, 429 `locked` after three links in an hour.',
        body: Wanted,
        answer: DriverMail,
      }),
    },
    async (request, reply) => {
      const id = accountOf(request);
      granted(await mail.want(id, request.body.language, whereabouts(request)), reply);
      return shown(id);
    },
  );

  app.delete(
    '/api/drivers/me/mail',
    { config: own, schema: describes({ tag, summary: 'Be told by e-mail no more', answer: DriverMail }) },
    async (request) => {
      await mail.end(accountOf(request));
      return shown(accountOf(request));
    },
  );

  app.post<{ Body: Static<typeof Confirm> }>(
    '/api/mail/confirmation',
    {
      config: open,
      onRequest: async (request) => refuseOtherSites(request),
      schema: describes({
        tag,
        summary: 'The address is one’s own: the link that was sent there',
        description: '404 `unknown-link` for one that was used or is too old.',
        body: Confirm,
        answer: Type.Object({ confirmed: Type.Boolean() }),
      }),
    },
    async (request, reply) => {
      granted(await accounts.confirmEmail(request.body.token), reply);
      return { confirmed: true };
    },
  );

  void app.register(async (letters) => {
    // RFC 8058 3.1: mail programs send a form of one field, which says nothing that the address does not.
    letters.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      { parseAs: 'string', bodyLimit: 1_000 },
      (_request, _body, done) => done(null, {}),
    );
    letters.post<{ Querystring: Static<typeof ByLetter> }>(
      '/api/mail/unsubscribe',
      {
        config: open,
        schema: describes({
          tag,
          summary: 'Be told by e-mail no more, from within a letter and without signing in (RFC 8058)',
          querystring: ByLetter,
          answer: Type.Object({ ended: Type.Boolean() }),
        }),
      },
      async ({ query: { token } }) => {
        if (!(await mail.endByLetter(token)))
          throw new HttpProblem(404, 'This link is not of a letter of ours.', [], 'unknown-link');
        return { ended: true };
      },
    );
  });

  app.get<{ Querystring: Static<typeof ByLetter> }>(
    '/api/mail/unsubscribe',
    {
      config: open,
      schema: describes({
        tag,
        summary: 'For mail programs that open the address instead: leads to the page that asks',
        querystring: ByLetter,
        answer: Type.String(),
      }),
    },
    async (request, reply) => reply.redirect(`${publicUrl}/drive#no-mail=${request.query.token}`, 303),
  );
}
