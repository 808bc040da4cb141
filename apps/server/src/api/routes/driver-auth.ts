import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type NewDriver, seesPublished } from '../../drivers/accounts/index.ts';
import { refuseOtherSites } from '../access.ts';
import { granted, whereabouts } from '../account-answers.ts';
import { clearCookie, cookieOf, setCookie } from '../cookies.ts';
import { accountIdOf, driverMe, driverOf } from '../driver-answers.ts';
import { isSeen } from '../driver-sockets.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { Email, Password } from './account-schemas.ts';
import { DriverMe } from './driver-schemas.ts';
import { describes, PrintableText } from './schemas.ts';

const SignUp = Type.Object(
  { email: Email, password: Password, name: Type.Optional(PrintableText(100)) },
  { additionalProperties: false },
);
const SignIn = Type.Object({ email: Email, password: Password }, { additionalProperties: false });
const Guest = Type.Object(
  {
    socket: Type.Optional(
      Type.String({ pattern: '^[\\w-]{1,400}\\.[\\w-]{22}$', description: 'From the QR code' }),
    ),
    place: Type.Optional(
      Type.Object(
        { locationId: PrintableText(36), evseUid: PrintableText(36) },
        { additionalProperties: false, description: 'Chosen on the map; only where everybody may charge' },
      ),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);
const Erase = Type.Object({ password: Password }, { additionalProperties: false });
const NewPassword = Type.Object({ current: Password, password: Password }, { additionalProperties: false });
const SocketParams = Type.Object({ locationId: PrintableText(36), evseUid: PrintableText(36) });
const rateLimit = { max: 30, timeWindow: 60_000 };
/** The app stays signed in from one charge to the next; the server ends it earlier where nobody comes. */
const COOKIE_S = 180 * 24 * 3600;

/** Drivers signing up, in and out; guests by the code on the socket; leaving for good. */
export function driverAuthRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { accounts, driverAccounts, network, config } = around;
  const tag = 'drivers';
  const open = {
    config: { permission: 'public' as const, rateLimit },
    onRequest: async (request: FastifyRequest) => refuseOtherSites(request),
  };

  async function meWith(request: FastifyRequest, reply: FastifyReply, cookie: string) {
    setCookie(request, reply, 'driver', config, cookie, COOKIE_S);
    const session = await accounts.sessions.find(cookie, 'driver');
    if (session === undefined) throw new HttpProblem(401, 'Sign in again.', [], 'signed-out');
    return driverMe({ session, cookie });
  }

  app.post<{ Body: Static<typeof SignUp> }>(
    '/api/drivers/sign-up',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'Make a driver’s account; signs in',
        description: '422 `weak-password`, 409 `email-taken`.',
        body: SignUp,
        answer: DriverMe,
        status: 201,
      }),
    },
    async (request, reply) => {
      const made = granted(
        await driverAccounts.signUp(request.body as NewDriver, whereabouts(request)),
        reply,
      );
      return reply.code(201).send(await meWith(request, reply, made.cookie));
    },
  );

  app.post<{ Body: Static<typeof SignIn> }>(
    '/api/drivers/sign-in',
    {
      ...open,
      schema: describes({
        tag,
        summary: 'Sign in as a driver',
        description: '401 `wrong-credentials`, 429 `locked` with Retry-After.',
        body: SignIn,
        answer: DriverMe,
      }),
    },
    async (request, reply) => {
      const done = await accounts.signIn('driver', request.body, whereabouts(request));
      return meWith(request, reply, granted(done, reply).cookie);
    },
  );

  app.post<{ Body: Static<typeof Guest> }>(
    '/api/drivers/guest',
    {
      ...open,
      schema: describes({
        tag,
        summary:
          'Charge without an account, at the socket whose code was scanned or that was chosen (SMC_017)',
        description:
          '404 for a code this server did not print, a socket that is gone, and one that is not for everybody.',
        body: Guest,
        answer: DriverMe,
        status: 201,
      }),
    },
    async (request, reply) => {
      const { socket: code = '', place } = request.body;
      const socket =
        place === undefined
          ? driverAccounts.socketLinks.read(code)
          : (await isSeen(around, place, seesPublished))
            ? place
            : undefined;
      if (socket === undefined || network.find(socket.locationId, socket.evseUid) === undefined)
        throw new HttpProblem(404, 'This code belongs to no socket here.', [], 'unknown-socket');
      const { cookie } = await driverAccounts.signInAsGuest(socket, whereabouts(request));
      return reply.code(201).send(await meWith(request, reply, cookie));
    },
  );

  app.post(
    '/api/drivers/sign-out',
    { ...open, schema: describes({ tag, summary: 'Sign out here' }) },
    async (request, reply) => {
      await accounts.sessions.end(cookieOf(request, 'driver', config) ?? '');
      clearCookie(request, reply, 'driver', config);
      return { signedOut: true };
    },
  );

  app.get(
    '/api/drivers/me',
    {
      config: { permission: 'charge:own' },
      schema: describes({ tag, summary: 'Which driver or guest is asking', answer: DriverMe }),
    },
    async (request) => driverMe(driverOf(request)),
  );

  app.post<{ Body: Static<typeof NewPassword> }>(
    '/api/drivers/me/password',
    {
      config: { permission: 'drive:own', rateLimit },
      schema: describes({ tag, summary: 'Change one’s password; other sign-ins end', body: NewPassword }),
    },
    async (request, reply) => {
      const { current, password } = request.body;
      const { cookie } = driverOf(request);
      granted(
        await accounts.changePassword(
          accountIdOf(request),
          cookie,
          { current, next: password },
          whereabouts(request),
        ),
        reply,
      );
      return { changed: true };
    },
  );

  app.delete<{ Body: Static<typeof Erase> }>(
    '/api/drivers/me',
    {
      config: { permission: 'drive:own', rateLimit },
      schema: describes({
        tag,
        summary: 'Erase the account and everything personal, for good (GDPR)',
        description:
          'Receipts stay without a person, as the law wants. Needs the password; 422 while a charge runs.',
        body: Erase,
      }),
    },
    async (request, reply) => {
      const id = accountIdOf(request);
      granted(await accounts.confirmPassword(id, request.body.password, whereabouts(request)), reply);
      unwrap(await driverAccounts.erase(id));
      clearCookie(request, reply, 'driver', config);
      return { erased: true };
    },
  );

  app.get<{ Params: Static<typeof SocketParams> }>(
    '/api/network/locations/:locationId/evses/:evseUid/guest-link',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'What the QR code on a socket says',
        params: SocketParams,
        answer: Type.Object({ link: Type.String(), socket: Type.String() }),
      }),
    },
    async ({ params: { locationId, evseUid } }) => {
      const place = found(network.find(locationId, evseUid), `EVSE ${evseUid} at location ${locationId}`);
      const socket = driverAccounts.socketLinks.write(place);
      return { link: `${around.publicUrl}/drive#socket=${socket}`, socket };
    },
  );
}
