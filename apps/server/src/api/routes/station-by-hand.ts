import type { InstalledProfile, StepFunction } from '@smac/ocpp/profiles';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { type HandRefusal, readProfile } from '../../station-profiles/index.ts';
import { demandFew } from '../blast-radius.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';
import { StationParams } from './station-requests.ts';
import { one } from './stations.ts';

const tag = 'stations';
const Amount = Type.Number({ minimum: -10_000_000, maximum: 10_000_000 });
const Seconds = Type.Integer({ minimum: 0, maximum: 366 * 86_400 });
const Id = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });
const exactly = { additionalProperties: false } as const;

const Period = Type.Object(
  {
    startPeriod: Seconds,
    limit: Type.Optional(Amount),
    dischargeLimit: Type.Optional(Amount),
    setpoint: Type.Optional(Amount),
    numberPhases: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
    phaseToUse: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
    operationMode: Type.Optional(PrintableText(20)),
  },
  exactly,
);
const Schedule = Type.Object(
  {
    id: Type.Optional(Id),
    chargingRateUnit: Type.Union([Type.Literal('A'), Type.Literal('W')]),
    startSchedule: Type.Optional(Moment('Start of the first period')),
    duration: Type.Optional(Seconds),
    minChargingRate: Type.Optional(Amount),
    chargingSchedulePeriod: Type.Array(Period, { minItems: 1, maxItems: 1024 }),
  },
  exactly,
);
const Profile = Type.Object(
  {
    id: Id,
    stackLevel: Type.Integer({ minimum: 0, maximum: 1000 }),
    chargingProfilePurpose: Type.Union([
      Type.Literal('ChargingStationMaxProfile'),
      Type.Literal('TxDefaultProfile'),
      Type.Literal('TxProfile'),
      Type.Literal('PriorityCharging'),
      Type.Literal('LocalGeneration'),
    ]),
    chargingProfileKind: Type.Union([
      Type.Literal('Absolute'),
      Type.Literal('Recurring'),
      Type.Literal('Relative'),
      Type.Literal('Dynamic'),
    ]),
    recurrencyKind: Type.Optional(Type.Union([Type.Literal('Daily'), Type.Literal('Weekly')])),
    validFrom: Type.Optional(Moment('Valid from')),
    validTo: Type.Optional(Moment('Valid until')),
    transactionId: Type.Optional(PrintableText(36)),
    chargingSchedule: Type.Array(Schedule, { minItems: 1, maxItems: 3 }),
  },
  { ...exactly, description: 'A charging profile in the words of OCPP 2.1; sent in those of the station' },
);
const Wish = Type.Object(
  {
    evseId: Type.Integer({ minimum: 0, maximum: 1000, description: '0: the whole station' }),
    profile: Profile,
  },
  exactly,
);
const ReadBackWish = Type.Object(
  {
    evseId: Type.Integer({ minimum: 0, maximum: 1000 }),
    durationS: Type.Optional(
      Type.Integer({ minimum: 60, maximum: 7 * 86_400, description: 'Default a day' }),
    ),
  },
  exactly,
);
const ProfileParams = Type.Object({ stationId: PrintableText(48), profileId: Id });

/** W over time; a step without power is not limited. */
const Steps = Type.Object({
  start: Type.String(),
  end: Type.String(),
  steps: Type.Array(Type.Object({ start: Type.String(), powerW: Type.Union([Type.Number(), Type.Null()]) })),
});
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Refused = Type.Object({
  code: Type.String({ description: 'Reason code of OCPP, or Limit, Offline' }),
  rule: Type.String({ description: 'Requirement of OCPP, or empty' }),
  message: Type.String(),
});

/** Charging profiles that a person makes: tried, sent, read back and removed again. */
export function stationByHandRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { byHand } = around;
  const config = { permission: 'stations:operate' } as const;

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof Wish> }>(
    '/api/stations/:stationId/profiles/preview',
    {
      config,
      schema: describes({
        tag,
        summary: 'What a profile would change, and why the station would not get it; nothing is sent',
        params: StationParams,
        body: Wish,
        answer: Type.Object({ refusal: OrNull(Refused), before: OrNull(Steps), after: OrNull(Steps) }),
      }),
    },
    async ({ params: { stationId }, body, actor }) => {
      one(around, stationId);
      const { refusal, before, after } = await byHand.preview(stationId, wishOf(body), actor);
      return { refusal: refusal ?? null, before: stepsOf(before), after: stepsOf(after) };
    },
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof Wish> }>(
    '/api/stations/:stationId/profiles',
    {
      config,
      schema: describes({
        tag,
        summary: "Give the station a profile by hand; the answer is the station's",
        description:
          'A profile that breaks a rule of OCPP, or lifts the supply point above its limit, is 422 and never leaves.',
        params: StationParams,
        body: Wish,
      }),
    },
    async ({ params: { stationId }, body, actor }) => {
      one(around, stationId);
      demandFew(around, actor, 'SetChargingProfile', stationId, body);
      const sent = await byHand.set(stationId, wishOf(body), actor);
      if ('refusal' in sent) throw refused(sent.refusal);
      return sent.outcome;
    },
  );

  app.delete<{ Params: Static<typeof ProfileParams> }>(
    '/api/stations/:stationId/profiles/:profileId',
    {
      config,
      schema: describes({
        tag,
        summary: "Take a profile from the station; the answer is the station's",
        params: ProfileParams,
      }),
    },
    async ({ params: { stationId, profileId }, actor }) => {
      one(around, stationId);
      demandFew(around, actor, 'ClearChargingProfile', stationId, {});
      return byHand.remove(stationId, profileId, actor);
    },
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof ReadBackWish> }>(
    '/api/stations/:stationId/composite-schedule',
    {
      config,
      schema: describes({
        tag,
        summary: 'Ask the station what it will do, beside what it is thought to hold',
        params: StationParams,
        body: ReadBackWish,
        answer: Type.Object({
          outcome: AnyObject,
          reported: OrNull(Steps),
          expected: OrNull(Steps),
          largestW: OrNull(Type.Number()),
        }),
      }),
    },
    async ({ params: { stationId }, body: { evseId, durationS = 86_400 }, actor }) => {
      one(around, stationId);
      const { outcome, reported, expected, largestW } = await byHand.readBack(
        stationId,
        evseId,
        durationS,
        actor,
      );
      const said = reported && {
        ...reported,
        steps: reported.periods.map(({ startMs, powerW }) => ({ fromMs: startMs, value: powerW })),
      };
      return {
        outcome,
        reported: stepsOf(said),
        expected: stepsOf(expected),
        largestW: largestW === undefined || !Number.isFinite(largestW) ? null : largestW,
      };
    },
  );
}

function wishOf({ evseId, profile }: Static<typeof Wish>): InstalledProfile {
  const installed = readProfile('2.1', evseId, profile);
  if (installed === undefined) throw new HttpProblem(400, 'body.profile has no schedule.');
  return installed;
}

function refused({ code, rule, message }: HandRefusal): HttpProblem {
  const because = rule === '' ? code : `${code}, ${rule}`;
  return new HttpProblem(422, `${message} (${because})`, [{ field: 'body.profile', problem: message }]);
}

const iso = (ms: number) => new Date(ms).toISOString();

function stepsOf(of: StepFunction | undefined): Static<typeof Steps> | null {
  if (of === undefined) return null;
  return {
    start: iso(of.startMs),
    end: iso(of.endMs),
    steps: of.steps.map(({ fromMs, value }) => ({
      start: iso(fromMs),
      powerW: Number.isFinite(value) ? value : null,
    })),
  };
}
