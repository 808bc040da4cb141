/** Which events of a transaction were heard before, by number and content. */
import type { Transaction } from 'kysely';
import type { Database } from '../store/index.ts';
import type { Heard } from './advance.ts';
import type { TransactionReport } from './report.ts';

interface Event {
  readonly transactionId: string;
  readonly seq: number;
  readonly content: string;
  readonly kind: string;
  readonly atMs: number;
}

export class HeardEvents {
  readonly #events = new Map<string, Event[]>();

  note(event: Event): void {
    const key = `${event.transactionId} ${event.seq}`;
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, [event]);
    else known.push(event);
  }

  /** What stands under the number of this report. */
  of(transactionId: string, report: TransactionReport): Heard {
    const known = this.#events.get(`${transactionId} ${report.seq}`);
    if (report.seq === undefined || known === undefined) return 'nothing';
    return known.some((event) => isSame(event, report)) ? 'same' : 'other';
  }
}

function isSame({ content, kind, atMs }: Event, report: TransactionReport): boolean {
  if (content !== '') return content === report.content;
  return kind === report.kind && atMs === report.atMs;
}

/** The events whose numbers these reports use again; a number that is new needs no look. */
export async function heardBefore(
  trx: Transaction<Database>,
  used: readonly { readonly transactionId: string; readonly seq: number }[],
): Promise<HeardEvents> {
  const events = new HeardEvents();
  if (used.length === 0) return events;
  const rows = await trx
    .selectFrom('transaction_event')
    .select(['transaction_id', 'seq', 'content', 'kind', 'at_ms'])
    .where((e) =>
      e.or(used.map(({ transactionId, seq }) => e.and({ transaction_id: transactionId, seq: e.val(seq) }))),
    )
    .execute();
  for (const row of rows) {
    events.note({
      transactionId: row.transaction_id,
      seq: row.seq,
      content: row.content,
      kind: row.kind,
      atMs: row.at_ms,
    });
  }
  return events;
}
