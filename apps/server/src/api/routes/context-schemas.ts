import Type from 'typebox';
import { Moment, PrintableText } from './schemas.ts';

const Power = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: `${description}, W` }));

/** Static inputs as people give them: what is left out does not limit (UC-001-c1). */
export const Statics = Type.Object(
  {
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    maxImportW: Power('Contracted limit of net import at the supply point'),
    maxExportW: Power('Largest net export that EVs may cause'),
    capW: Power('Physical limit of net import (fuse)'),
    maxPhaseW: Power('Import limit per phase for the EV load'),
    opportunityCostPerHour2: Type.Optional(Type.Number({ minimum: 0 })),
    capacityPricePerKw: Type.Optional(Type.Number({ minimum: 0 })),
    peakSoFarW: Power('Highest slot average of the billing period so far'),
    gridConnectionId: Type.Optional(PrintableText(100)),
    parentId: Type.Optional(PrintableText(36)),
    slotMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
    evses: Type.Array(
      Type.Object(
        {
          locationId: PrintableText(36),
          evseUid: PrintableText(36),
          connectors: Type.Array(
            Type.Object(
              {
                connectorId: PrintableText(36),
                chargeW: Type.Number({ minimum: 0 }),
                dischargeW: Type.Optional(Type.Number({ minimum: 0 })),
              },
              { additionalProperties: false },
            ),
            { maxItems: 50 },
          ),
        },
        { additionalProperties: false },
      ),
      { maxItems: 5000 },
    ),
  },
  { additionalProperties: false },
);

const EvseRef = Type.Object(
  { locationId: PrintableText(36), evseUid: PrintableText(36) },
  { additionalProperties: false },
);

/** Calendar of services: bands of power and longest stays by hours (US-BCN-strategy). */
export const Policies = Type.Array(
  Type.Object(
    {
      evses: Type.Array(EvseRef, { maxItems: 5000, description: 'Empty = every EVSE of the context' }),
      weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        maxItems: 7,
        description: '1 = Monday; empty = every day',
      }),
      fromHour: Type.Number({ minimum: 0, maximum: 24 }),
      toHour: Type.Number({ minimum: 0, maximum: 24, description: 'Before fromHour: over midnight' }),
      timeZone: PrintableText(100, 'IANA name'),
      minW: Power('A car charges with nothing or at least this'),
      maxW: Power('Most power of a car'),
      maxStayMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10_080 })),
    },
    { additionalProperties: false },
  ),
  { maxItems: 200 },
);

export const NewContext = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Za-z]{2}$', description: 'OCPI country_code of the owner' }),
    party: Type.String({ pattern: '^[A-Za-z0-9]{3}$', description: 'OCPI party_id of the owner' }),
    peerId: PrintableText(100, 'Platform whose EVSEs these are (GET /api/parties)'),
    objectId: PrintableText(36),
    shadow: Type.Optional(Type.Boolean({ description: 'Plan and show, send nothing; default false' })),
    statics: Statics,
    policies: Type.Optional(Policies),
  },
  { additionalProperties: false },
);

export const ContextChange = Type.Object(
  {
    basedOn: Type.Integer({ minimum: 1, description: 'Version the change was made from' }),
    statics: Statics,
    policies: Type.Optional(Policies),
  },
  { additionalProperties: false },
);

/** As they are kept: with what no form shows. */
const StaticsAnswer = Type.Object(
  {
    ...Statics.properties,
    evses: Type.Array(
      Type.Object(
        { ...Statics.properties.evses.items.properties, firstPhase: Type.Optional(Type.Integer()) },
        { additionalProperties: true },
      ),
    ),
  },
  { additionalProperties: true },
);

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const ContextAnswer = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('ocpi'), Type.Literal('operator'), Type.Literal('default')]),
  peerId: Type.String(),
  party: Type.String(),
  objectId: Type.String(),
  version: Type.Integer(),
  shadow: Type.Boolean(),
  statics: StaticsAnswer,
  updated: Moment('Last change'),
});

export const VersionsAnswer = Type.Array(
  Type.Object({
    version: Type.Integer(),
    statics: StaticsAnswer,
    policies: Type.Optional(Policies),
    source: Type.String(),
    at: Type.String(),
  }),
);

export const SharedEvsesAnswer = Type.Array(
  Type.Object({
    peerId: Type.String(),
    party: Type.String(),
    locationId: Type.String(),
    evseUid: Type.String(),
    label: Type.String(),
    place: Type.String(),
    city: Type.String(),
    timeZone: Maybe(Type.String()),
    latitude: Maybe(Type.Number()),
    longitude: Maybe(Type.Number()),
    status: Type.String(),
    connectors: Type.Array(
      Type.Object({
        connectorId: Type.String(),
        standard: Type.String(),
        powerType: Type.String(),
        maxW: Type.Number(),
      }),
    ),
    contextId: Maybe(Type.String()),
    contextObjectId: Maybe(Type.String()),
  }),
);
