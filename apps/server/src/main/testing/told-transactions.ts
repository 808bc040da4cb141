/** Transactions in a played station's words, with the times, numbers and registers a test wants: what a healthy station never says. */
import type { Played } from './played-stations.ts';

export interface Said {
  readonly atMs: number;
  /** As it is written, e.g. from a clock in 1970; default: `atMs`. */
  readonly timestamp?: string;
  readonly importWh?: number;
  readonly exportWh?: number;
  /** 2.x only. */
  readonly seqNo?: number;
  readonly chargingState?: string;
}

export interface ToldTransaction {
  /** How the station names it. */
  readonly ref: string;
  /** What was answered about the card. */
  readonly status: string;
  meter(said: Said): Promise<void>;
  stop(said: Said): Promise<void>;
}

const READINGS = {
  Started: 'Transaction.Begin',
  Updated: 'Sample.Periodic',
  Ended: 'Transaction.End',
} as const;

/** @param card shown at the start */
export async function tellStart(
  station: Played,
  card: string,
  start: Said,
  name = `${station.stationId}-${start.atMs}`,
): Promise<ToldTransaction> {
  return station.version === '1.6' ? start16(station, card, start) : start2x(station, card, start, name);
}

const timeOf = ({ atMs, timestamp }: Said) => timestamp ?? new Date(atMs).toISOString();

async function start16(station: Played, idTag: string, start: Said): Promise<ToldTransaction> {
  const started = await station.say('StartTransaction', {
    connectorId: 1,
    idTag,
    meterStart: start.importWh ?? 0,
    timestamp: timeOf(start),
  });
  const transactionId = Number(started.transactionId);
  return {
    ref: String(transactionId),
    status: (started.idTagInfo as { status: string }).status,
    async meter(said) {
      await station.say('MeterValues', {
        connectorId: 1,
        transactionId,
        meterValue: [
          {
            timestamp: timeOf(said),
            sampledValue: [
              { value: String(said.importWh ?? 0) },
              ...(said.exportWh === undefined
                ? []
                : [{ value: String(said.exportWh), measurand: 'Energy.Active.Export.Register' }]),
            ],
          },
        ],
      });
    },
    async stop(said) {
      await station.say('StopTransaction', {
        transactionId,
        meterStop: said.importWh ?? 0,
        timestamp: timeOf(said),
      });
    },
  };
}

async function start2x(
  station: Played,
  card: string,
  start: Said,
  transactionId: string,
): Promise<ToldTransaction> {
  let next = 0;
  const event = async (eventType: keyof typeof READINGS, said: Said, more: object = {}) => {
    const seqNo = said.seqNo ?? next;
    next = seqNo + 1;
    const context = READINGS[eventType];
    const { importWh, exportWh, chargingState } = said;
    const registers = [
      ...(importWh === undefined ? [] : [{ value: importWh, context }]),
      ...(exportWh === undefined
        ? []
        : [{ value: exportWh, context, measurand: 'Energy.Active.Export.Register' }]),
    ];
    return station.say('TransactionEvent', {
      eventType,
      timestamp: timeOf(said),
      triggerReason: eventType === 'Started' ? 'Authorized' : 'MeterValuePeriodic',
      seqNo,
      transactionInfo: { transactionId, ...(chargingState === undefined ? {} : { chargingState }) },
      evse: { id: 1, connectorId: 1 },
      ...(registers.length === 0
        ? {}
        : { meterValue: [{ timestamp: timeOf(said), sampledValue: registers }] }),
      ...more,
    });
  };
  const answer = await event('Started', start, { idToken: { idToken: card, type: 'ISO14443' } });
  return {
    ref: transactionId,
    status: (answer.idTokenInfo as { status: string }).status,
    async meter(said) {
      await event('Updated', said);
    },
    async stop(said) {
      await event('Ended', said);
    },
  };
}
