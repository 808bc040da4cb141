import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { refuseOtherSites } from '../access.ts';
import { granted, whereabouts } from '../account-answers.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { Email, LanguageName, LinkToken, Password } from './account-schemas.ts';
import { describes } from './schemas.ts';

const Forgotten = Type.Object({ email: Email, language: LanguageName }, { additionalProperties: false });
const Chosen = Type.Object(
  { token: LinkToken, password: Password, language: LanguageName },
  { additionalProperties: false },
);
const rateLimit = { max: 30, timeWindow: 60_000 };

/** A forgotten password of staff and of drivers: a link by e-mail, and what it opens. */
export function passwordLinkRoutes(app: FastifyInstance, { accounts }: ApiSurroundings): void {
  const open = {
    config: { permission: 'public' as const, rateLimit },
    onRequest: async (request: FastifyRequest) => refuseOtherSites(request),
  };
  for (const [kind, path, tag] of [
    ['staff', '/api/auth', 'auth'],
    ['driver', '/api/drivers', 'drivers'],
  ] as const) {
    app.post<{ Body: Static<typeof Forgotten> }>(
      `${path}/password-links`,
      {
        ...open,
        schema: describes({
          tag,
          summary: 'Be sent a link for a new password; answers alike whether or not there is an account',
          description: '409 `no-mail` where no mail server is set, 429 `locked` after too many.',
          body: Forgotten,
          answer: Type.Object({ asked: Type.Boolean() }),
        }),
      },
      async (request, reply) => {
        granted(await accounts.askPasswordLink(kind, request.body, whereabouts(request)), reply);
        return { asked: true };
      },
    );

    app.post<{ Body: Static<typeof Chosen> }>(
      `${path}/password`,
      {
        ...open,
        schema: describes({
          tag,
          summary: 'Choose a new password with such a link; every sign-in ends, then sign in as ever',
          description: '404 `unknown-link` for one that was used or is too old, 422 `weak-password`.',
          body: Chosen,
          answer: Type.Object({ changed: Type.Boolean() }),
        }),
      },
      async (request, reply) => {
        granted(await accounts.choosePassword(kind, request.body), reply);
        return { changed: true };
      },
    );
  }
}
