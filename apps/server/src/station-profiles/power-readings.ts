/** What own cars draw, told to dispatch with every reading: the loop below the plan. */
import type { Dispatcher } from '../dispatch/index.ts';
import { OWN_PEER } from '../network/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Transactions } from '../transactions/index.ts';

export interface PowerReadingsOptions {
  readonly transactions: Pick<Transactions, 'onChange'>;
  readonly dispatch: () => Pick<Dispatcher, 'measured'>;
  /** Power a station makes itself, and how many cars share it: what they draw of that does not come through the supply point (K27). */
  readonly generatedW: (stationId: string, evseId: number) => number;
  readonly sessionsAt: (stationId: string) => number;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export function followPowerReadings({
  transactions,
  dispatch,
  generatedW,
  sessionsAt,
  activity,
  log,
}: PowerReadingsOptions): () => void {
  return transactions.onChange(({ transaction, before }) => {
    const { id, stationId, evseId, powerW, powerReadMs, state } = transaction;
    if (state !== 'active' || powerW === undefined || powerReadMs === undefined) return;
    if (powerReadMs === before?.powerReadMs) return;
    const ownW = generatedW(stationId, evseId) / Math.max(1, sessionsAt(stationId));
    const suppliedW = powerW > 0 ? Math.max(0, powerW - ownW) : powerW;
    activity
      .track(() => dispatch().measured({ peerId: OWN_PEER, sessionId: id }, suppliedW, powerReadMs))
      .catch((error: unknown) =>
        log.error({ transactionId: id, detail: String(error) }, 'A reading was not held against the limit'),
      );
  });
}
