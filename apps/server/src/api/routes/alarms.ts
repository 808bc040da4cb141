import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { ALARM_CODES, type Alarm } from '../../alarms/index.ts';
import { outside } from '../outside.ts';
import { found } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes, PrintableText } from './schemas.ts';

const AlarmParams = Type.Object({
  alarmId: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
const Note = Type.Object(
  { note: PrintableText(500, 'What is done about it, or why nothing is') },
  { additionalProperties: false },
);
const Maybe = Type.Union([Type.String(), Type.Null()]);
const AlarmAnswer = Type.Object({
  id: Type.Integer(),
  code: Type.Union(ALARM_CODES.map((code) => Type.Literal(code))),
  severity: Type.Union([Type.Literal('high'), Type.Literal('low')]),
  peerId: Type.String(),
  subject: Type.String(),
  contextId: Maybe,
  stationId: Maybe,
  detail: Maybe,
  since: Type.String(),
  ended: Maybe,
  durationMs: Type.Number({ description: 'How long it has lasted, or did' }),
  acknowledged: Maybe,
  acknowledgedBy: Maybe,
  note: Maybe,
});

/** What needs a person, now and in the last seven days. */
export function alarmRoutes(app: FastifyInstance, { alarms, audit, clock }: ApiSurroundings): void {
  const tag = 'alarms';
  const shown = (alarm: Alarm) =>
    outside({ ...alarm, durationMs: (alarm.endedMs ?? clock.now()) - alarm.sinceMs });

  app.get(
    '/api/alarms',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Alarms: those of now, then those that ended in the last seven days',
        answer: Type.Array(AlarmAnswer),
      }),
    },
    async () => (await alarms.look()).map(shown),
  );

  app.put<{ Params: Static<typeof AlarmParams>; Body: Static<typeof Note> }>(
    '/api/alarms/:alarmId/acknowledgement',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'Take an alarm on, with a note',
        params: AlarmParams,
        body: Note,
        answer: AlarmAnswer,
      }),
    },
    async ({ params: { alarmId }, body: { note }, actor }) => {
      const alarm = found(await alarms.acknowledge(alarmId, actor, note), `alarm ${alarmId}`);
      await audit.record({
        actor,
        action: 'alarm.acknowledged',
        subject: `alarm:${alarmId}`,
        detail: { code: alarm.code, about: alarm.subject, note },
      });
      return shown(alarm);
    },
  );
}
