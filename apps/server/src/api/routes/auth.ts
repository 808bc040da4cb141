import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { SecondFactor } from '../../operators/index.ts';
import { refuseOtherSites } from '../access.ts';
import { granted, meOf, whereabouts } from '../account-answers.ts';
import { clearCookie, cookieOf, setCookie } from '../cookies.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import {
  Email,
  LinkToken,
  Me,
  OneTimeCode,
  Password,
  SecondFactorBody,
  SignedIn,
} from './account-schemas.ts';
import { describes, PrintableText } from './schemas.ts';

const Credentials = Type.Object({ email: Email, password: Password }, { additionalProperties: false });
const Accept = Type.Object(
  {
    token: LinkToken,
    password: Password,
    code: OneTimeCode,
    name: Type.Optional(PrintableText(100)),
    email: Type.Optional(Email),
  },
  { additionalProperties: false },
);
const ByLink = Type.Object({ token: LinkToken }, { additionalProperties: false });
const SignOut = Type.Object(
  { everywhere: Type.Optional(Type.Boolean({ description: 'Every sign-in of this account' })) },
  { additionalProperties: false },
);
/** Attempts of one address a minute, before any hash is made. */
const rateLimit = { max: 60, timeWindow: 60_000 };

/** Signing in and out of staff. Cookies: see `cookies.ts`; every answer that signs in is what GET /api/me answers. */
export function authRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts, config } = around;
  const tag = 'auth';
  const open = { config: { permission: 'public' as const, rateLimit }, onRequest: refuseOtherSitesHook };

  async function meWith(request: FastifyRequest, reply: FastifyReply, cookie: string) {
    setCookie(request, reply, 'staff', config, cookie);
    const session = await accounts.sessions.find(cookie, 'staff');
    if (session === undefined) throw new HttpProblem(401, 'Sign in again.', [], 'signed-out');
    return meOf({ session, cookie }, around);
  }

  app.post<{ Body: Static<typeof Credentials> }>(
    '/api/auth/sign-in',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'First step: e-mail address and password',
        description:
          'Wrong ones are 401 `wrong-credentials`; after five in 15 minutes 429 `locked` with Retry-After.',
        body: Credentials,
        answer: SignedIn,
      }),
    },
    async (request, reply) => {
      const { cookie, state } = granted(
        await accounts.signIn('staff', request.body, whereabouts(request)),
        reply,
      );
      setCookie(request, reply, 'staff', config, cookie);
      return { state };
    },
  );

  app.post<{ Body: Static<typeof SecondFactorBody> }>(
    '/api/auth/second-factor',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'Second step: a one-time code, a passkey or a recovery code',
        description: 'Within five minutes of the first. 401 `wrong-code`, 429 `locked`.',
        body: SecondFactorBody,
        answer: Me,
      }),
    },
    async (request, reply) => {
      const cookie = cookieOf(request, 'staff', config) ?? '';
      const next = await accounts.showSecondFactor(
        'staff',
        cookie,
        request.body as SecondFactor,
        whereabouts(request),
      );
      return meWith(request, reply, granted(next, reply).cookie);
    },
  );

  app.post<{ Body: Static<typeof SignOut> }>(
    '/api/auth/sign-out',
    {
      ...open,
      schema: describes({ tag, summary: 'Sign out here, or everywhere', body: SignOut }),
    },
    async (request, reply) => {
      const cookie = cookieOf(request, 'staff', config) ?? '';
      const session = await accounts.sessions.find(cookie, 'staff');
      if (session && request.body.everywhere) await accounts.sessions.endAll(session.account.id);
      await accounts.sessions.end(cookie);
      clearCookie(request, reply, 'staff', config);
      return { signedOut: true };
    },
  );

  app.post<{ Body: Static<typeof SecondFactorBody> }>(
    '/api/auth/step-up',
    {
      config: { permission: 'account:own', rateLimit },
      schema: describes({
        tag,
        summary: 'Show the second factor again, before a dangerous action',
        description: 'Routes that answer 403 `step-up` go through for five minutes from now.',
        body: SecondFactorBody,
        answer: Type.Object({ steppedUpUntil: Type.String({ format: 'date-time' }) }),
      }),
    },
    async (request, reply) => {
      const cookie = request.person?.cookie ?? '';
      const steppedUpUntilMs = granted(
        await accounts.stepUp('staff', cookie, request.body as SecondFactor, whereabouts(request)),
        reply,
      );
      return outside({ steppedUpUntilMs });
    },
  );

  app.post<{ Body: Static<typeof ByLink> }>(
    '/api/auth/invitation',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'What an invitation or reset link is for, with the secret for the authenticator app',
        description: '404 `unknown-link` for one that was used, replaced or is too old.',
        body: ByLink,
        answer: Type.Object({
          purpose: Type.String({ description: '`join` or `reset`' }),
          email: Type.Union([Type.String(), Type.Null()], {
            description: 'null: the first admin, who gives an address when accepting',
          }),
          name: Type.Union([Type.String(), Type.Null()]),
          role: Type.String(),
          expires: Type.String({ format: 'date-time' }),
          secret: Type.String({ description: 'Base32' }),
          uri: Type.String({ description: 'otpauth:// for a QR code' }),
        }),
      }),
    },
    async (request, reply) => outside(granted(await accounts.openInvitation(request.body.token), reply)),
  );

  app.post<{ Body: Static<typeof Accept> }>(
    '/api/auth/accept',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'Set password and second factor with a link; signs in',
        description: '422 `weak-password` or `email-needed`, 401 `wrong-code`, 404 `unknown-link`.',
        body: Accept,
        answer: Type.Object({
          me: Me,
          recoveryCodes: Type.Array(Type.String(), { description: 'Shown once; each is good once' }),
        }),
      }),
    },
    async (request, reply) => {
      const { cookie, recoveryCodes } = granted(
        await accounts.acceptInvitation(request.body, whereabouts(request)),
        reply,
      );
      return { me: await meWith(request, reply, cookie), recoveryCodes };
    },
  );

  app.post<{ Body: Static<typeof ByLink> }>(
    '/api/auth/link',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'Sign in once by the link the demo printed when it started',
        body: ByLink,
        answer: Me,
      }),
    },
    async (request, reply) => {
      const { cookie } = granted(
        await accounts.signInByLink(request.body.token, whereabouts(request)),
        reply,
      );
      return meWith(request, reply, cookie);
    },
  );
}

async function refuseOtherSitesHook(request: FastifyRequest): Promise<void> {
  refuseOtherSites(request);
}
