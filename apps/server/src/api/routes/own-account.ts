import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { GRANTS } from '../../operators/index.ts';
import type { Person } from '../access.ts';
import { granted, meOf, whereabouts } from '../account-answers.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { Me, Password, SessionRow } from './account-schemas.ts';
import { describes } from './schemas.ts';

const NewPassword = Type.Object({ current: Password, password: Password }, { additionalProperties: false });
const SessionParams = Type.Object({ handle: Type.String({ pattern: '^[0-9a-f]{18}$' }) });

/** One's own account of staff. */
export function ownAccountRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts } = around;
  const tag = 'auth';
  const config = { permission: 'account:own' } as const;

  app.get(
    '/api/me',
    {
      config,
      schema: describes({
        tag,
        summary: 'Who is asking, and what they may do',
        description: '401 `signed-out`, or 401 `second-factor` after the password alone.',
        answer: Me,
      }),
    },
    async (request) => {
      if (request.person) return meOf(request.person, around);
      const [kind, id = ''] = request.actor.split(':');
      const { standing: role } = request;
      const rights = [...GRANTS[role]];
      return { kind, id, email: null, name: null, role, peerId: null, rights, demo: around.demo };
    },
  );

  app.post<{ Body: Static<typeof NewPassword> }>(
    '/api/me/password',
    {
      config: { ...config, rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'Change one’s password; every other sign-in ends',
        body: NewPassword,
      }),
    },
    async (request, reply) => {
      const { session, cookie } = personOf(request);
      const { current, password } = request.body;
      granted(
        await accounts.changePassword(
          session.account.id,
          cookie,
          { current, next: password },
          whereabouts(request),
        ),
        reply,
      );
      return { changed: true };
    },
  );

  app.post(
    '/api/me/recovery-codes',
    {
      config,
      schema: describes({
        tag,
        summary: 'Ten new recovery codes, shown once; the old ones are worth nothing',
        answer: Type.Object({ recoveryCodes: Type.Array(Type.String()) }),
      }),
    },
    async (request) => ({
      recoveryCodes: await accounts.renewRecoveryCodes(personOf(request).session.account.id),
    }),
  );

  app.get(
    '/api/me/sessions',
    {
      config,
      schema: describes({ tag, summary: 'Where one is signed in', answer: Type.Array(SessionRow) }),
    },
    async (request) => {
      const { session, cookie } = personOf(request);
      return outside(await accounts.sessions.list(session.account.id, cookie));
    },
  );

  app.delete<{ Params: Static<typeof SessionParams> }>(
    '/api/me/sessions/:handle',
    { config, schema: describes({ tag, summary: 'End one of one’s sign-ins', params: SessionParams }) },
    async (request) => {
      const { handle } = request.params;
      if (!(await accounts.sessions.endOne(personOf(request).session.account.id, handle)))
        throw new HttpProblem(404, 'There is no such sign-in of this account.');
      return { ended: handle };
    },
  );
}

function personOf({ person }: FastifyRequest): Person {
  if (person === null)
    throw new HttpProblem(404, 'An API key has no account of its own: sign in as a person.');
  return person;
}
