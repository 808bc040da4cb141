/** Every transaction of an own station that ends becomes a CDR (D1.5-§2.3.1-CDR), and a new one when it turns out to have ended otherwise. */
import { isDeepStrictEqual } from 'node:util';
import type { UsagePeriod } from '@smac/ocpi';
import { sql } from 'kysely';
import { isDatabaseAway, type Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import {
  exportedWh,
  importedWh,
  isEndedByUs,
  type TransactionState,
  type Transactions,
} from '../transactions/index.ts';
import type { Cdrs, StandingCdr } from './billing.ts';
import type { SessionFacts } from './facts.ts';
import type { BillingLog } from './room.ts';
import { type FactSources, factsOf } from './session-facts.ts';

export interface BillTransactionsOptions extends FactSources {
  readonly activity: Activity;
  readonly log: BillingLog;
  readonly transactions: Pick<Transactions, 'onChange' | 'get' | 'readings'>;
  readonly cdrs: Pick<Cdrs, 'closeSession' | 'standing' | 'correct' | 'price'>;
}

/** Transactions that began, or ended, at most this long ago are looked at again: what ended while this process was down, and what could not be billed. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
const SWEEP_MS = 3_600_000;
/** So many that fail are remembered for longer than the time looked back. */
const MOST_UNBILLED = 10_000;
/** Who corrects what a station told too late, in the audit trail. */
const ACTOR = 'system:billing';
const REMARK = 'The station told the end of the session later.';

export function billTransactions(options: BillTransactionsOptions): {
  start(): Promise<void>;
  close(): void;
} {
  const { transactions, activity, log, clock, store } = options;
  /** One line per transaction: what it became last is billed last. */
  const lines = new Map<string, Promise<void>>();
  /** Transactions that could not be billed, and why, as it was said once. */
  const unbilled = new Map<string, string>();
  let cancelSweep = () => {};
  let isClosed = false;

  function inLine(id: string, work: () => Promise<void>): Promise<void> {
    const line = (lines.get(id) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      failed(id, String(error), isDatabaseAway(error));
    });
    lines.set(id, line);
    return line.finally(() => {
      if (lines.get(id) === line) lines.delete(id);
    });
  }

  /** A database that is away fails for all of them, and is told of elsewhere. */
  function failed(transactionId: string, detail: string, isQuiet = false): void {
    if (!isQuiet && unbilled.get(transactionId) !== detail) {
      log.error({ transactionId, detail }, 'A transaction could not be billed; it is tried again every hour');
    }
    unbilled.delete(transactionId);
    unbilled.set(transactionId, detail);
    const [oldest] = unbilled.keys();
    if (unbilled.size > MOST_UNBILLED && oldest !== undefined) unbilled.delete(oldest);
  }

  async function bill(id: string, isSweep: boolean): Promise<void> {
    const transaction = await transactions.get(id);
    if (transaction?.state !== 'ended' || isNothing(transaction)) return;
    const facts = await factsOf(options, transaction);
    if (facts === undefined) {
      failed(id, `The station ${transaction.stationId} stands nowhere.`);
      return;
    }
    const standing = await options.cdrs.standing(id);
    const outcome =
      standing === undefined
        ? await options.cdrs.closeSession(facts)
        : await corrected(options, standing, facts, transaction, isSweep);
    if (outcome?.ok === false) failed(id, outcome.detail);
    else unbilled.delete(id);
  }

  async function sweep(): Promise<void> {
    const open = await openIn(store, clock.now() - LOOK_BACK_MS);
    for (const id of new Set([...open, ...unbilled.keys()])) await inLine(id, () => bill(id, true));
  }

  function sweepLater(): void {
    if (isClosed) return;
    cancelSweep = clock.after(SWEEP_MS, () => {
      void activity
        .track(sweep)
        .catch((error: unknown) => log.error({ detail: String(error) }, 'Transactions were not billed'))
        .finally(sweepLater);
    });
  }

  const unsubscribe = transactions.onChange(({ kind, transaction: { id } }) => {
    if (kind === 'ended') void activity.track(() => inLine(id, () => bill(id, false)));
  });
  return {
    async start() {
      await sweep();
      sweepLater();
    },
    close() {
      isClosed = true;
      unsubscribe();
      cancelSweep();
    },
  };
}

