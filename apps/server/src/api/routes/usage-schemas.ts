import Type, { type TSchema } from 'typebox';
import { PARTICULARITIES, USAGE_PARTS } from '../../insight/usage/index.ts';
import { Moment } from './schemas.ts';

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Place = {
  operator: Type.String(),
  site: Type.String(),
  station: OrNull(Type.String({ description: 'Id of an own station' })),
  socket: Type.String({ description: 'Uid of the EVSE' }),
};

export const UsageQuery = Type.Object({
  month: Type.String({
    pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
    description: 'Like 2026-06, by the calendar at the site',
  }),
  operator: Type.Optional(Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]{3}$', description: 'Like NL-TNM' })),
  part: Type.Optional(
    Type.Union(
      USAGE_PARTS.map((part) => Type.Literal(part)),
      {
        description: 'What a CSV holds; default transactions',
      },
    ),
  ),
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')])),
});

const ProfileHeld = Type.Object({
  id: Type.String({ description: 'Of the attempt that was accepted' }),
  plan: Type.Integer({
    description: 'Number of the plan; GET /api/plans/{number} tells the problem it solved',
  }),
  reason: Type.String(),
  from: Moment('Held from'),
  until: Moment('until'),
  leastW: Type.Number({ description: 'Lowest limit while it held, W; negative: to be given back' }),
  mostW: Type.Number(),
});

const Charged = {
  connected: Moment('Car plugged in'),
  disconnected: OrNull(Moment('Car unplugged')),
  start: Moment('Transaction began'),
  end: OrNull(Moment('Transaction ended')),
  chargingFrom: OrNull(Moment('First at 100 W and more')),
  chargingUntil: OrNull(Moment('Last at 100 W and more')),
  energyWh: Type.Number({ description: 'Taken, by the register' }),
  exportWh: OrNull(Type.Number({ description: 'Given back, never netted; null: no register of it' })),
  mostW: Type.Number({ description: 'Highest mean power between two readings' }),
  particularities: Type.Array(Type.Union(PARTICULARITIES.map((one) => Type.Literal(one)))),
};

export const UsageAnswer = Type.Object({
  month: Type.String(),
  complete: Type.Boolean({ description: 'The month is over at every site' }),
  transactions: Type.Array(
    Type.Object({
      code: Type.String({ description: 'Unique code of the transaction' }),
      ...Place,
      card: Type.Integer({ description: 'Counts cards within this report; names nobody' }),
      ...Charged,
      profiles: Type.Array(ProfileHeld),
    }),
  ),
  sockets: Type.Array(
    Type.Object({
      ...Place,
      transactions: Type.Integer(),
      cards: Type.Integer({ description: 'Different cards' }),
      energyWh: Type.Number(),
      uptimeShare: OrNull(Type.Number({ description: '0..1 since the station first came' })),
      malfunctions: OrNull(
        Type.Array(Type.Object({ from: Moment('Connection lost'), until: Moment('and back') })),
      ),
    }),
  ),
});

/** One message of the live stream (BI7). */
export const LiveCharge = Type.Object({
  code: Type.String({ description: 'Unique code of the transaction' }),
  ...Place,
  ...Charged,
  status: Type.String({ description: 'OCPI session status; COMPLETED is the last word' }),
  powerW: OrNull(Type.Number({ description: 'Metered last; negative while energy is given back' })),
  profile: OrNull(ProfileHeld),
});
