/** OCPP 2.0.1 and 2.1 TransactionEvent in the platform's words. */
import type { Request } from '@smac/ocpp';
import { type MeterValueOnWire, readMeterValue } from '../metering/index.ts';
import { stationTime } from '../stations/index.ts';
import { contentOf } from './event-content.ts';
import type { TransactionReport } from './report.ts';
import { named } from './storable.ts';

type Event = Request<'2.0.1', 'TransactionEvent'> | Request<'2.1', 'TransactionEvent'>;

export function reportOf2x(
  payload: Event,
  heard: { readonly stationId: string; readonly receivedMs: number; readonly version: '2.0.1' | '2.1' },
): TransactionReport {
  const { atMs, isSuspect } = stationTime(payload.timestamp, heard.receivedMs);
  const { transactionInfo: info, evse, idToken } = payload;
  const { numbers, wrong } = named({
    seq: payload.seqNo,
    remoteStartId: info.remoteStartId,
    reservationId: payload.reservationId,
  });
  const values = (payload.meterValue ?? []) as unknown as MeterValueOnWire[];
  return {
    ...heard,
    kind: payload.eventType,
    stationRef: info.transactionId,
    ...numbers,
    ...(numbers.seq === undefined ? {} : { content: contentOf({ ...payload }) }),
    trigger: payload.triggerReason,
    atMs,
    offline: payload.offline ?? false,
    ...(evse === undefined ? {} : { evseId: evse.id }),
    ...(evse?.connectorId === undefined ? {} : { connectorId: evse.connectorId }),
    ...(idToken === undefined ? {} : { token: { uid: idToken.idToken, type: idToken.type } }),
    ...(info.chargingState === undefined ? {} : { chargingState: info.chargingState }),
    ...(info.stoppedReason === undefined
      ? payload.eventType === 'Ended'
        ? { stopReason: 'Local' }
        : {}
      : { stopReason: info.stoppedReason }),
    readings: values.flatMap((value) => readMeterValue(value, heard.receivedMs)),
    flags: [...(isSuspect ? ['clock'] : []), ...wrong.map((name) => `${name}-absurd`)],
    payload,
  };
}
