import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type Person, refuseOtherSites } from '../access.ts';
import { granted } from '../account-answers.ts';
import { cookieOf } from '../cookies.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { MadePasskey } from './account-schemas.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';

const New = Type.Object(
  { name: PrintableText(60, 'Which key it is, for its owner'), response: MadePasskey },
  { additionalProperties: false },
);
const Params = Type.Object({ passkeyId: Type.String({ pattern: '^[\\w-]{1,1400}$' }) });
const Row = Type.Object({
  id: Type.String(),
  name: Type.String(),
  created: Type.String({ format: 'date-time' }),
  lastUsed: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
});
const rateLimit = { max: 60, timeWindow: 60_000 };

/** Passkeys: a second factor that no page elsewhere can ask for. They need a host name; browsers offer none for a bare IP address. */
export function passkeyRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts, config: settings } = around;
  const tag = 'auth';
  const config = { permission: 'account:own' } as const;

  app.post(
    '/api/auth/passkey-request',
    {
      config: { permission: 'public', rateLimit },
      onRequest: async (request) => refuseOtherSites(request),
      schema: describes({
        tag,
        summary: 'What navigator.credentials.get needs; after the password, or before a step-up',
        description: 'Its answer goes as `passkey` to /api/auth/second-factor or /api/auth/step-up.',
        answer: AnyObject,
      }),
    },
    async (request) => {
      const cookie = cookieOf(request, 'staff', settings) ?? '';
      const session = await accounts.sessions.find(cookie, 'staff');
      if (session === undefined)
        throw new HttpProblem(409, 'Sign in with e-mail address and password first.', [], 'signed-out');
      return accounts.passkeyToShow(session.account, cookie);
    },
  );

  app.get(
    '/api/me/passkeys',
    { config, schema: describes({ tag, summary: 'One’s passkeys', answer: Type.Array(Row) }) },
    async (request) => outside(await accounts.passkeys(personOf(request).session.account.id)),
  );

  app.post(
    '/api/me/passkeys/request',
    {
      config,
      schema: describes({ tag, summary: 'What navigator.credentials.create needs', answer: AnyObject }),
    },
    async (request, reply) => {
      const { session, cookie } = personOf(request);
      return granted(await accounts.passkeyToMake(session.account, cookie), reply);
    },
  );

  app.post<{ Body: Static<typeof New> }>(
    '/api/me/passkeys',
    {
      config,
      schema: describes({ tag, summary: 'Keep a passkey', body: New, answer: Row, status: 201 }),
    },
    async (request, reply) => {
      const { session, cookie } = personOf(request);
      const given = request.body as Parameters<typeof accounts.addPasskey>[2];
      const made = granted(await accounts.addPasskey(session.account, cookie, given), reply);
      return reply.code(201).send(outside(made));
    },
  );

  app.delete<{ Params: Static<typeof Params> }>(
    '/api/me/passkeys/:passkeyId',
    { config, schema: describes({ tag, summary: 'Remove a passkey', params: Params }) },
    async (request) => {
      const { passkeyId } = request.params;
      if (!(await accounts.removePasskey(personOf(request).session.account, passkeyId)))
        throw new HttpProblem(404, 'There is no such passkey of yours.');
      return { removed: passkeyId };
    },
  );
}

function personOf({ person }: FastifyRequest): Person {
  if (person === null)
    throw new HttpProblem(404, 'An API key has no account of its own: sign in as a person.');
  return person;
}
