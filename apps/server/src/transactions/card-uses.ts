/** One card charges one car (1.6 and 2.x ConcurrentTx): where a card is in use, looked at inside the commit that would use it again. */
import { sql, type Transaction } from 'kysely';
import type { Database, Store } from '../store/index.ts';
import type { PresentedToken, TransactionReport } from './report.ts';
import type { TransactionState } from './state.ts';

export interface CardUse {
  readonly transactionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly updatedMs: number;
}

/** Ids of tokens count without case. */
export const cardKey = ({ uid }: Pick<PresentedToken, 'uid'>): string => uid.toLowerCase();

/** Where these cards charge now. One that was refused, and whose station has not ended it yet, holds nothing. */
export async function usesOf(
  db: Store['db'] | Transaction<Database>,
  keys: readonly string[],
): Promise<readonly (CardUse & { readonly key: string })[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .selectFrom('ocpp_transaction')
    .select(['id', 'station_id', 'evse_id', 'updated_ms', sql<string>`lower(token_uid)`.as('key')])
    .where(sql`lower(token_uid)`, 'in', keys)
    // Written out: a prepared statement that may be asked for any state cannot go by the index of those that run.
    .where('state', '=', sql.lit('active'))
    .where('token_status', '=', 'Accepted')
    .execute();
  return rows.map((row) => ({
    key: row.key,
    transactionId: row.id,
    stationId: row.station_id,
    evseId: row.evse_id,
    updatedMs: row.updated_ms,
  }));
}

/** The uses of cards as the reports of one group find them, one after the other. */
export class CardUses {
  readonly #uses = new Map<string, Map<string, CardUse>>();

  static async load(trx: Transaction<Database>, reports: readonly TransactionReport[]): Promise<CardUses> {
    const uses = new CardUses();
    const keys = new Set(
      reports.flatMap((report) => (begins(report) && report.token ? [cardKey(report.token)] : [])),
    );
    for (const { key, ...use } of await usesOf(trx, [...keys])) uses.#put(key, use);
    return uses;
  }

  /** What a transaction became. */
  note(state: TransactionState): void {
    if (state.tokenUid === undefined) return;
    const key = cardKey({ uid: state.tokenUid });
    const { id: transactionId, stationId, evseId, updatedMs } = state;
    if (state.state === 'active' && state.tokenStatus === 'Accepted') {
      this.#put(key, { transactionId, stationId, evseId, updatedMs });
    } else {
      this.#uses.get(key)?.delete(transactionId);
    }
  }

  /** A transaction at the same EVSE is displaced by the new one, not in its way. */
  isElsewhere(
    report: TransactionReport,
    transactionId: string | undefined,
    isHeld: (use: CardUse) => boolean,
  ): boolean {
    if (!begins(report) || report.token === undefined) return false;
    const uses = this.#uses.get(cardKey(report.token))?.values() ?? [];
    return [...uses].some(
      (use) =>
        use.transactionId !== transactionId &&
        (use.stationId !== report.stationId || use.evseId !== report.evseId) &&
        isHeld(use),
    );
  }

  #put(key: string, use: CardUse): void {
    const uses = this.#uses.get(key) ?? new Map<string, CardUse>();
    this.#uses.set(key, uses);
    uses.set(use.transactionId, use);
  }
}

/** A card that is shown to end a transaction uses nothing. */
const begins = ({ kind, token, tokenStatus }: TransactionReport): boolean =>
  kind !== 'Ended' && token !== undefined && tokenStatus === 'Accepted';
