import Type from 'typebox';
import { SOC_SOURCES } from '../../sites/index.ts';
import { ProfileType } from './driver-schemas.ts';
import { PrintableText } from './schemas.ts';

const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time' });

export const SocketRow = Type.Object({
  locationId: Type.String(),
  evseUid: Type.String(),
  label: Type.String({ description: 'What stands on the socket' }),
  place: Type.String(),
  address: Type.String(),
  city: Type.String(),
  latitude: Maybe(Type.Number()),
  longitude: Maybe(Type.Number()),
  timeZone: Type.String(),
  isPublic: Type.Boolean({ description: 'false: only for a group one belongs to' }),
  status: Type.String({ description: 'OCPI status of the EVSE' }),
  maxW: Type.Number(),
  givesBack: Type.Boolean({ description: 'Can take energy out of a car' }),
  connectors: Type.Array(
    Type.Object({
      standard: Type.String({ description: 'OCPI ConnectorType, like IEC_62196_T2' }),
      format: Type.String({ description: 'SOCKET or CABLE' }),
      powerType: Type.String({ description: 'OCPI PowerType, like AC_3_PHASE' }),
    }),
  ),
  price: Maybe(
    Type.Object({
      currency: Type.String(),
      perKwh: Maybe(Type.Number({ description: 'Charged now, with VAT, like every price here' })),
      perHour: Maybe(Type.Number({ description: 'Of charging' })),
      perHourParked: Maybe(Type.Number({ description: 'Plugged in without charging' })),
      once: Maybe(Type.Number({ description: 'Per charge' })),
      varies: Type.Boolean({ description: 'Another time, energy or power has another price' }),
      tariffId: Type.String(),
    }),
  ),
});
const Cost = Type.Object({
  amount: Type.Number({ description: 'With VAT' }),
  currency: Type.String(),
  basis: Type.Union([Type.Literal('tariff'), Type.Literal('free')], {
    description: 'tariff: as it will be billed; free: no tariff counts here, and nothing is owed',
  }),
});

export const CarBody = Type.Object(
  {
    soc: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'State of charge now, 0..1; what the car says counts more',
      }),
    ),
    batteryWh: Type.Optional(Type.Integer({ minimum: 1000, maximum: 500_000, description: 'Usable, Wh' })),
  },
  { additionalProperties: false },
);

export const Reason = Type.Object({ code: Type.String(), sentence: Type.String() });

export const Outlook = Type.Object({
  start: Time,
  now: Time,
  slotMinutes: Type.Number(),
  powerW: Type.Array(Type.Number(), { description: 'Per slot, W; discharging negative' }),
  pricePerKwh: Type.Array(Maybe(Type.Number()), {
    description: 'Energy price of the site per slot, what its operator pays',
  }),
  co2GPerKwh: Type.Array(Maybe(Type.Number())),
  soc: Maybe(Type.Array(Type.Number(), { description: 'At the end of each slot, 0..1' })),
  starts: Maybe(Time),
  ends: Maybe(Time),
  due: Maybe(Time),
  profileType: Type.String(),
  chargedWh: Type.Number({ description: 'To come' }),
  dischargedWh: Type.Number({ description: 'To come' }),
  co2G: Maybe(Type.Number({ description: 'Of the energy to come' })),
  shortfallWh: Type.Number({ description: 'Missing in the battery by then' }),
  reasons: Type.Array(Reason),
  cost: Maybe(Cost),
});

export const DriverCharge = Type.Object({
  sessionId: Type.String(),
  isLive: Type.Boolean(),
  socket: Type.Object({
    label: Type.String(),
    place: Type.String(),
    timeZone: Type.String(),
    maxW: Type.Number(),
    givesBack: Type.Boolean(),
  }),
  status: Type.String({ description: 'OCPI status of the EVSE' }),
  now: Time,
  start: Time,
  end: Maybe(Time),
  energyWh: Type.Number(),
  powerW: Maybe(Type.Number()),
  soFar: Maybe(
    Type.Object(
      { amount: Type.Number(), currency: Type.String() },
      { description: 'Price of what was charged until now, with VAT; null: no tariff counts here' },
    ),
  ),
  soc: Maybe(Type.Number()),
  socReading: Maybe(
    Type.Object(
      {
        source: Type.Union(SOC_SOURCES.map((source) => Type.Literal(source))),
        at: Time,
        soc: Type.Number({ description: 'As it was read, 0..1' }),
      },
      { description: 'What the state of charge rests on; carried on with the energy since' },
    ),
  ),
  batteryWh: Maybe(Type.Number()),
  wishes: Type.Object({
    profileType: Maybe(ProfileType),
    departure: Maybe(Time),
    departureFirm: Type.Boolean(),
    targetSoc: Maybe(Type.Number()),
    minSoc: Maybe(Type.Number()),
    atOnceSoc: Maybe(Type.Number()),
    atOnceWh: Maybe(Type.Number()),
    usualDay: Maybe(
      Type.String({
        description: 'The usual wishes of that weekday hold, like monday; null once something else was said',
      }),
    ),
    energyNeedWh: Maybe(Type.Number()),
    dischargeAllowed: Type.Boolean(),
    reserveSoc: Maybe(Type.Number()),
  }),
  provider: Type.Object(
    {
      chosen: Type.String({ description: 'site, own, none, or the id of a partner' }),
      name: Maybe(Type.String({ description: 'Of the chosen partner' })),
      setBy: Maybe(
        Type.String({
          description: 'Whose charging profile holds, where it is not the plan of this platform',
        }),
      ),
    },
    { description: 'Who plans this charge' },
  ),
  planNumber: Maybe(Type.Integer()),
  outlook: Maybe(Outlook),
});

export const Trial = Type.Object({ now: Outlook, boosted: Outlook });

export const SocketQuery = Type.Object({
  text: Type.Optional(PrintableText(60, 'Only places whose name, address or city hold it')),
});
export const PlaceQuery = Type.Object({
  ...SocketQuery.properties,
  free: Type.Optional(Type.Boolean({ description: 'Only sockets that are free now' })),
  minPowerW: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  connector: Type.Optional(PrintableText(40, 'OCPI ConnectorType, like IEC_62196_T2')),
  format: Type.Optional(
    Type.Union([Type.Literal('json'), Type.Literal('geojson')], {
      description: 'geojson: a FeatureCollection (RFC 7946), one point per socket; default json',
    }),
  ),
});
export const PriceQuery = Type.Object({
  locationId: PrintableText(36),
  evseUid: PrintableText(36),
  energyWh: Type.Integer({ minimum: 100, maximum: 500_000, description: 'What is to be charged, Wh' }),
  powerW: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 1_000_000,
      description: 'At most; default: what the socket gives',
    }),
  ),
  profileType: Type.Optional(ProfileType),
});
/** A socket one may use. */
export const UsableSocketRow = Type.Object({
  ...SocketRow.properties,
  chargingSince: Maybe(Type.String({ format: 'date-time', description: 'Since then a charge runs there' })),
});
export const PlacesAnswer = Type.Object({ now: Time, sockets: Type.Array(SocketRow) });
export const PriceAnswer = Type.Object({
  locationId: Type.String(),
  evseUid: Type.String(),
  energyWh: Type.Number(),
  minutes: Type.Number({ description: 'At full power from now on' }),
  tariffId: Maybe(Type.String()),
  cost: Maybe(Cost),
});