/**
 * A CDR never changes: one that is wrong is credited, and another takes its place. While the station has not told its own end every replayed
 * event would be a CDR, so that is left to the sweep; so is what changes the price only, such as a pause that is told late, and everything
 * after the first correction: a station that changes its mind with every message makes one CDR an hour.
 */
async function corrected(
  { cdrs, log }: BillTransactionsOptions,
  { cdr, facts: billed, revision, isCredited }: StandingCdr,
  told: SessionFacts,
  transaction: TransactionState,
  isSweep: boolean,
) {
  const facts = withPayer(billed, told);
  if (isCredited) return undefined;
  if (!isSweep && (revision > 0 || isEndedByUs(transaction))) return undefined;
  if (isDeepStrictEqual(materialOf(billed), materialOf(facts))) {
    if (!isSweep) return undefined;
    const price = await cdrs.price(facts);
    if (!price.ok || isDeepStrictEqual(price.data?.totalCost ?? { before_taxes: 0 }, cdr.total_cost))
      return undefined;
  }
  const outcome = await cdrs.correct(cdr.id, facts, REMARK, ACTOR);
  if (outcome.ok) {
    const { credit, cdr: fresh } = outcome.data;
    log.info(
      { transactionId: transaction.id, cdrId: cdr.id, creditId: credit.id, newCdrId: fresh.id },
      'A bill was corrected, because the station told the end later',
    );
  }
  return outcome;
}

/** Who was let charge is known best from when it was billed first: the card may have changed hands since. */
function withPayer(billed: SessionFacts, told: SessionFacts): SessionFacts {
  if (billed.token.uid.toLowerCase() !== told.token.uid.toLowerCase()) return told;
  const {
    token: _,
    authMethod: _method,
    authorizationReference: _reference,
    energyContract: _contract,
    ...rest
  } = told;
  const { token, authMethod, authorizationReference, energyContract } = billed;
  return {
    ...rest,
    token,
    authMethod,
    ...(authorizationReference === undefined ? {} : { authorizationReference }),
    ...(energyContract === undefined ? {} : { energyContract }),
  };
}

/** What a bill stands on: when, how much in both directions, and whose card. */
function materialOf({ startMs, endMs, usage, token }: SessionFacts) {
  const sum = (of: (period: UsagePeriod) => number) =>
    usage.reduce((total, period) => total + Math.round(of(period) * 1000), 0);
  return {
    startMs,
    endMs,
    importedMilliWh: sum(({ importedWh }) => importedWh),
    exportedMilliWh: sum(({ exportedWh }) => exportedWh),
    uid: token.uid.toLowerCase(),
  };
}

/** A card that was shown and taken back: neither time nor energy. */
const isNothing = (transaction: TransactionState): boolean =>
  (transaction.endMs ?? 0) <= transaction.startMs &&
  importedWh(transaction) === 0 &&
  exportedWh(transaction) === 0;

/** Ended transactions without a CDR, and those of which something was heard since theirs was made. Who began first is billed first. */
async function openIn({ db }: Store, fromMs: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('ocpp_transaction as t')
    .select('t.id')
    .where('t.state', '=', 'ended')
    .where((e) => e.or([e('t.start_ms', '>=', fromMs), e('t.end_ms', '>=', fromMs)]))
    .where(
      sql<boolean>`not (t.end_ms <= t.start_ms and t.import_wh is not distinct from t.import_start_wh
        and t.export_wh is not distinct from t.export_start_wh)`,
    )
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('cdr as c')
            .select('c.id')
            .whereRef('c.session_id', '=', 't.id')
            .whereRef('c.created_ms', '>', 't.updated_ms'),
        ),
      ),
    )
    .orderBy('t.start_ms')
    .orderBy('t.id')
    .execute();
  return rows.map(({ id }) => id);
}
