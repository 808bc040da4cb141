/** Readings of a transaction as they count, whatever level its meter showed them on: the same rules as for its totals, in order of time. */
import type { StoredReading } from '../metering/index.ts';
import { moved, type RegisterLine } from './register-line.ts';
import type { TransactionState } from './state.ts';

/** @returns registers carried on across a replaced meter; one that does not fit is absent. They begin and end with the transaction's own. */
export function countedReadings(
  transaction: TransactionState,
  readings: readonly StoredReading[],
): readonly StoredReading[] {
  const { startMs, endMs = Infinity } = transaction;
  const within = readings
    .filter(({ atMs }) => atMs > startMs && atMs < endMs)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ importWh, exportWh, ...rest }) => ({ rest, importWh, exportWh }));
  const imported = counted(transaction, 'import', within);
  const exported = counted(transaction, 'export', within);
  return within.map(({ rest }, n) => ({
    ...rest,
    ...(imported[n] === undefined ? {} : { importWh: imported[n] }),
    ...(exported[n] === undefined ? {} : { exportWh: exported[n] }),
  }));
}

type Within = {
  readonly rest: Pick<StoredReading, 'atMs' | 'flags'>;
  readonly importWh: number | undefined;
  readonly exportWh: number | undefined;
};

function counted(
  transaction: TransactionState,
  name: 'import' | 'export',
  readings: readonly Within[],
): readonly (number | undefined)[] {
  const startWh = transaction[`${name}StartWh`];
  const finalWh = transaction[`${name}Wh`];
  if (startWh === undefined || finalWh === undefined) return [];
  const { startMs } = transaction;
  let line: RegisterLine = { startWh, startMs, isBegun: true, wh: startWh, readMs: startMs };
  return readings.map((reading) => {
    const wh = reading[`${name}Wh`];
    if (wh === undefined || reading.rest.flags.includes('register-absurd')) return undefined;
    const step = moved(line, { wh, atMs: reading.rest.atMs });
    line = step.line;
    const isCounted = step.verdict === 'counted' || step.verdict === 'meter-replaced';
    return isCounted ? Math.min(line.wh, Math.max(startWh, finalWh)) : undefined;
  });
}
