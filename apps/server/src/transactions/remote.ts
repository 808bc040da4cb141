/** Starting and ending transactions from the back office (BI1). */
import { describeOutcome } from '@smac/ocpp';
import type { StationCallOutcome, Stations } from '../stations/index.ts';
import type { TransactionState } from './state.ts';
import type { RemoteAnswer, RemoteStart } from './transactions.ts';

const OFFLINE: RemoteAnswer = { accepted: false, detail: 'The station is offline.' };

export async function remoteStart(
  stations: Stations,
  request: RemoteStart,
  actor: string,
): Promise<RemoteAnswer> {
  const station = stations.connected(request.stationId);
  if (station === undefined) return OFFLINE;
  const { token, evseId, chargingProfile, remoteStartId, groupUid } = request;
  const optional = chargingProfile === undefined ? {} : { chargingProfile };
  if (station.version === '1.6') {
    const payload = {
      idTag: token.uid,
      ...(evseId === undefined ? {} : { connectorId: evseId }),
      ...optional,
    };
    return answerOf(await stations.call(request.stationId, 'RemoteStartTransaction', payload, { actor }));
  }
  const payload = {
    idToken: { idToken: token.uid, type: token.type },
    ...(groupUid === undefined ? {} : { groupIdToken: { idToken: groupUid, type: 'Central' } }),
    ...(evseId === undefined ? {} : { evseId }),
    remoteStartId,
    ...optional,
  };
  return answerOf(await stations.call(request.stationId, 'RequestStartTransaction', payload, { actor }));
}

export async function remoteStop(
  stations: Stations,
  { stationId, stationRef }: TransactionState,
  actor: string,
): Promise<RemoteAnswer> {
  const station = stations.connected(stationId);
  if (station === undefined) return OFFLINE;
  const [action, transactionId] =
    station.version === '1.6'
      ? (['RemoteStopTransaction', Number(stationRef)] as const)
      : (['RequestStopTransaction', stationRef] as const);
  return answerOf(await stations.call(stationId, action, { transactionId }, { actor }));
}

function answerOf(outcome: StationCallOutcome): RemoteAnswer {
  if (outcome.kind === 'result') {
    const { status } = outcome.payload as { readonly status?: string };
    return status === 'Accepted'
      ? { accepted: true }
      : { accepted: false, detail: `The station answered ${status}.`, outcome };
  }
  if (outcome.kind === 'offline') return OFFLINE;
  if (outcome.kind === 'unknown-station') return { accepted: false, detail: 'There is no such station.' };
  if (outcome.kind === 'refused') return { accepted: false, detail: outcome.detail, outcome };
  return { accepted: false, detail: `The station did not take it: ${describeOutcome(outcome)}.`, outcome };
}
