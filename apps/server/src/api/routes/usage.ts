import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { csvOf } from '../../insight/city/index.ts';
import {
  PARTICULARITIES,
  type Usage,
  type UsageSocket,
  type UsageTransaction,
} from '../../insight/usage/index.ts';
import { outside } from '../outside.ts';
import { describes, Moment } from './schemas.ts';

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Place = {
  operator: Type.String(),
  site: Type.String(),
  station: OrNull(Type.String({ description: 'Id of an own station' })),
  socket: Type.String({ description: 'Uid of the EVSE' }),
};

const UsageQuery = Type.Object({
  month: Type.String({
    pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
    description: 'Like 2026-06, by the calendar at the site',
  }),
  operator: Type.Optional(Type.String({ pattern: '^[A-Z]{2}-[A-Z0-9]{3}$', description: 'Like NL-TNM' })),
  part: Type.Optional(
    Type.Union([Type.Literal('transactions'), Type.Literal('sockets')], {
      description: 'What a CSV holds; default transactions',
    }),
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

const UsageAnswer = Type.Object({
  month: Type.String(),
  complete: Type.Boolean({ description: 'The month is over at every site' }),
  transactions: Type.Array(
    Type.Object({
      code: Type.String({ description: 'Unique code of the transaction' }),
      ...Place,
      card: Type.Integer({ description: 'Counts cards within this report; names nobody' }),
      connected: Moment('Car plugged in'),
      disconnected: OrNull(Moment('Car unplugged')),
      start: Moment('Transaction began'),
      end: OrNull(Moment('Transaction ended')),
      chargingFrom: OrNull(Moment('First at 100 W and more')),
      chargingUntil: OrNull(Moment('Last at 100 W and more')),
      energyWh: Type.Number({ description: 'Taken, by the register' }),
      exportWh: OrNull(Type.Number({ description: 'Given back, never netted; null: no register of it' })),
      particularities: Type.Array(Type.Union(PARTICULARITIES.map((one) => Type.Literal(one)))),
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

/** The monthly usage data of BI13, for an operator and for whoever got a reading key to watch the contract. */
export function usageRoutes(app: FastifyInstance, { usage }: { readonly usage: Usage }): void {
  app.get<{ Querystring: Static<typeof UsageQuery> }>(
    '/api/reports/usage',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag: 'reports',
        summary: 'Usage of a month: every transaction and every socket, without names',
        description:
          'A monitoring tool reads it with an API key of role viewer, at any time and of any month that is kept. A number instead of a ' +
          'card; energy by registers, both directions apart. As CSV: `part` says which of the two tables.',
        querystring: UsageQuery,
        answer: UsageAnswer,
      }),
    },
    async (request, reply) => {
      const { month, operator, part, format } = request.query;
      const peerId = request.person?.session.account.peerId;
      const report = await usage.month(month, {
        ...(operator === undefined ? {} : { operator }),
        ...(peerId == null ? {} : { peerId }),
      });
      if (format !== 'csv') {
        const { complete } = report;
        const transactions = report.transactions.map(transactionShown);
        return { month, complete, transactions, sockets: report.sockets.map(socketShown) };
      }
      const [header, rows] =
        part === 'sockets'
          ? [SOCKET_COLUMNS, report.sockets.map(socketRow)]
          : [TRANSACTION_COLUMNS, report.transactions.map(transactionRow)];
      return reply
        .type('text/csv; charset=utf-8')
        .header(
          'content-disposition',
          `attachment; filename="smac-usage-${month}-${part ?? 'transactions'}.csv"`,
        )
        .send(csvOf(header, rows));
    },
  );
}

const placeOf = ({ operator, siteName, stationId, evseUid }: UsageSocket['evse']) => ({
  operator,
  site: siteName,
  station: stationId,
  socket: evseUid,
});
const at = (ms: number) => new Date(ms).toISOString();

function transactionShown({ evse, profiles, ...told }: UsageTransaction) {
  return {
    ...placeOf(evse),
    ...(outside(told) as object),
    profiles: profiles.map(({ id, planNumber, reason, fromMs, untilMs, stretches }) => ({
      id,
      plan: planNumber,
      reason,
      from: at(fromMs),
      until: at(untilMs),
      leastW: Math.min(...stretches.map(({ powerW }) => powerW)),
      mostW: Math.max(...stretches.map(({ powerW }) => powerW)),
    })),
  };
}

function socketShown({ evse, transactions, cards, energyWh, availability }: UsageSocket) {
  return {
    ...placeOf(evse),
    transactions,
    cards,
    energyWh,
    uptimeShare: availability?.uptimeShare ?? null,
    malfunctions:
      availability?.outages.map(({ fromMs, untilMs }) => ({ from: at(fromMs), until: at(untilMs) })) ?? null,
  };
}

const TRANSACTION_COLUMNS = [
  'transaction',
  'operator',
  'site',
  'station',
  'socket',
  'card',
  'connected',
  'disconnected',
  'start',
  'end',
  'charging_from',
  'charging_until',
  'energy_wh',
  'export_wh',
  'particularities',
  'profiles',
];

function transactionRow(transaction: UsageTransaction) {
  const { operator, site, station, socket } = placeOf(transaction.evse);
  const { connectedMs, disconnectedMs, startMs, endMs, chargingFromMs, chargingUntilMs } = transaction;
  const times = [connectedMs, disconnectedMs, startMs, endMs, chargingFromMs, chargingUntilMs];
  return [
    transaction.code,
    operator,
    site,
    station,
    socket,
    transaction.card,
    ...times.map((ms) => (ms === null ? null : at(ms))),
    transaction.energyWh,
    transaction.exportWh,
    transaction.particularities.join(' '),
    transactionShown(transaction)
      .profiles.map(
        ({ plan, from, until, leastW, mostW }) => `plan ${plan} ${from}/${until} ${leastW}..${mostW} W`,
      )
      .join('; '),
  ];
}

const SOCKET_COLUMNS = [
  'operator',
  'site',
  'station',
  'socket',
  'transactions',
  'cards',
  'energy_wh',
  'uptime_share',
  'malfunctions',
  'malfunctions_at',
];

function socketRow(line: UsageSocket) {
  const { operator, site, station, socket, transactions, cards, energyWh, uptimeShare, malfunctions } =
    socketShown(line);
  const moments = malfunctions?.map(({ from, until }) => `${from}/${until}`).join(' ') ?? null;
  const counts = [transactions, cards, energyWh, uptimeShare, malfunctions?.length ?? null];
  return [operator, site, station, socket, ...counts, moments];
}
