import Type, { type TSchema } from 'typebox';
import { ALERT_CODES, SITE_STATES } from '../../insight/index.ts';
import { Moment } from './schemas.ts';

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Watts = (description: string) => Type.Number({ description: `${description}, W` });
const PerSlot = (description: string) => Type.Array(OrNull(Type.Number()), { description });
const NullableMoment = (description: string) => OrNull(Moment(description));
const Reason = Type.Object({ code: Type.String(), sentence: Type.String() });

const Today = Type.Object(
  {
    cost: Type.Number({ description: 'Of the energy metered for cars, in the currency of the site' }),
    saving: Type.Number({ description: 'Against the same energy charged without SMAC' }),
    energyWh: Type.Number(),
  },
  { description: 'Since midnight of the site' },
);

const SiteName = {
  contextId: Type.String(),
  objectId: Type.String(),
  party: Type.String(),
  name: Type.String(),
  city: OrNull(Type.String()),
  timeZone: Type.String({ description: 'IANA name of the site' }),
  currency: Type.String(),
  shadow: Type.Boolean({ description: 'Planned and shown, nothing is sent' }),
};

export const OverviewAnswer = Type.Object({
  now: Moment('When this was true'),
  sites: Type.Array(
    Type.Object({
      ...SiteName,
      peerId: Type.String(),
      position: OrNull(
        Type.Object(
          { latitude: Type.Number(), longitude: Type.Number() },
          { description: 'Degrees, WGS 84; null where no location tells any' },
        ),
      ),
      state: Type.Union(SITE_STATES.map((state) => Type.Literal(state))),
      evses: Type.Integer(),
      sessions: Type.Integer(),
      charging: Type.Integer(),
      evPowerW: Watts('Of all cars, measured'),
      netPowerW: OrNull(Watts('Cars measured, the rest of the site as forecast')),
      limitW: OrNull(Watts('Import limit now')),
      lastMessage: NullableMoment('When the site was last heard'),
      today: Today,
      alerts: Type.Array(
        Type.Object({
          code: Type.Union(ALERT_CODES.map((code) => Type.Literal(code))),
          count: Type.Integer(),
          detail: OrNull(Type.String()),
        }),
      ),
    }),
  ),
});

const SessionAnswer = Type.Object({
  key: Type.Object({ peerId: Type.String(), sessionId: Type.String() }),
  status: Type.String(),
  locationId: Type.String(),
  evseUid: Type.String(),
  start: Moment('Start of the session'),
  energyWh: Type.Number(),
  energyNeedWh: OrNull(Type.Number()),
  soc: OrNull(Type.Number({ description: '0..1' })),
  departure: NullableMoment('When the car leaves'),
  profileType: Type.String({ description: 'CHEAP, FAST, GREEN or REGULAR' }),
  plannedW: OrNull(Type.Number()),
  actualW: OrNull(Type.Number()),
  plannedStart: NullableMoment('First slot with power'),
  plannedEnd: NullableMoment('End of the last slot with power'),
  expected: OrNull(
    Type.Object(
      {
        at: Moment('Announced departure, else end of the plan'),
        energyWh: Type.Number(),
        soc: OrNull(Type.Number()),
      },
      {
        description:
          'What the plan leads to, energy since the start of the session; null: nothing more is planned',
      },
    ),
  ),
  shortfallWh: Type.Number(),
  reasons: Type.Array(Reason),
});

export const SitePictureAnswer = Type.Object({
  ...SiteName,
  now: Moment('When this was true'),
  start: Moment('Start of slot 0'),
  slotMinutes: Type.Number(),
  limitW: PerSlot('Import limit, W'),
  baseLoadW: PerSlot('Load that is not controlled, W'),
  generationW: PerSlot('Generation, W'),
  meteredNetW: PerSlot('Net power that was, W'),
  plannedNetW: PerSlot('Net power as planned; before now: as planned then, W'),
  importPrice: PerSlot('Currency per kWh'),
  evses: Type.Array(
    Type.Object({
      locationId: Type.String(),
      evseUid: Type.String(),
      label: Type.String(),
      status: Type.String({ description: 'OCPI status of the EVSE' }),
      maxW: Type.Number(),
      meteredW: PerSlot('Slot averages of the meter up to now, W'),
      plannedW: PerSlot('Slot averages of the plan in force from now on, W'),
      session: OrNull(SessionAnswer),
    }),
  ),
  plan: OrNull(
    Type.Object({
      number: Type.Integer(),
      created: Moment('When it was made'),
      status: Type.String(),
      solver: Type.String(),
      cost: Type.Number(),
      saving: Type.Number(),
      shortfallWh: Type.Number(),
      degraded: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
    }),
  ),
  today: Today,
});

const CarInPlanAnswer = Type.Object({
  id: Type.String({ description: 'Of the session, as the plan names it' }),
  evse: OrNull(Type.String({ description: 'What stands on the socket' })),
  profileType: Type.String({ description: 'CHEAP, FAST, GREEN or REGULAR' }),
  remainingWh: OrNull(Type.Number({ description: 'What was left of its need; null: nobody said how much' })),
  departure: NullableMoment('When its driver said to leave'),
  soc: OrNull(Type.Number({ description: '0..1' })),
  powerW: Type.Array(Type.Number(), { description: 'By slot, discharging negative' }),
  energyWh: Type.Number({ description: 'Planned from then on' }),
  starts: NullableMoment('Start of the first slot with power'),
  ends: NullableMoment('End of the last slot with power'),
  shortfallWh: Type.Number(),
  policy: Type.String({ description: 'Which rule gave need and deadline, in English' }),
  reasons: Type.Array(Reason),
});

export const PlanPictureAnswer = Type.Object({
  number: Type.Integer(),
  contextId: Type.String(),
  objectId: Type.String(),
  name: Type.String(),
  timeZone: Type.String({ description: 'IANA name of the site' }),
  currency: Type.String(),
  now: Moment('When its inputs were read'),
  start: Moment('Start of slot 0'),
  slotMinutes: Type.Number(),
  limitW: PerSlot('Import limit as known then, W'),
  baseLoadW: PerSlot('Load that is not controlled as forecast then, W'),
  generationW: PerSlot('Generation as forecast then, W'),
  plannedNetW: PerSlot('Net power as planned, W'),
  importPrice: PerSlot('Currency per kWh as known then'),
  causes: Type.Array(Type.String()),
  status: Type.String(),
  solver: Type.String(),
  solveMs: Type.Number(),
  cost: Type.Number(),
  shortfallWh: Type.Number(),
  degraded: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
  cars: Type.Array(CarInPlanAnswer),
});
