import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { isTimeZone } from '../../sites/index.ts';
import { outside } from '../outside.ts';
import { HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';

const tag = 'network';
const NewLocation = Type.Object(
  {
    id: PrintableText(36, 'OCPI location id'),
    name: Type.Optional(PrintableText(255)),
    address: PrintableText(45),
    city: PrintableText(45),
    country: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 3166-1 alpha-3' }),
    latitude: Type.String({ pattern: '^-?[0-9]{1,2}\\.[0-9]{2,7}$' }),
    longitude: Type.String({ pattern: '^-?[0-9]{1,3}\\.[0-9]{2,7}$' }),
    timeZone: PrintableText(255, 'IANA name'),
    publish: Type.Optional(
      Type.Boolean({ description: 'false: shown to the groups below only, like the residents of a house' }),
    ),
    allowedGroups: Type.Optional(
      Type.Array(PrintableText(36, 'group_id of tokens'), {
        maxItems: 50,
        description: 'Whose holders see a location that is not published (OCPI publish_allowed_to)',
      }),
    ),
    supply: Type.Optional(
      Type.Object(
        {
          maxImportW: Type.Integer({ minimum: 1, maximum: 1e9, description: 'Contracted import, W' }),
          capW: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e9, description: 'Fuse, W' })),
          maxPhaseW: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 1e9, description: 'Import limit per phase for cars, W' }),
          ),
          maxExportW: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9 })),
          currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
          gridConnectionId: Type.Optional(PrintableText(100)),
          meterStationId: Type.Optional(
            PrintableText(48, 'Station whose main meter (EVSE 0) stands at the supply point'),
          ),
        },
        {
          additionalProperties: false,
          description: 'The supply point of the location: one optimisation context for all EVSEs there',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
const Phase = Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]);
const Connector = Type.Object(
  {
    id: PrintableText(36),
    connectorId: Type.Integer({ minimum: 1, maximum: 100 }),
    standard: PrintableText(40, 'OCPI ConnectorType, like IEC_62196_T2'),
    format: Type.Union([Type.Literal('SOCKET'), Type.Literal('CABLE')]),
    powerType: Type.Union([
      Type.Literal('AC_1_PHASE'),
      Type.Literal('AC_2_PHASE'),
      Type.Literal('AC_2_PHASE_SPLIT'),
      Type.Literal('AC_3_PHASE'),
      Type.Literal('DC'),
    ]),
    maxVoltageV: Type.Integer({ minimum: 1, maximum: 2000, description: 'Line to neutral for AC' }),
    maxCurrentA: Type.Integer({ minimum: 1, maximum: 5000 }),
    maxPowerW: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    dischargeW: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'Default 0' })),
    tariffIds: Type.Optional(Type.Array(PrintableText(36), { maxItems: 10 })),
  },
  { additionalProperties: false },
);
const NewEvse = Type.Object(
  {
    stationId: PrintableText(48),
    evseId: Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: 'EVSE of the station; in 1.6 its connector',
    }),
    evseUid: PrintableText(36, 'OCPI EVSE uid'),
    firstPhase: Type.Optional(Phase),
    stationFuseA: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5000,
        description: 'Fuse of the station per phase, where it is smaller than all its EVSEs together',
      }),
    ),
    connectors: Type.Array(Connector, { minItems: 1, maxItems: 10 }),
  },
  { additionalProperties: false },
);
/** As it was placed. */
const PlacedEvse = Type.Object({
  stationId: Type.String(),
  evseId: Type.Integer(),
  locationId: Type.String(),
  evseUid: Type.String(),
  connectors: Type.Array(Connector),
  firstPhase: Phase,
  stationFuseA: Type.Optional(Type.Integer()),
});
const NewAddress = Type.Object(
  { locationId: PrintableText(36), evseUid: PrintableText(36, 'OCPI EVSE uid') },
  { additionalProperties: false },
);
const EvseParams = Type.Object({
  stationId: PrintableText(48),
  evseId: Type.Integer({ minimum: 1, maximum: 1000 }),
});
const LocationParams = Type.Object({ locationId: PrintableText(36) });

/** Own locations and which station serves which EVSE. */
export function networkRoutes(app: FastifyInstance, { network, moveEvse, audit }: ApiSurroundings): void {
  app.get(
    '/api/network/locations',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag,
        summary: 'Own locations as OCPI objects, and the station behind every EVSE',
        answer: Type.Object({ locations: Type.Array(AnyObject), evses: Type.Array(PlacedEvse) }),
      }),
    },
    async () => ({ locations: [...(await network.locations())], evses: [...network.evses()] }),
  );

  app.post<{ Body: Static<typeof NewLocation> }>(
    '/api/network/locations',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Add a location, or change what was said of it',
        body: NewLocation,
        status: 201,
      }),
    },
    async (request, reply) => {
      if (!isTimeZone(request.body.timeZone)) {
        const problem = 'must be an IANA time zone, like Europe/Madrid';
        throw new HttpProblem(422, `body.timeZone ${problem}.`, [{ field: 'body.timeZone', problem }]);
      }
      unwrap(await network.addLocation(request.body));
      await audit.record({
        actor: request.actor,
        action: 'network.location',
        subject: `location:${request.body.id}`,
        detail: { supply: request.body.supply ?? null },
      });
      return reply.code(201).send({ id: request.body.id });
    },
  );

  app.post<{ Params: Static<typeof LocationParams>; Body: Static<typeof NewEvse> }>(
    '/api/network/locations/:locationId/evses',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Say at which location an EVSE of a station stands',
        params: LocationParams,
        body: NewEvse,
        status: 201,
      }),
    },
    async (request, reply) => {
      const { locationId } = request.params;
      const { connectors, ...evse } = request.body;
      unwrap(
        await network.placeEvse({
          ...evse,
          locationId,
          connectors: connectors.map((connector) => ({
            ...connector,
            standard: connector.standard as never,
            dischargeW: connector.dischargeW ?? 0,
            tariffIds: connector.tariffIds ?? [],
          })),
        }),
      );
      await audit.record({
        actor: request.actor,
        action: 'network.evse',
        subject: `station:${evse.stationId}`,
        detail: { locationId, evseUid: evse.evseUid, evseId: evse.evseId },
      });
      return reply.code(201).send(outside(network.placeOf(evse.stationId, evse.evseId) ?? {}));
    },
  );

  app.put<{ Params: Static<typeof EvseParams>; Body: Static<typeof NewAddress> }>(
    '/api/network/stations/:stationId/evses/:evseId/address',
    {
      config: { permission: 'stations:manage' },
      schema: describes({
        tag,
        summary: 'Move a placed EVSE to another location, or give it another name',
        description:
          'For other platforms the former EVSE is REMOVED and a new one appears, because OCPI changes no uid; charges of before stay where they were. Refused while a car charges there, while it is booked, and while a context made by hand has it.',
        params: EvseParams,
        body: NewAddress,
      }),
    },
    async (request) => {
      const { stationId, evseId } = request.params;
      const from = unwrap(await moveEvse(stationId, evseId, request.body));
      await audit.record({
        actor: request.actor,
        action: 'network.evse_moved',
        subject: `station:${stationId}`,
        detail: { evseId, from, to: request.body },
      });
      return outside(network.placeOf(stationId, evseId) ?? {});
    },
  );
}
