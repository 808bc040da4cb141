import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import {
  type DriverDefaults,
  type DriverVehicle,
  type Purpose,
  VEHICLE_MODELS,
} from '../../drivers/accounts/index.ts';
import { accountIdOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import {
  CardParams,
  CardRow,
  ConsentBody,
  ConsentRow,
  DefaultsBody,
  PurposeParams,
  VehicleBody,
  VehicleParams,
  VehicleRow,
} from './driver-schemas.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';

const Card = Type.Object(
  { uid: PrintableText(20, 'Number read from the card'), contractId: PrintableText(36, 'As on the receipt') },
  { additionalProperties: false },
);

/** What a driver told about themselves: cars, usual wishes, consents, cards, and all of it as a file. */
export function driverProfileRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const drivers = around.driverAccounts;
  const tag = 'drivers';
  const config = { permission: 'drive:own' } as const;

  app.get(
    '/api/vehicle-models',
    {
      config: { permission: 'public' },
      schema: describes({
        tag,
        summary: 'Makes and models with battery and power, for a form',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => VEHICLE_MODELS,
  );

  app.get(
    '/api/drivers/me/vehicles',
    { config, schema: describes({ tag, summary: 'One’s cars', answer: Type.Array(VehicleRow) }) },
    async (request) => outside(await drivers.vehicles(accountIdOf(request))),
  );

  app.post<{ Body: Static<typeof VehicleBody> }>(
    '/api/drivers/me/vehicles',
    {
      config,
      schema: describes({ tag, summary: 'Add a car', body: VehicleBody, answer: VehicleRow, status: 201 }),
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(outside(unwrap(await drivers.addVehicle(accountIdOf(request), request.body as DriverVehicle)))),
  );

  app.put<{ Params: Static<typeof VehicleParams>; Body: Static<typeof VehicleBody> }>(
    '/api/drivers/me/vehicles/:vehicleId',
    {
      config,
      schema: describes({
        tag,
        summary: 'Describe a car anew; counts from the next charge on',
        params: VehicleParams,
        body: VehicleBody,
        answer: VehicleRow,
      }),
    },
    async (request) =>
      outside(
        unwrap(
          await drivers.changeVehicle(
            accountIdOf(request),
            request.params.vehicleId,
            request.body as DriverVehicle,
          ),
        ),
      ),
  );

  app.delete<{ Params: Static<typeof VehicleParams> }>(
    '/api/drivers/me/vehicles/:vehicleId',
    { config, schema: describes({ tag, summary: 'Remove a car', params: VehicleParams }) },
    async (request) => {
      unwrap(await drivers.removeVehicle(accountIdOf(request), request.params.vehicleId));
      return { removed: request.params.vehicleId };
    },
  );

  app.get(
    '/api/drivers/me/preferences',
    { config, schema: describes({ tag, summary: 'One’s usual wishes', answer: DefaultsBody }) },
    async (request) => drivers.defaults(accountIdOf(request)),
  );

  app.put<{ Body: Static<typeof DefaultsBody> }>(
    '/api/drivers/me/preferences',
    {
      config,
      schema: describes({
        tag,
        summary: 'Set one’s usual wishes; a charge without a form begins with them',
        body: DefaultsBody,
        answer: DefaultsBody,
      }),
    },
    async (request) => {
      const id = accountIdOf(request);
      const { vehicleId } = request.body;
      const isKnown =
        vehicleId === undefined || (await drivers.vehicles(id)).some((vehicle) => vehicle.id === vehicleId);
      if (!isKnown) {
        const problem = 'is none of your vehicles';
        throw new HttpProblem(422, `body.vehicleId ${problem}.`, [{ field: 'body.vehicleId', problem }]);
      }
      await drivers.setDefaults(id, request.body as DriverDefaults);
      return drivers.defaults(id);
    },
  );

  app.get(
    '/api/drivers/me/consents',
    {
      config,
      schema: describes({
        tag,
        summary: 'What one consented to; off until given',
        answer: Type.Array(ConsentRow),
      }),
    },
    async (request) => outside(await drivers.consents(accountIdOf(request))),
  );

  app.put<{ Params: Static<typeof PurposeParams>; Body: Static<typeof ConsentBody> }>(
    '/api/drivers/me/consents/:purpose',
    {
      config,
      schema: describes({
        tag,
        summary: 'Give a consent; v2g with the state of charge that is never gone below',
        params: PurposeParams,
        body: ConsentBody,
        answer: Type.Array(ConsentRow),
      }),
    },
    async (request) =>
      outside(
        unwrap(
          await drivers.giveConsent(
            accountIdOf(request),
            request.params.purpose as Purpose,
            request.body.floorSoc,
          ),
        ),
      ),
  );

  app.delete<{ Params: Static<typeof PurposeParams> }>(
    '/api/drivers/me/consents/:purpose',
    {
      config,
      schema: describes({
        tag,
        summary: 'Revoke a consent; a car that gives energy back stops with the plan that is made now',
        params: PurposeParams,
        answer: Type.Array(ConsentRow),
      }),
    },
    async (request) =>
      outside(await drivers.revokeConsent(accountIdOf(request), request.params.purpose as Purpose)),
  );

  app.get(
    '/api/drivers/me/cards',
    {
      config,
      schema: describes({ tag, summary: 'One’s cards, numbers masked', answer: Type.Array(CardRow) }),
    },
    async (request) => outside(await drivers.cards(accountIdOf(request))),
  );

  app.post<{ Body: Static<typeof Card> }>(
    '/api/drivers/me/cards',
    {
      config: { ...config, rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'Say that a card is one’s own, with both of its numbers',
        body: Card,
        answer: Type.Array(CardRow),
      }),
    },
    async (request) => outside(unwrap(await drivers.claimCard(accountIdOf(request), request.body))),
  );

  app.delete<{ Params: Static<typeof CardParams> }>(
    '/api/drivers/me/cards/:cardId',
    {
      config,
      schema: describes({
        tag,
        summary: 'Take a card off one’s account; it stays valid',
        params: CardParams,
      }),
    },
    async (request) => {
      unwrap(await drivers.releaseCard(accountIdOf(request), request.params.cardId));
      return { released: request.params.cardId };
    },
  );

  app.get(
    '/api/drivers/me/export',
    {
      config: { ...config, rateLimit: { max: 6, timeWindow: 60_000 } },
      schema: describes({ tag, summary: 'Everything that is kept about one, as JSON (GDPR)' }),
    },
    async (request, reply) => {
      const id = accountIdOf(request);
      await around.audit.record({
        actor: request.actor,
        action: 'account.exported',
        subject: `account:${id}`,
        detail: {},
      });
      reply.header('content-disposition', 'attachment; filename="smac-my-data.json"');
      return outside(await drivers.export(id));
    },
  );
}
