import Type from 'typebox';
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
  city: Type.String(),
  timeZone: Type.String(),
  status: Type.String({ description: 'OCPI status of the EVSE' }),
  maxW: Type.Number(),
  givesBack: Type.Boolean({ description: 'Can take energy out of a car' }),
  price: Maybe(
    Type.Object({
      currency: Type.String(),
      perKwh: Maybe(Type.Number({ description: 'With VAT' })),
      tariffId: Type.String(),
    }),
  ),
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
  pricePerKwh: Type.Array(Maybe(Type.Number()), { description: 'Energy price of the site per slot' }),
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
  cost: Maybe(
    Type.Object({
      amount: Type.Number(),
      currency: Type.String(),
      basis: Type.Union([Type.Literal('tariff'), Type.Literal('site')], {
        description:
          'tariff: the whole charge as it will be billed; site: energy to come at the energy price of the site',
      }),
    }),
  ),
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
  soc: Maybe(Type.Number()),
  batteryWh: Maybe(Type.Number()),
  wishes: Type.Object({
    profileType: Maybe(ProfileType),
    departure: Maybe(Time),
    departureFirm: Type.Boolean(),
    targetSoc: Maybe(Type.Number()),
    minSoc: Maybe(Type.Number()),
    energyNeedWh: Maybe(Type.Number()),
    dischargeAllowed: Type.Boolean(),
    reserveSoc: Maybe(Type.Number()),
  }),
  planNumber: Maybe(Type.Integer()),
  outlook: Maybe(Outlook),
});

export const Trial = Type.Object({ now: Outlook, boosted: Outlook });
export const SocketQuery = Type.Object({
  text: Type.Optional(PrintableText(60, 'Only places whose name, address or city hold it')),
});
