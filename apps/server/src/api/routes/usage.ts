import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { type Usage, usageCsv } from '../../insight/usage/index.ts';
import { describes } from './schemas.ts';
import { UsageAnswer, UsageQuery } from './usage-schemas.ts';
import { socketShown, transactionShown } from './usage-shown.ts';

/** The monthly usage data of BI13, for an operator and for whoever got a reading key to watch the contract. */
export function usageRoutes(app: FastifyInstance, { usage }: { readonly usage: Usage }): void {
  app.get<{ Querystring: Static<typeof UsageQuery> }>(
    '/api/reports/usage',
    {
      config: { permission: 'sessions:read', rateLimit: { max: 60, timeWindow: 60_000 } },
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
      const { month, operator, part = 'transactions', format } = request.query;
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
      const name = `smac-usage-${month}-${part}.csv`;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(usageCsv(report, part));
    },
  );
}
