import Type, { type TObject, type TOptional } from 'typebox';
import { PART_KINDS, WEEKDAYS, type Weekday } from '../../drivers/accounts/index.ts';
import { Moment, PrintableText } from './schemas.ts';

const Soc = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: `${description}, 0..1` }));
const Watts = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: `${description}, W` }));
export const ProfileType = Type.Union(
  ['CHEAP', 'FAST', 'GREEN', 'REGULAR'].map((type) => Type.Literal(type)),
);
export const VehicleParams = Type.Object({ vehicleId: Type.String({ pattern: '^[0-9a-f]{24}$' }) });
export const CardParams = Type.Object({ cardId: PrintableText(40) });
export const OwnSessionParams = Type.Object({ sessionId: PrintableText(40) });
export const PurposeParams = Type.Object({
  purpose: Type.Union(['v2g', 'soc', 'sharing', 'statistics'].map((name) => Type.Literal(name))),
});

export const VehicleBody = Type.Object(
  {
    name: PrintableText(60, 'What the driver calls it'),
    make: Type.Optional(PrintableText(40)),
    model: Type.Optional(PrintableText(60)),
    batteryWh: Type.Optional(
      Type.Integer({ minimum: 1000, maximum: 500_000, description: 'Usable, Wh; may be left out (UC-003)' }),
    ),
    acPhases: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)])),
    acPowerW: Watts('Most the on-board charger takes'),
    dcPowerW: Watts('Most it takes by DC'),
    dischargePowerW: Watts('Most it gives back; left out or 0: it cannot'),
    whPerKm: Type.Optional(Type.Integer({ minimum: 50, maximum: 1000 })),
  },
  { additionalProperties: false },
);
const DayWishes = {
  profileType: Type.Optional(ProfileType),
  readyBy: Type.Optional(
    Type.String({
      pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
      description: 'Local time of the place, like 07:30',
    }),
  ),
  targetSoc: Soc('State of charge wished at departure'),
  minSoc: Soc('State of charge needed in any case'),
  atOnceSoc: Soc('State of charge wanted right away, before the rest is planned'),
};
export const DefaultsBody = Type.Object(
  {
    ...DayWishes,
    weekdays: Type.Optional(
      Type.Object(
        Object.fromEntries(
          WEEKDAYS.map((day) => [
            day,
            Type.Optional(Type.Object(DayWishes, { additionalProperties: false })),
          ]),
        ) as Record<Weekday, TOptional<TObject<typeof DayWishes>>>,
        {
          additionalProperties: false,
          description: 'Instead of the wishes beside it, for a charge that begins on that day',
        },
      ),
    ),
    dischargeAllowed: Type.Optional(Type.Boolean({ description: 'Counts only with the v2g consent' })),
    reserveSoc: Soc('Never discharged below; at least the floor of the consent'),
    vehicleId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
  },
  { additionalProperties: false },
);
/** What a driver asks for in the form before or while charging (UC-004); every field may be left out. */
export const WishesBody = Type.Object(
  {
    profileType: Type.Optional(ProfileType),
    departure: Type.Optional(Moment('When the car leaves')),
    departureFirm: Type.Optional(
      Type.Boolean({ description: 'The car leaves then and not before; otherwise learned stays decide' }),
    ),
    energyNeedWh: Type.Optional(
      Type.Number({ minimum: 0, maximum: 500_000, description: 'Counted from the start of the charge, Wh' }),
    ),
    targetSoc: Soc('State of charge wished at departure'),
    minSoc: Soc('State of charge needed in any case'),
    atOnceSoc: Soc('State of charge wanted right away, before the rest is planned'),
    atOnceWh: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 500_000,
        description: 'The same as energy, counted from the start of the charge, Wh',
      }),
    ),
    reserveSoc: Soc('Never discharged below'),
    dischargeAllowed: Type.Optional(Type.Boolean({ description: 'true needs the v2g consent' })),
  },
  { additionalProperties: false },
);
export const ConsentBody = Type.Object(
  {
    floorSoc: Type.Optional(Type.Number({ minimum: 0.1, maximum: 1, description: 'v2g only; default 0.5' })),
  },
  { additionalProperties: false },
);
const MaybeTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
export const ConsentRow = Type.Object({
  purpose: Type.String(),
  isGiven: Type.Boolean(),
  textVersion: Type.Union([Type.String(), Type.Null()]),
  floorSoc: Type.Union([Type.Number(), Type.Null()]),
  given: MaybeTime,
});
export const DriverMe = Type.Object({
  id: Type.String(),
  role: Type.String({ description: 'driver or guest' }),
  email: Type.Union([Type.String(), Type.Null()]),
  name: Type.Union([Type.String(), Type.Null()]),
  rights: Type.Array(Type.String()),
  csrfToken: Type.String({ description: 'Header x-csrf-token of every change' }),
  socket: Type.Union([Type.Object({ locationId: Type.String(), evseUid: Type.String() }), Type.Null()], {
    description: 'A guest’s: the one socket they may use',
  }),
  session: Type.Object({ ends: Type.String({ format: 'date-time' }) }),
});
export const VehicleRow = Type.Object(
  { ...VehicleBody.properties, id: Type.String(), from: Type.String({ format: 'date-time' }) },
  { additionalProperties: true },
);
/** A card as its owner sees it; more stands in it for other pages. */
export const CardRow = Type.Object(
  {
    id: Type.String(),
    kind: Type.Union([Type.Literal('app'), Type.Literal('card')]),
    uid: Type.String({ description: 'Masked' }),
    contractId: Type.String(),
    valid: Type.Boolean(),
  },
  { additionalProperties: true },
);
export const SessionRow = Type.Object({
  sessionId: Type.String(),
  isLive: Type.Boolean(),
  locationId: Type.String(),
  evseUid: Type.String(),
  start: Type.String({ format: 'date-time' }),
  end: MaybeTime,
  energyWh: Type.Number(),
  powerW: Type.Union([Type.Number(), Type.Null()]),
  cdrId: Type.Union([Type.String(), Type.Null()]),
  currency: Type.Union([Type.String(), Type.Null()]),
  totalCost: Type.Union([Type.Number(), Type.Null()], { description: 'With taxes; null until it is billed' }),
  taxes: Type.Union([Type.Number(), Type.Null()], { description: 'Within the total' }),
  parts: Type.Union(
    [
      Type.Array(
        Type.Object({
          kind: Type.Union(PART_KINDS.map((kind) => Type.Literal(kind))),
          amount: Type.Number({ description: 'With taxes' }),
        }),
      ),
      Type.Null(),
    ],
    {
      description: 'What the total is made of; empty where a least or highest price makes it something else',
    },
  ),
});
