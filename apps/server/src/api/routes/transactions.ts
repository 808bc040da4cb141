import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { maskUid } from '../../drivers/index.ts';
import {
  exportedWh,
  importedWh,
  type RemoteAnswer,
  type TransactionState,
} from '../../transactions/index.ts';
import { demandFew } from '../blast-radius.ts';
import { momentMs, outside } from '../outside.ts';
import { found, HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, Moment, PrintableText } from './schemas.ts';

const tag = 'transactions';
const TransactionParams = Type.Object({ transactionId: PrintableText(36) });
const Query = Type.Object({
  stationId: Type.Optional(PrintableText(48)),
  state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('ended')])),
  from: Type.Optional(Moment('Started at or after')),
  to: Type.Optional(Moment('Started before')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
});
const Start = Type.Object(
  {
    evseId: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    tokenUid: PrintableText(36),
    tokenType: Type.Optional(
      Type.Union(
        ['ISO14443', 'ISO15693', 'Central', 'KeyCode', 'eMAID', 'Local'].map((kind) => Type.Literal(kind)),
      ),
    ),
  },
  { additionalProperties: false },
);
const StationParams = Type.Object({ stationId: PrintableText(48) });

/** Transactions of own stations: who charged what, and starting and ending them from here (BI1). */
export function transactionRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { transactions, audit, random } = around;

  app.get<{ Querystring: Static<typeof Query> }>(
    '/api/transactions',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag,
        summary: 'Transactions of own stations, the newest first',
        querystring: Query,
        answer: Type.Array(AnyObject),
      }),
    },
    async ({ query: { from, to, ...query } }) => {
      const listed = await transactions.list({
        ...query,
        ...(from === undefined ? {} : { fromMs: moment('from', from) }),
        ...(to === undefined ? {} : { toMs: moment('to', to) }),
      });
      return listed.map(shown);
    },
  );

  app.get<{ Params: Static<typeof TransactionParams> }>(
    '/api/transactions/:transactionId',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag,
        summary: 'One transaction with its meter values: registers in Wh, never netted',
        params: TransactionParams,
      }),
    },
    async ({ params: { transactionId } }) => {
      const transaction = found(await transactions.get(transactionId), `transaction ${transactionId}`);
      return { ...shown(transaction), readings: outside(await transactions.readings(transactionId)) };
    },
  );

  app.post<{ Params: Static<typeof StationParams>; Body: Static<typeof Start> }>(
    '/api/stations/:stationId/start',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: "Ask a station to start a transaction; the answer is the station's",
        params: StationParams,
        body: Start,
      }),
    },
    async (request) => {
      const { stationId } = request.params;
      const { evseId, tokenUid, tokenType = 'Central' } = request.body;
      demandFew(around, request.actor, 'RequestStartTransaction', stationId, { evseId });
      const answer = await transactions.start(
        {
          stationId,
          token: { uid: tokenUid, type: tokenType },
          remoteStartId: Buffer.from(random(4)).readUInt32BE() >>> 1,
          ...(evseId === undefined ? {} : { evseId }),
        },
        request.actor,
      );
      await audit.record({
        actor: request.actor,
        action: 'transaction.start',
        subject: `station:${stationId}`,
        detail: { evseId: evseId ?? null, token: maskUid(tokenUid), accepted: answer.accepted },
      });
      return answerOf(answer);
    },
  );

  app.post<{ Params: Static<typeof TransactionParams> }>(
    '/api/transactions/:transactionId/stop',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: "Ask the station to end a transaction; the answer is the station's",
        params: TransactionParams,
      }),
    },
    async (request) => {
      const { transactionId } = request.params;
      const { stationId, evseId } = found(
        await transactions.get(transactionId),
        `transaction ${transactionId}`,
      );
      demandFew(around, request.actor, 'RequestStopTransaction', stationId, { evseId });
      const answer = await transactions.stop(transactionId, request.actor);
      await audit.record({
        actor: request.actor,
        action: 'transaction.stop',
        subject: `transaction:${transactionId}`,
        detail: { accepted: answer.accepted },
      });
      return answerOf(answer);
    },
  );
}

const answerOf = (answer: RemoteAnswer) =>
  answer.accepted ? { accepted: true } : { accepted: false, detail: answer.detail };

function moment(field: string, text: string): number {
  const ms = momentMs(text);
  if (ms !== undefined) return ms;
  const problem = 'must be a time with zone, like 2026-11-21T17:00:00Z';
  throw new HttpProblem(400, `querystring.${field} ${problem}.`, [
    { field: `querystring.${field}`, problem },
  ]);
}

/** Energies of the transaction beside the registers; the card is masked (T-LEAK). */
function shown(transaction: TransactionState): Record<string, unknown> {
  const { tokenUid, groupUid, ...rest } = transaction;
  return {
    ...(outside(rest) as Record<string, unknown>),
    ...(tokenUid === undefined ? {} : { tokenUid: maskUid(tokenUid) }),
    ...(groupUid === undefined ? {} : { groupUid: maskUid(groupUid) }),
    importedWh: importedWh(transaction),
    exportedWh: exportedWh(transaction),
  };
}
