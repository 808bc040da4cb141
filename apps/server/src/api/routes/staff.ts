import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Language } from '../../config/index.ts';
import type { Invitation, NewStaff } from '../../operators/index.ts';
import { granted } from '../account-answers.ts';
import { outside } from '../outside.ts';
import { found } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AccountParams, Email, LanguageName, Link, StaffRoleName, StaffRow } from './account-schemas.ts';
import { describes, PrintableText } from './schemas.ts';

const New = Type.Object(
  {
    email: Email,
    role: StaffRoleName,
    name: Type.Optional(PrintableText(100)),
    language: Type.Optional(LanguageName),
    peerId: Type.Optional(
      PrintableText(40, 'Of another company: the platform whose objects alone they see (GET /api/parties)'),
    ),
  },
  { additionalProperties: false },
);
const ResetLetter = Type.Object({
  language: Type.Optional(LanguageName),
  mail: Type.Optional(
    Type.Union([Type.Literal('yes'), Type.Literal('no')], {
      description:
        'Send the link by e-mail, too; default no: it sets password and second factor, so whoever reads that mailbox gets the account',
    }),
  ),
});
const Change = Type.Object(
  { role: Type.Optional(StaffRoleName), name: Type.Optional(PrintableText(100)) },
  { additionalProperties: false, minProperties: 1 },
);

/** Staff with roles. Links are shown once; nobody sets a password for somebody else. */
export function staffRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts } = around;
  const tag = 'operators';
  const config = { permission: 'accounts:manage' } as const;
  const linkOf = (invitation: Invitation, mailed: boolean) => {
    const { accountId, expiresMs } = invitation;
    return outside({ accountId, link: accounts.invitationLink(invitation), expiresMs, mailed });
  };
  const sent = (invitation: Invitation, language: Language = 'en') =>
    accounts.mailInvitation(invitation, language);

  app.get(
    '/api/staff',
    { config, schema: describes({ tag, summary: 'Staff with their roles', answer: Type.Array(StaffRow) }) },
    async () => outside(await accounts.listStaff()),
  );

  app.post<{ Body: Static<typeof New> }>(
    '/api/staff',
    {
      config,
      schema: describes({
        tag,
        summary:
          'Invite a member of staff; the link is shown once, and sent by e-mail where a mail server is set',
        body: New,
        answer: Link,
        status: 201,
      }),
    },
    async (request, reply) => {
      const { peerId } = request.body;
      if (peerId !== undefined)
        found(await around.parties.peer(peerId), `platform ${peerId} (see GET /api/parties)`);
      const { language, ...staff } = request.body;
      const made = granted(await accounts.addStaff(staff as NewStaff, request.actor), reply);
      return reply.code(201).send(linkOf(made, await sent(made, language)));
    },
  );

  app.patch<{ Params: Static<typeof AccountParams>; Body: Static<typeof Change> }>(
    '/api/staff/:accountId',
    {
      config,
      schema: describes({
        tag,
        summary: 'Change a role or name; it holds from the next request on',
        params: AccountParams,
        body: Change,
      }),
    },
    async ({ params: { accountId }, body, actor }, reply) =>
      outside(
        granted(
          await accounts.changeStaff(accountId, body as Parameters<typeof accounts.changeStaff>[1], actor),
          reply,
        ),
      ),
  );

  app.post<{ Params: Static<typeof AccountParams>; Querystring: Static<typeof ResetLetter> }>(
    '/api/staff/:accountId/reset',
    {
      config,
      schema: describes({
        tag,
        summary: 'End password, second factor and every sign-in; the new link is shown once',
        params: AccountParams,
        querystring: ResetLetter,
        answer: Link,
      }),
    },
    async ({ params: { accountId }, query, actor }, reply) => {
      const made = granted(await accounts.resetStaff(accountId, actor), reply);
      return linkOf(made, query.mail === 'yes' && (await sent(made, query.language)));
    },
  );

  for (const [verb, summary] of [
    ['lock', 'Close an account for a time: every sign-in ends, nothing is lost'],
    ['unlock', 'Open an account again, and forgive failed attempts'],
  ] as const) {
    app.post<{ Params: Static<typeof AccountParams> }>(
      `/api/staff/:accountId/${verb}`,
      { config, schema: describes({ tag, summary, params: AccountParams }) },
      async ({ params: { accountId }, actor }, reply) => {
        granted(await accounts.lockStaff(accountId, verb === 'lock', actor), reply);
        return { accountId, done: verb };
      },
    );
  }

  app.delete<{ Params: Static<typeof AccountParams> }>(
    '/api/staff/:accountId/sessions',
    { config, schema: describes({ tag, summary: 'End every sign-in of somebody', params: AccountParams }) },
    async ({ params: { accountId }, actor }, reply) => ({
      ended: granted(await accounts.signOutStaff(accountId, actor), reply),
    }),
  );

  app.delete<{ Params: Static<typeof AccountParams> }>(
    '/api/staff/:accountId',
    {
      config,
      schema: describes({
        tag,
        summary: 'End an account and every sign-in of it at once',
        params: AccountParams,
      }),
    },
    async ({ params: { accountId }, actor }, reply) => {
      granted(await accounts.removeStaff(accountId, actor), reply);
      return { removed: accountId };
    },
  );
}
