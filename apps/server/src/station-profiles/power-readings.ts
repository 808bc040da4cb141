/** What own cars draw, told to dispatch with every reading: the loop below the plan. */
import type { Dispatcher } from '../dispatch/index.ts';
import { OWN_PEER } from '../network/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Transactions } from '../transactions/index.ts';

export interface PowerReadingsOptions {
  readonly transactions: Pick<Transactions, 'onChange'>;
  readonly dispatch: () => Pick<Dispatcher, 'measured'>;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

export function followPowerReadings({
  transactions,
  dispatch,
  activity,
  log,
}: PowerReadingsOptions): () => void {
  return transactions.onChange(({ transaction, before }) => {
    const { id, powerW, powerReadMs, state } = transaction;
    if (state !== 'active' || powerW === undefined || powerReadMs === undefined) return;
    if (powerReadMs === before?.powerReadMs) return;
    activity
      .track(() => dispatch().measured({ peerId: OWN_PEER, sessionId: id }, powerW, powerReadMs))
      .catch((error: unknown) =>
        log.error({ transactionId: id, detail: String(error) }, 'A reading was not held against the limit'),
      );
  });
}
