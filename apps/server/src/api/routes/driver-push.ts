import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { accountIdOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { LanguageName } from './account-schemas.ts';
import { describes, PrintableText } from './schemas.ts';

const Base64Url = (bytes: number, description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]+={0,2}$', maxLength: Math.ceil((bytes * 4) / 3) + 4, description });
const Wanted = Type.Object(
  {
    endpoint: PrintableText(1000, 'Where the browser’s push service takes messages (RFC 8030); https'),
    p256dh: Base64Url(65, 'Public key of the browser, P-256, base64url'),
    auth: Base64Url(16, '16 bytes, base64url'),
    language: LanguageName,
  },
  { additionalProperties: false },
);
const DeviceRow = Type.Object({
  id: Type.String({ description: 'SHA-256 of the endpoint, base64url: a browser knows itself by it' }),
  service: Type.String({ description: 'Host of the push service' }),
  language: Type.String(),
  made: Type.String({ format: 'date-time' }),
});
const DeviceParams = Type.Object({ deviceId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,43}$' }) });

/** Where a driver is told although no page is open (BI22). */
export function driverPushRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { push } = around.driverAccounts;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;

  app.get(
    '/api/drivers/me/push',
    {
      config,
      schema: describes({
        tag,
        summary: 'The browsers in which one is told while the app is closed, and the key to subscribe with',
        answer: Type.Object({
          publicKey: Type.String({ description: 'applicationServerKey (RFC 8292), base64url' }),
          devices: Type.Array(DeviceRow),
        }),
      }),
    },
    async (request) =>
      outside({ publicKey: push.publicKey, devices: await push.devices(accountIdOf(request)) }),
  );

  app.put<{ Body: Static<typeof Wanted> }>(
    '/api/drivers/me/push',
    {
      config: { ...config, rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'Be told in this browser while the app is closed; ten browsers at most, the oldest goes',
        body: Wanted,
        answer: DeviceRow,
      }),
    },
    async (request) => outside(unwrap(await push.keep(accountIdOf(request), request.body))),
  );

  app.delete<{ Params: Static<typeof DeviceParams> }>(
    '/api/drivers/me/push/:deviceId',
    {
      config,
      schema: describes({
        tag,
        summary: 'Be told in this browser no more',
        params: DeviceParams,
        answer: Type.Object({ removed: Type.String() }),
      }),
    },
    async (request) => {
      unwrap(await push.drop(accountIdOf(request), request.params.deviceId));
      return { removed: request.params.deviceId };
    },
  );
}
