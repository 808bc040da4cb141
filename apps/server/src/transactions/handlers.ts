/** What stations ask and tell about tokens, transactions and meters, per version. Every answer waits for the commit. */
import { CallFailure, type Request } from '@smac/ocpp';
import { type MeterEntry, type MeterValueOnWire, readMeterValue } from '../metering/index.ts';
import type { RequestContext, RequestHandlers } from '../stations/index.ts';
import type { TokenDecision } from './authoriser.ts';
import type { Outcome } from './commit-reports.ts';
import { DecisionsOfTransactions } from './decisions-of-transactions.ts';
import { CARD, meterOf16, startOf16, stopOf16 } from './from-1-6.ts';
import { reportOf2x } from './from-2-x.ts';
import type { PresentedToken, TransactionReport } from './report.ts';
import { storable } from './storable.ts';
import { idTagInfo, idTokenInfo } from './token-info.ts';

/** What the handlers need of the room. */
export interface Desk {
  nowMs(): number;
  /** Resolves after the commit. */
  take(report: TransactionReport): Promise<Outcome>;
  /** Readings of no transaction. */
  keep(entries: readonly MeterEntry[]): Promise<void>;
  /** May this token charge here? `evseId` absent: anywhere at the station. */
  decide(
    token: PresentedToken,
    at: { readonly stationId: string; readonly evseId?: number },
  ): Promise<TokenDecision>;
  /** Does the card charge at another station? */
  isElsewhere(token: PresentedToken, stationId: string): Promise<boolean>;
}

/** The handler hears what can be stored. */
const kept =
  <P, R>(handler: (payload: P, context: RequestContext) => Promise<R>) =>
  async (payload: P, context: RequestContext): Promise<R | CallFailure> => {
    const clean = storable(payload);
    return clean instanceof CallFailure ? clean : handler(clean, context);
  };

type Either<A> = Request<'2.0.1', A> | Request<'2.1', A>;

export function handlers(desk: Desk): RequestHandlers {
  const decisions = new DecisionsOfTransactions(desk.nowMs);
  const card = (idTag: string): PresentedToken => ({ uid: idTag, type: CARD });

  const transactionEvent =
    (version: '2.0.1' | '2.1') =>
    async (payload: Either<'TransactionEvent'>, { stationId, receivedMs }: RequestContext) => {
      const report = reportOf2x(payload, { stationId, receivedMs, version });
      const { token, evseId } = report;
      if (token === undefined) {
        await desk.take(report);
        return {};
      }
      const decision =
        report.kind === 'Ended'
          ? await shown(token, stationId)
          : (decisions.of(report) ??
            (await desk.decide(token, { stationId, ...(evseId === undefined ? {} : { evseId }) })));
      const outcome = await desk.take(judged(report, decision));
      decisions.note(report, taken(decision, outcome));
      return { idTokenInfo: idTokenInfo(taken(decision, outcome), token, outcome.state) };
    };

  /**
   * A card that is shown and begins nothing yet. Authorize names no EVSE, in 1.6 and in 2.x: a card is judged for the station as a whole, so
   * that one which is in use at this station is accepted here (it may end what it began), and a reservation counts only for an EVSE that is
   * named. What is begun with the card names its EVSE, and is judged again then.
   */
  const shown = async (token: PresentedToken, stationId: string): Promise<TokenDecision> => {
    const decision = await desk.decide(token, { stationId });
    const isUsed = decision.status === 'Accepted' && (await desk.isElsewhere(token, stationId));
    return isUsed ? { ...decision, status: 'ConcurrentTx' } : decision;
  };

  const authorize = async ({ idToken }: Either<'Authorize'>, { stationId }: RequestContext) => ({
    idTokenInfo: idTokenInfo(await shown({ uid: idToken.idToken, type: idToken.type }, stationId)),
  });

  const meterValues = async (
    { evseId, meterValue }: Either<'MeterValues'>,
    { stationId, receivedMs }: RequestContext,
  ) => {
    const values = meterValue as unknown as MeterValueOnWire[];
    await desk.keep(
      values
        .flatMap((value) => readMeterValue(value, receivedMs))
        .map((reading) => ({ stationId, evseId, receivedMs, reading })),
    );
    return {};
  };

  return {
    '1.6': {
      Authorize: kept(async ({ idTag }, { stationId }) => ({
        idTagInfo: idTagInfo(await shown(card(idTag), stationId)),
      })),
      StartTransaction: kept(async (payload, { stationId, receivedMs }) => {
        const at = { stationId, evseId: payload.connectorId };
        const decision = await desk.decide(card(payload.idTag), at);
        const outcome = await desk.take(judged(startOf16(payload, { stationId, receivedMs }), decision));
        const transactionId = Number(outcome.state?.stationRef);
        return { idTagInfo: idTagInfo(taken(decision, outcome)), transactionId };
      }),
      StopTransaction: kept(async (payload, { stationId, receivedMs }) => {
        await desk.take(stopOf16(payload, { stationId, receivedMs }));
        if (payload.idTag === undefined) return {};
        return { idTagInfo: idTagInfo(await shown(card(payload.idTag), stationId)) };
      }),
      MeterValues: kept(async (payload, { stationId, receivedMs }) => {
        const report = meterOf16(payload, { stationId, receivedMs });
        // Connector 0 is the main meter: no transaction is its own.
        const isMain = payload.connectorId === 0 && report.stationRef === undefined;
        if (isMain)
          await desk.keep(report.readings.map((reading) => ({ stationId, evseId: 0, receivedMs, reading })));
        else await desk.take(report);
        return {};
      }),
    },
    '2.0.1': {
      Authorize: kept(authorize),
      TransactionEvent: kept(transactionEvent('2.0.1')),
      MeterValues: kept(meterValues),
    },
    '2.1': {
      Authorize: kept(authorize),
      TransactionEvent: kept(transactionEvent('2.1')),
      MeterValues: kept(meterValues),
    },
  };
}

/** Who was quicker with the same card is known after the commit only. */
const taken = (decision: TokenDecision, { isConcurrent }: Outcome): TokenDecision =>
  isConcurrent === true ? { ...decision, status: 'ConcurrentTx' } : decision;

const judged = (report: TransactionReport, { status, groupUid }: TokenDecision): TransactionReport => ({
  ...report,
  tokenStatus: status,
  ...(groupUid === undefined ? {} : { groupUid }),
});
