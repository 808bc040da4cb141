import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Static } from 'typebox';
import { type City, type CityQuery, csvOf, daysOf, type SocketLine } from '../../insight/city/index.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import {
  CityEvsesAnswer,
  CityHeatAnswer,
  CityQuerySchema,
  CityReportAnswer,
  CitySummaryAnswer,
  ReportQuerySchema,
} from './city-schemas.ts';
import { describes } from './schemas.ts';

type Query = Static<typeof CityQuerySchema>;
type ReportQuery = Static<typeof ReportQuerySchema>;

const MOST_DAYS = 366;
const SHARED =
  'Sums only: fewer than 5 sessions in a cell are withheld, sums with such a part or of days that go on are rounded to 5 sessions, and never a driver, a card or a session.';

/** What a city sees: aggregates over all operators, as JSON, GeoJSON and CSV. */
export function cityRoutes(app: FastifyInstance, { city }: { readonly city: City }): void {
  const tag = 'city';
  const config = { permission: 'insight:read' } as const;

  app.get<{ Querystring: Query }>(
    '/api/city/summary',
    {
      config,
      schema: describes({
        tag,
        summary: 'Figures of a period, the period before it, and energy per day',
        description: `${SHARED} As CSV: the days.`,
        querystring: CityQuerySchema,
        answer: CitySummaryAnswer,
      }),
    },
    async ({ query }, reply) => {
      const summary = await city.summary(queryOf(query));
      if (query.format !== 'csv') return outside(summary);
      const rows = summary.days.map(({ date, sessions, energyWh, rounded }) => [
        date,
        sessions,
        energyWh,
        rounded ? 'to 5 sessions' : '',
      ]);
      return sendCsv(reply, 'days', ['date', 'sessions', 'energy_wh', 'rounded'], rows);
    },
  );

  app.get<{ Querystring: Query }>(
    '/api/city/evses',
    {
      config,
      schema: describes({
        tag,
        summary: 'EVSEs on the map with their use, as GeoJSON',
        description: SHARED,
        querystring: CityQuerySchema,
        answer: CityEvsesAnswer,
      }),
    },
    async ({ query }, reply) => {
      const { period, lines } = await city.evses(queryOf(query));
      if (query.format === 'csv') return sendSockets(reply, 'evses', lines);
      return { type: 'FeatureCollection', period, features: lines.map(featureOf) };
    },
  );

  app.get<{ Querystring: Query }>(
    '/api/city/heat',
    {
      config,
      schema: describes({
        tag,
        summary: 'Energy by weekday and hour of the clocks at the sites',
        description: SHARED,
        querystring: CityQuerySchema,
        answer: CityHeatAnswer,
      }),
    },
    async ({ query }, reply) => {
      const heat = await city.heat(queryOf(query));
      if (query.format !== 'csv') return heat;
      const rows = heat.cells.map(({ weekday, hour, sessions, energyWh, rounded }) => [
        weekday,
        hour,
        sessions,
        energyWh,
        rounded ? 'to 5 sessions' : '',
      ]);
      return sendCsv(
        reply,
        'heat',
        ['weekday_from_monday', 'hour', 'sessions', 'energy_wh', 'rounded'],
        rows,
      );
    },
  );

  app.get<{ Querystring: ReportQuery }>(
    '/api/city/report',
    {
      config,
      schema: describes({
        tag,
        summary: 'Monthly usage report by socket: transactions, cards, energy, time, uptime, malfunctions',
        description: SHARED,
        querystring: ReportQuerySchema,
        answer: CityReportAnswer,
      }),
    },
    async ({ query: { month, format, ...chosen } }, reply) => {
      const { period, lines } = await city.month(month, chosen);
      if (format === 'csv') return sendSockets(reply, `usage-${month}`, lines);
      return { month, period, sockets: lines.map(socketOf) };
    },
  );
}

/** @throws HttpProblem 400 for days that are none, run backwards or are too many */
function queryOf({ format: _, ...query }: Query): CityQuery {
  for (const field of ['from', 'to'] as const) {
    const date = query[field];
    if (date === undefined) continue;
    const ms = Date.parse(`${date}T00:00:00Z`);
    const isDay =
      !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date) && date >= '1990' && date < '2200';
    if (!isDay) refuse(field, 'must be a day of the calendar between 1990 and 2199, like 2026-06-01');
  }
  const { from, to } = query;
  if (from !== undefined && to !== undefined) {
    if (to < from) refuse('to', 'must not be before from');
    if (daysOf({ from, to }) > MOST_DAYS) refuse('to', `must be at most ${MOST_DAYS} days after from`);
  }
  return query;
}

function refuse(field: string, problem: string): never {
  throw new HttpProblem(400, `query.${field} ${problem}.`, [{ field: `query.${field}`, problem }]);
}

function socketOf({ evse, availability, ...use }: SocketLine) {
  const { operator, siteKey, siteName, district, evseUid, label, status, maxW } = evse;
  return {
    operator,
    site: siteKey,
    siteName,
    district,
    evseUid,
    label,
    status,
    maxW,
    ...use,
    uptimeShare: availability?.uptimeShare ?? null,
    outages: availability ? (outside(availability.outages) as { from: string; until: string }[]) : null,
  };
}

function featureOf(line: SocketLine) {
  const { key, longitude, latitude } = line.evse;
  const geometry =
    longitude === null || latitude === null ? null : { type: 'Point', coordinates: [longitude, latitude] };
  return { type: 'Feature', id: key, geometry, properties: socketOf(line) };
}

const SOCKET_COLUMNS = [
  'operator',
  'site',
  'district',
  'evse',
  'max_w',
  'sessions',
  'cards',
  'energy_wh',
  'energy_per_session_wh',
  'charging_hours',
  'occupied_hours',
  'uptime_share',
  'outages',
  'outages_at',
  'withheld',
  'rounded',
];

function sendSockets(reply: FastifyReply, name: string, lines: readonly SocketLine[]): FastifyReply {
  const rows = lines.map((line) => {
    const socket = socketOf(line);
    return [
      socket.operator,
      socket.siteName,
      socket.district,
      socket.evseUid,
      socket.maxW,
      socket.sessions,
      socket.cards,
      socket.energyWh,
      socket.energyPerSessionWh,
      socket.chargingHours,
      socket.occupiedHours,
      socket.uptimeShare,
      socket.outages?.length ?? null,
      socket.outages?.map(({ from }) => from).join(' ') ?? null,
      socket.withheld ? 'fewer than 5 sessions, or told by a sum' : '',
      socket.rounded ? 'to 5 sessions' : '',
    ];
  });
  return sendCsv(reply, name, SOCKET_COLUMNS, rows);
}

function sendCsv(
  reply: FastifyReply,
  name: string,
  header: readonly string[],
  rows: Parameters<typeof csvOf>[1],
): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="smac-${name}.csv"`)
    .send(csvOf(header, rows));
}
