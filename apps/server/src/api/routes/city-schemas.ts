import Type, { type TSchema } from 'typebox';
import { Moment, PrintableText } from './schemas.ts';

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Amount = OrNull(Type.Number());
const Count = OrNull(Type.Integer());
const Day = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d$',
  description: 'Day at the site, like 2026-06-01',
});
const Format = Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')]));

const Chosen = {
  site: Type.Optional(PrintableText(300, 'Key of a site, from choices')),
  district: Type.Optional(PrintableText(60, 'Postal code, or the city where a location has none')),
  operator: Type.Optional(Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]{3}$', description: 'Like NL-TNM' })),
};
export const CityQuerySchema = Type.Object({
  from: Type.Optional(Day),
  to: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: 'Last day, inclusive' })),
  ...Chosen,
  against: Type.Optional(
    Type.Union([Type.Literal('before'), Type.Literal('year')], {
      description:
        'What the figures are compared with: as many days right before, or the same weekdays a year before',
    }),
  ),
  format: Format,
});
export const ReportQuerySchema = Type.Object({
  month: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'Like 2026-06' }),
  ...Chosen,
  format: Format,
});

const Period = Type.Object({ from: Day, to: Day });
const Peak = OrNull(Type.Object({ value: Type.Number(), at: Moment('Since when it held') }));

const Rounded = Type.Boolean({ description: 'To five sessions, and sums with them' });
const Cards = OrNull(Type.Integer({ description: 'Different cards; null where fewer than 5' }));

const Figures = Type.Object(
  {
    withheld: Type.Boolean({ description: 'Too few sessions to show anything: the other fields are absent' }),
    rounded: Type.Optional(Rounded),
    sessions: Type.Optional(Type.Integer({ description: 'That began in the period' })),
    cards: Type.Optional(Cards),
    energyWh: Type.Optional(Type.Number()),
    energyPerSessionWh: Type.Optional(Amount),
    carbon: Type.Optional(
      Type.Object({
        kg: Type.Number({ description: 'CO2, by methods.co2' }),
        seriesShare: OrNull(
          Type.Number({ description: 'Of the energy, with an intensity of the site, 0..1' }),
        ),
      }),
    ),
    chargingHours: Type.Optional(Type.Number()),
    occupiedHours: Type.Optional(Type.Number()),
    chargingShare: Type.Optional(Amount),
    peak: Type.Optional(Peak),
    simultaneous: Type.Optional(Peak),
    turnover: Type.Optional(Amount),
    occupiedShare: Type.Optional(Amount),
    bookings: Type.Optional(Type.Object({ count: Count, meanMinutes: Amount, perDay: Amount })),
  },
  { description: 'Energies in Wh, powers in W, shares 0..1; peak is the mean of a quarter hour' },
);

const Cell = { withheld: Type.Boolean(), sessions: Count, energyWh: Amount };

const Use = {
  ...Cell,
  rounded: Rounded,
  cards: Cards,
  energyPerSessionWh: Amount,
  chargingHours: Amount,
  occupiedHours: Amount,
};
const Compared = Type.Array(
  Type.Object({
    name: Type.String(),
    evses: Type.Integer(),
    ...Use,
    energyBeforeWh: OrNull(Type.Number({ description: 'In the days it is compared with' })),
  }),
);

export const CitySummaryAnswer = Type.Object({
  now: Moment('When this was true'),
  period: Period,
  previous: Period,
  leastSessions: Type.Integer({ description: 'Fewer sessions than this in a cell are withheld' }),
  evses: Type.Integer(),
  faulted: Type.Integer({ description: 'Out of order now' }),
  timeZones: Type.Array(Type.String()),
  figures: Figures,
  before: Figures,
  days: Type.Array(Type.Object({ date: Day, ...Cell, rounded: Rounded })),
  operators: Compared,
  districts: Compared,
  effects: Type.Array(
    Type.Object({
      currency: Type.String(),
      energyWh: Type.Number(),
      cost: Type.Number(),
      uncontrolledCost: Type.Number(),
      peakW: Type.Number(),
      uncontrolledPeakW: Type.Number(),
      ownGenerationWh: Type.Number({ description: 'Of energyWh, from generation that sites had left over' }),
      co2Kg: Amount,
      uncontrolledCo2Kg: Amount,
      flexAskedWh: Type.Number({ description: 'Energy that flex orders asked to move' }),
      flexDoneWh: Type.Number({ description: 'and what the cars moved of it' }),
    }),
  ),
  live: Type.Object(
    {
      withheld: Type.Boolean(),
      rounded: Type.Boolean({ description: 'To five cars, and power with them' }),
      charging: Count,
      powerW: Amount,
    },
    { description: 'Cars that charge at this moment, and their power; withheld where they are few' },
  ),
  uptimeShare: Amount,
  outages: Type.Integer({ description: 'Lost connections of 5 minutes and more' }),
  gridMixGPerKwh: Type.Number({ description: 'CO2 used where a site has no figures of its own, g/kWh' }),
  methods: Type.Object({ co2: Type.String(), effect: Type.String() }),
  choices: Type.Object({
    sites: Type.Array(Type.Object({ key: Type.String(), name: Type.String() })),
    districts: Type.Array(Type.String()),
    operators: Type.Array(Type.String()),
  }),
});

export const CityHeatAnswer = Type.Object({
  period: Period,
  cells: Type.Array(
    Type.Object({
      weekday: Type.Integer({ description: '0 is Monday' }),
      hour: Type.Integer({ description: 'Of the clock at the site' }),
      ...Cell,
      rounded: Rounded,
    }),
  ),
});

const SocketUse = {
  operator: Type.String(),
  site: Type.String(),
  siteName: Type.String(),
  district: Type.String(),
  evseUid: Type.String(),
  label: Type.String(),
  status: Type.String({ description: 'OCPI status now' }),
  maxW: Type.Number(),
  ...Use,
  uptimeShare: OrNull(Type.Number({ description: '0..1; null where the station is not of this platform' })),
  outages: OrNull(Type.Array(Type.Object({ from: Moment('Lost'), until: Moment('Back') }))),
};

export const CityEvsesAnswer = Type.Object(
  {
    type: Type.Literal('FeatureCollection'),
    period: Period,
    features: Type.Array(
      Type.Object({
        type: Type.Literal('Feature'),
        id: Type.String(),
        geometry: OrNull(
          Type.Object({
            type: Type.Literal('Point'),
            coordinates: Type.Array(Type.Number(), { description: 'Longitude, latitude' }),
          }),
        ),
        properties: Type.Object(SocketUse),
      }),
    ),
  },
  { description: 'GeoJSON (RFC 7946)' },
);

export const CityReportAnswer = Type.Object({
  month: Type.String(),
  period: Period,
  sockets: Type.Array(Type.Object(SocketUse)),
});
