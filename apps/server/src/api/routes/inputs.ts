import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { INPUT_KINDS, SERIES_KINDS, SERIES_UNITS, type SeriesKind, takenSlots } from '../../sites/index.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { ContextParams, describes, Moment, PrintableText } from './schemas.ts';

const DAY_MS = 24 * 3_600_000;
const LONGEST_MS = 31 * DAY_MS;

const Window = Type.Object({
  from: Type.Optional(Moment('Start of the window; default now')),
  to: Type.Optional(Moment('End of the window; default 24 h later, at most 31 days')),
});

const InputParams = Type.Object({
  contextId: PrintableText(200),
  kind: Type.Union(INPUT_KINDS.map((kind) => Type.Literal(kind))),
});

const Series = Type.Object(
  {
    slots: Type.Array(
      Type.Object(
        {
          start: Moment('Start of the slot'),
          durationMinutes: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 1440,
              description: 'Default: the spacing of the list, as in a pushed object',
            }),
          ),
          value: Type.Number(),
        },
        { additionalProperties: false },
      ),
      { maxItems: 20_000 },
    ),
    validUntil: Type.Optional(Moment('Makes the values an override that ends by itself')),
  },
  { additionalProperties: false },
);

const MeterReading = Type.Object(
  {
    powerW: Type.Number({ minimum: -1e9, maximum: 1e9, description: 'Net import, W; export is negative' }),
    at: Type.Optional(Moment('When it was read; default now')),
    validSeconds: Type.Optional(
      Type.Number({ minimum: 1, maximum: 900, description: 'How long it says something of now; default 60' }),
    ),
  },
  { additionalProperties: false },
);

const SlotAnswer = Type.Object({
  start: Type.String(),
  durationMs: Type.Number(),
  value: Type.Number(),
  layer: Type.Union([Type.Literal('base'), Type.Literal('override')]),
  source: Type.String(),
  received: Type.String(),
  validUntil: Type.Optional(Type.String()),
});
/** One field per kind of series. */
const byKind = <T extends Type.TSchema>(schema: T) =>
  Type.Object(Object.fromEntries(SERIES_KINDS.map((kind) => [kind, schema])) as Record<SeriesKind, T>);
const InputsAnswer = Type.Object({
  contextId: Type.String(),
  units: byKind(Type.String()),
  series: byKind(Type.Array(SlotAnswer)),
});

/** Dynamic inputs of a context (UC-002): what is known, values by hand or from a file, the meter of the supply point. */
export function inputRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, clock, audit, supplyMeasured } = around;
  const tag = 'contexts';

  app.get<{ Params: Static<typeof ContextParams>; Querystring: Static<typeof Window> }>(
    '/api/contexts/:contextId/inputs',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Forecasts, prices, flex orders and caps with source and validity',
        params: ContextParams,
        querystring: Window,
        answer: InputsAnswer,
      }),
    },
    async (request) => {
      const { contextId } = request.params;
      found(await sites.context(contextId), `context ${contextId}`);
      const { fromMs, toMs } = windowOf(request.query, clock.now());
      return { contextId, units: SERIES_UNITS, series: outside(await sites.series(contextId, fromMs, toMs)) };
    },
  );

  app.put<{ Params: Static<typeof InputParams>; Body: Static<typeof Series> }>(
    '/api/contexts/:contextId/inputs/:kind',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'Give values by hand or from a file',
        description: `Units: ${INPUT_KINDS.map((kind) => `${kind} ${SERIES_UNITS[kind]}`).join(', ')}.`,
        params: InputParams,
        body: Series,
      }),
    },
    async (request) => {
      const { contextId, kind } = request.params;
      const { validUntil } = request.body;
      const context = found(await sites.context(contextId), `context ${contextId}`);
      const validUntilMs = validUntil === undefined ? undefined : moment(validUntil, 'body.validUntil');
      if (validUntilMs !== undefined && validUntilMs <= clock.now()) {
        const problem = 'must lie ahead; DELETE …/override ends an override before its time';
        throw new HttpProblem(400, `body.validUntil ${problem}.`, [{ field: 'body.validUntil', problem }]);
      }
      const given = request.body.slots.map((slot, index) => ({
        startMs: moment(slot.start, `body.slots.${index}.start`),
        ...(slot.durationMinutes === undefined
          ? {}
          : { durationMs: Math.round(slot.durationMinutes * 60_000) }),
        value: slot.value,
      }));
      const slots = unwrap(takenSlots(context, kind, given, validUntilMs !== undefined));
      unwrap(
        await sites.putSeries(contextId, kind, slots, {
          source: request.actor,
          ...(validUntilMs === undefined ? {} : { validUntilMs }),
        }),
      );
      await audit.record({
        actor: request.actor,
        action: 'input.set',
        subject: `context:${contextId}`,
        detail: { kind, slots: slots.length, ...(validUntil === undefined ? {} : { validUntil }) },
      });
      return { contextId, kind, slots: slots.length };
    },
  );

  app.delete<{ Params: Static<typeof InputParams> }>(
    '/api/contexts/:contextId/inputs/:kind/override',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'End an override by hand before its time: what was pushed or forecast counts again',
        params: InputParams,
      }),
    },
    async (request) => {
      const { contextId, kind } = request.params;
      unwrap(
        await sites.putSeries(contextId, kind, [], {
          source: request.actor,
          validUntilMs: clock.now(),
        }),
      );
      await audit.record({
        actor: request.actor,
        action: 'input.override_ended',
        subject: `context:${contextId}`,
        detail: { kind },
      });
      return { contextId, kind };
    },
  );

  app.put<{ Params: Static<typeof ContextParams>; Body: Static<typeof MeterReading> }>(
    '/api/contexts/:contextId/meter',
    {
      config: { permission: 'contexts:write' },
      schema: describes({
        tag,
        summary: 'What the meter of the supply point shows now',
        description:
          'While it is fresh, the base load it shows beside the cars stands in the place of the forecast: cars are lowered within seconds when it rises.',
        params: ContextParams,
        body: MeterReading,
      }),
    },
    async (request) => {
      const { contextId } = request.params;
      found(await sites.context(contextId), `context ${contextId}`);
      const { powerW, at, validSeconds = 60 } = request.body;
      const nowMs = clock.now();
      const atMs = Math.min(nowMs, at === undefined ? nowMs : moment(at, 'body.at'));
      const untilMs = atMs + validSeconds * 1000;
      await supplyMeasured(contextId, { powerW, atMs, untilMs });
      return { contextId, validUntil: new Date(untilMs).toISOString(), isFresh: untilMs > nowMs };
    },
  );
}

function windowOf(query: Static<typeof Window>, nowMs: number): { fromMs: number; toMs: number } {
  const fromMs = query.from === undefined ? nowMs : moment(query.from, 'query.from');
  const toMs = query.to === undefined ? fromMs + DAY_MS : moment(query.to, 'query.to');
  if (toMs <= fromMs)
    throw new HttpProblem(400, 'query.to must lie after query.from.', [
      { field: 'query.to', problem: 'must lie after from' },
    ]);
  if (toMs - fromMs > LONGEST_MS)
    throw new HttpProblem(400, 'query.to must lie at most 31 days after query.from.', [
      { field: 'query.to', problem: 'is too far away' },
    ]);
  return { fromMs, toMs };
}

function moment(text: string, field: string): number {
  const ms = momentMs(text);
  if (ms === undefined) {
    const problem = 'must be a time with zone, like 2026-11-21T08:00:00Z';
    throw new HttpProblem(400, `${field} ${problem}.`, [{ field, problem }]);
  }
  return ms;
}
