import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { INPUT_KINDS, SERIES_UNITS, type StaticInputs } from '../../sites/index.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, ContextParams, describes, Moment, PrintableText } from './schemas.ts';

const DAY_MS = 24 * 3_600_000;
const LONGEST_MS = 31 * DAY_MS;

const Window = Type.Object({
  from: Type.Optional(Moment('Start of the window; default now')),
  to: Type.Optional(Moment('End of the window; default 24 h later, at most 31 days')),
});

const Power = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, description: `${description}, W` }));

const NewContext = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Za-z]{2}$', description: 'OCPI country_code of the owner' }),
    party: Type.String({ pattern: '^[A-Za-z0-9]{3}$', description: 'OCPI party_id of the owner' }),
    peerId: PrintableText(100, 'Platform whose EVSEs these are (GET /api/parties)'),
    objectId: PrintableText(36),
    shadow: Type.Optional(Type.Boolean({ description: 'Plan and show, send nothing; default false' })),
    statics: Type.Object(
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
                    dischargeW: Type.Number({ minimum: 0 }),
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
    ),
  },
  { additionalProperties: false },
);

const Change = Type.Object(
  { shadow: Type.Boolean({ description: 'true = plan and show, send nothing' }) },
  { additionalProperties: false },
);

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
          durationMinutes: Type.Number({ exclusiveMinimum: 0, maximum: 1440 }),
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

export function contextRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { sites, clock, audit, supplyMeasured } = around;
  const tag = 'contexts';

  app.get(
    '/api/contexts',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Optimisation contexts with their static inputs',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(await sites.contexts()),
  );

  app.post<{ Body: Static<typeof NewContext> }>(
    '/api/contexts',
    {
      config: { permission: 'contexts:write' },
      schema: describes({ tag, summary: 'Make a context by hand', body: NewContext, status: 201 }),
    },
    async (request, reply) => {
      const { country, party, peerId, objectId, shadow = false, statics } = request.body;
      found(await around.parties.peer(peerId), `platform ${peerId} (see GET /api/parties)`);
      const owner = { peerId, party: { countryCode: country.toUpperCase(), partyId: party.toUpperCase() } };
      const made = unwrap(
        await sites.createContext(owner, objectId, { statics: statics as StaticInputs, shadow }),
      );
      await audit.record({
        actor: request.actor,
        action: 'context.created',
        subject: `context:${made.id}`,
        detail: { objectId, shadow },
      });
      return reply
        .code(201)
        .header('location', `/api/contexts/${encodeURIComponent(made.id)}`)
        .send(made);
    },
  );

  app.get<{ Params: Static<typeof ContextParams> }>(
    '/api/contexts/:contextId',
    {
      config: { permission: 'contexts:read' },
      schema: describes({ tag, summary: 'One context', params: ContextParams }),
    },
    async (request) =>
      outside(found(await sites.context(request.params.contextId), `context ${request.params.contextId}`)),
  );

  app.patch<{ Params: Static<typeof ContextParams>; Body: Static<typeof Change> }>(
    '/api/contexts/:contextId',
    {
      config: { permission: 'contexts:write' },
      schema: describes({ tag, summary: 'Switch shadow mode', params: ContextParams, body: Change }),
    },
    async (request) => {
      const { contextId } = request.params;
      const { shadow } = request.body;
      unwrap(await sites.setShadow(contextId, shadow));
      await audit.record({
        actor: request.actor,
        action: 'context.shadow_set',
        subject: `context:${contextId}`,
        detail: { shadow },
      });
      return outside(found(await sites.context(contextId), `context ${contextId}`));
    },
  );

  app.get<{ Params: Static<typeof ContextParams>; Querystring: Static<typeof Window> }>(
    '/api/contexts/:contextId/inputs',
    {
      config: { permission: 'contexts:read' },
      schema: describes({
        tag,
        summary: 'Forecasts, prices, flex orders and caps with source and validity',
        params: ContextParams,
        querystring: Window,
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
      const slots = request.body.slots.map((slot, index) => ({
        startMs: moment(slot.start, `body.slots.${index}.start`),
        durationMs: Math.round(slot.durationMinutes * 60_000),
        value: slot.value,
      }));
      const { validUntil } = request.body;
      unwrap(
        await sites.putSeries(contextId, kind, slots, {
          source: request.actor,
          ...(validUntil === undefined ? {} : { validUntilMs: moment(validUntil, 'body.validUntil') }),
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
