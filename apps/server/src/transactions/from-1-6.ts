/** OCPP 1.6 messages about transactions, in the platform's words. EVSE n of a 1.6 station is its connector n. */
import type { Request } from '@smac/ocpp';
import { type MeterReading, type MeterValueOnWire, readMeterValue } from '../metering/index.ts';
import { stationTime } from '../stations/index.ts';
import type { TransactionReport } from './report.ts';
import { named } from './storable.ts';

interface Heard {
  readonly stationId: string;
  readonly receivedMs: number;
}

/** A card of a 1.6 station: the message has no field for its kind. */
export const CARD = 'ISO14443';

export function startOf16(payload: Request<'1.6', 'StartTransaction'>, heard: Heard): TransactionReport {
  const { atMs, isSuspect } = stationTime(payload.timestamp, heard.receivedMs);
  return {
    ...heard,
    version: '1.6',
    kind: 'Started',
    trigger: 'StartTransaction',
    atMs,
    offline: heard.receivedMs - atMs > OFFLINE_MS,
    evseId: payload.connectorId,
    connectorId: 1,
    token: { uid: payload.idTag, type: CARD },
    ...named({ reservationId: payload.reservationId }).numbers,
    readings: [register(payload.meterStart, 'Transaction.Begin', atMs, isSuspect)],
    flags: isSuspect ? ['clock'] : [],
    payload,
  };
}

export function stopOf16(payload: Request<'1.6', 'StopTransaction'>, heard: Heard): TransactionReport {
  const { atMs, isSuspect } = stationTime(payload.timestamp, heard.receivedMs);
  const data = (payload.transactionData ?? []) as unknown as MeterValueOnWire[];
  return {
    ...heard,
    version: '1.6',
    kind: 'Ended',
    stationRef: refOf(payload.transactionId) ?? `${payload.transactionId}@${payload.timestamp}`.slice(0, 60),
    trigger: 'StopTransaction',
    atMs,
    offline: heard.receivedMs - atMs > OFFLINE_MS,
    ...(payload.idTag === undefined ? {} : { token: { uid: payload.idTag, type: CARD } }),
    stopReason: payload.reason ?? 'Local',
    readings: [
      ...data.flatMap((value) => readMeterValue(value, heard.receivedMs)),
      register(payload.meterStop, 'Transaction.End', atMs, isSuspect),
    ],
    flags: isSuspect ? ['clock'] : [],
    payload,
  };
}

/** Meter values of a connector that charges; many stations forget to say which transaction they are of. */
export function meterOf16(payload: Request<'1.6', 'MeterValues'>, heard: Heard): TransactionReport {
  const values = payload.meterValue as unknown as MeterValueOnWire[];
  const ref = refOf(payload.transactionId);
  return {
    ...heard,
    version: '1.6',
    kind: 'Updated',
    ...(ref === undefined ? {} : { stationRef: ref }),
    trigger: 'MeterValues',
    atMs: stationTime(values[0]?.timestamp, heard.receivedMs).atMs,
    offline: false,
    evseId: payload.connectorId,
    connectorId: 1,
    readings: values.flatMap((value) => readMeterValue(value, heard.receivedMs)),
    flags: [],
    payload,
  };
}

/** Numbers given at a start are positive: stations say 0 or -1 where they have none. */
const refOf = (transactionId: number | undefined): string | undefined =>
  transactionId !== undefined && transactionId > 0 ? String(transactionId) : undefined;

/** What the status of a 1.6 connector says about its transaction, in the words of 2.x; undefined: nothing. */
export const CHARGING_STATES: Readonly<Record<string, string>> = {
  Preparing: 'EVConnected',
  Charging: 'Charging',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
  Finishing: 'EVConnected',
  Available: 'Idle',
};

/** A start that is told this late was made without the back office. */
const OFFLINE_MS = 120_000;

const register = (importWh: number, context: string, atMs: number, isSuspect: boolean): MeterReading => ({
  atMs,
  context,
  importWh,
  other: [],
  signed: [],
  flags: isSuspect ? ['clock'] : [],
});
