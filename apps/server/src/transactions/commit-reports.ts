/** Stores a group of reports in one transaction of the database: what they say, what they make of their transactions, what was metered. */
import { sql, type Transaction } from 'kysely';
import type { MeterEntry, MeterStore } from '../metering/index.ts';
import type { Database, Store } from '../store/index.ts';
import { putRows } from '../store/put-rows.ts';
import { advance, begun, superseded } from './advance.ts';
import { type CardUse, CardUses } from './card-uses.ts';
import { type HeardEvents, heardBefore } from './heard-events.ts';
import type { TransactionReport } from './report.ts';
import { rowOf, stateOf } from './row.ts';
import { isEndedByUs, type TransactionState } from './state.ts';

/** A report on its way into the database, and what became of it. */
export interface Pending {
  readonly report: TransactionReport;
  /** For a transaction nobody knows yet. */
  readonly newId: string;
  readonly newRef: string;
  outcome?: Outcome;
}

export interface Outcome {
  /** undefined: the report names no transaction, and none runs at its EVSE. Its readings are stored all the same. */
  readonly state: TransactionState | undefined;
  readonly before: TransactionState | undefined;
  readonly duplicate: boolean;
  /** The card is in use elsewhere: somebody was quicker, whatever was decided before. */
  readonly isConcurrent?: boolean;
  /** Another transaction that ended because this one began. */
  readonly ended?: TransactionState;
  /** An ended transaction whose name the station gave away again. */
  readonly renamed?: TransactionState;
}

/** @param isHeld whether a use of a card still keeps it from others */
export async function commitReports(
  store: Store,
  meters: MeterStore,
  group: readonly Pending[],
  isHeld: (use: CardUse) => boolean = () => true,
): Promise<void> {
  await meters.prepare(group.flatMap(({ report }) => entriesOf(report, report.readings, undefined)));
  const outcomes = await store.transaction(async (trx) => {
    const known = await load(trx, group);
    const cards = await CardUses.load(
      trx,
      group.map(({ report }) => report),
    );
    const heard = await heardBefore(trx, usedNumbers(known, group));
    const touched = new Map<string, TransactionState>();
    const entries: MeterEntry[] = [];
    const events: { readonly state: TransactionState; readonly report: TransactionReport }[] = [];
    const results = group.map((pending) => {
      const step = apply({ known, cards, heard, isHeld }, pending);
      if (step.outcome.renamed) touched.set(step.outcome.renamed.id, step.outcome.renamed);
      if (step.outcome.ended) touched.set(step.outcome.ended.id, step.outcome.ended);
      if (step.outcome.state && !step.outcome.duplicate) {
        touched.set(step.outcome.state.id, step.outcome.state);
        events.push({ state: step.outcome.state, report: pending.report });
      }
      entries.push(...entriesOf(pending.report, step.readings, step.outcome.state?.id));
      return step.outcome;
    });
    await putStates(trx, [...touched.values()].map(rowOf));
    await record(trx, events);
    await meters.insert(trx, entries);
    return results;
  });
  for (const [n, pending] of group.entries()) {
    const outcome = outcomes[n];
    if (outcome) pending.outcome = outcome;
  }
}

/** Transactions by the station's name for them, those that run now also by EVSE. */
class Known {
  readonly #byRef = new Map<string, TransactionState>();

  put(state: TransactionState): void {
    this.#byRef.set(`${state.stationId} ${state.stationRef}`, state);
  }

  byRef(stationId: string, ref: string): TransactionState | undefined {
    return this.#byRef.get(`${stationId} ${ref}`);
  }

  /** The start this one repeats, whatever became of its transaction. */
  repeated(report: TransactionReport): TransactionState | undefined {
    return this.#byRef
      .values()
      .find(
        (state) =>
          state.stationId === report.stationId && state.evseId === report.evseId && isRepeated(state, report),
      );
  }

  running(stationId: string, evseId: number): TransactionState | undefined {
    let newest: TransactionState | undefined;
    for (const state of this.#byRef.values()) {
      const fits = state.stationId === stationId && state.evseId === evseId && state.state === 'active';
      if (fits && (newest === undefined || state.startMs > newest.startMs)) newest = state;
    }
    return newest;
  }
}

/** Numbers of events that were counted before: the same event again, or another one of a station that lost its count. */
function usedNumbers(known: Known, group: readonly Pending[]) {
  return group.flatMap(({ report: { stationId, stationRef, seq } }) => {
    const state = stationRef === undefined ? undefined : known.byRef(stationId, stationRef);
    if (state === undefined || seq === undefined) return [];
    const isUsed = seq <= state.lastSeq && !state.missingSeq.includes(seq);
    return isUsed ? [{ transactionId: state.id, seq }] : [];
  });
}

async function load(trx: Transaction<Database>, group: readonly Pending[]): Promise<Known> {
  const stations = [...new Set(group.map(({ report }) => report.stationId))];
  const refs = group.flatMap(({ report }) => report.stationRef ?? []);
  const starts = group.flatMap(({ report }) =>
    report.kind === 'Started' && report.stationRef === undefined ? report.atMs : [],
  );
  const rows = await trx
    .selectFrom('ocpp_transaction')
    .selectAll()
    .where('station_id', 'in', stations)
    .where((e) =>
      e.or([
        e('state', '=', sql.lit('active')),
        ...(refs.length === 0 ? [] : [e('station_ref', 'in', refs)]),
        ...(starts.length === 0 ? [] : [e('start_ms', 'in', starts)]),
      ]),
    )
    .forUpdate()
    .execute();
  const known = new Known();
  for (const row of rows) known.put(stateOf(row));
  return known;
}

interface Surroundings {
  readonly known: Known;
  readonly cards: CardUses;
  readonly heard: HeardEvents;
  readonly isHeld: (use: CardUse) => boolean;
}

function apply(
  { known, cards, heard, isHeld }: Surroundings,
  { report: told, newId, newRef }: Pending,
): { readonly outcome: Outcome; readonly readings: TransactionReport['readings'] } {
  const named = find(known, told);
  const isReborn = named !== undefined && isNewOfSameName(named, told, heard);
  const renamed = isReborn ? { ...named, stationRef: `${named.stationRef} ${named.id}` } : undefined;
  if (renamed) known.put(renamed);
  const before = isReborn ? undefined : named;
  if (before === undefined && told.kind === 'Updated' && told.stationRef === undefined) {
    return { outcome: { state: undefined, before, duplicate: false }, readings: told.readings };
  }
  const isConcurrent = cards.isElsewhere(told, before?.id, isHeld);
  const refusal = isConcurrent ? { isConcurrent } : {};
  if (before !== undefined && told.version === '1.6' && told.kind !== 'Updated' && isRepeated(before, told)) {
    return { outcome: { state: before, before, duplicate: true, ...refusal }, readings: [] };
  }
  const report = isConcurrent ? { ...told, tokenStatus: 'ConcurrentTx' } : told;
  const fresh = before ?? begun(report, { id: newId, stationRef: report.stationRef ?? newRef });
  const displaced = before === undefined ? displacedBy(known, report) : undefined;
  const { state, duplicate, readings } = advance(fresh, report, heard.of(fresh.id, report));
  known.put(state);
  cards.note(state);
  const { seq, content = '', kind, atMs } = report;
  if (!duplicate && seq !== undefined) heard.note({ transactionId: state.id, seq, content, kind, atMs });
  const ended = displaced && superseded(displaced, report.atMs, report.receivedMs);
  if (ended) {
    known.put(ended);
    cards.note(ended);
  }
  return {
    outcome: {
      state,
      before,
      duplicate,
      ...refusal,
      ...(ended && { ended }),
      ...(renamed && { renamed }),
    },
    readings,
  };
}

/** One car at a time: a new transaction ends the one before it. A start that is told late began before the one that runs now, and ends nobody. */
function displacedBy(known: Known, report: TransactionReport): TransactionState | undefined {
  if (report.kind !== 'Started' || report.evseId === undefined) return undefined;
  const running = known.running(report.stationId, report.evseId);
  const isEarlier = report.offline && running !== undefined && report.atMs < running.startMs;
  return isEarlier ? undefined : running;
}

/** A station that counts its transactions from 1 again after every reboot begins another one under a name that is over. */
function isNewOfSameName(before: TransactionState, report: TransactionReport, heard: HeardEvents): boolean {
  return (
    report.kind === 'Started' &&
    before.version !== '1.6' &&
    before.state === 'ended' &&
    !before.flags.includes('start-missing') &&
    !report.flags.includes('clock') &&
    report.atMs > (before.endMs ?? Infinity) &&
    heard.of(before.id, report) !== 'same'
  );
}

function find(known: Known, report: TransactionReport): TransactionState | undefined {
  if (report.stationRef !== undefined) return known.byRef(report.stationId, report.stationRef);
  // 1.6 has no key for a start that is sent again because its answer was lost: the same car, second and register are the same start.
  if (report.kind === 'Started') return known.repeated(report);
  return report.evseId === undefined ? undefined : known.running(report.stationId, report.evseId);
}

function isRepeated(before: TransactionState, report: TransactionReport): boolean {
  if (report.kind === 'Ended') return before.state === 'ended' && !isEndedByUs(before);
  const register = report.readings.find(({ context }) => context === 'Transaction.Begin')?.importWh;
  // A station without a clock says another time with every try: there the card and the register have to do.
  const isClockless =
    before.state === 'active' && before.flags.includes('clock') && report.flags.includes('clock');
  return (
    (before.startMs === report.atMs || isClockless) &&
    before.tokenUid === report.token?.uid &&
    before.importStartWh === register
  );
}

function entriesOf(
  { stationId, evseId, receivedMs }: TransactionReport,
  readings: TransactionReport['readings'],
  transactionId: string | undefined,
): MeterEntry[] {
  return readings.map((reading) => ({
    stationId,
    evseId: evseId ?? 0,
    ...(transactionId === undefined ? {} : { transactionId }),
    receivedMs,
    reading,
  }));
}

const putStates = putRows('ocpp_transaction', { key: ['id'], ifThere: 'replaced' });
const putEvents = putRows('transaction_event', {
  key: ['transaction_id', 'seq', 'content'],
  ifThere: 'stays',
});

/** 1.6 has a start and an end only; its meter values are in the meters' own table. */
async function record(
  trx: Transaction<Database>,
  events: readonly { readonly state: TransactionState; readonly report: TransactionReport }[],
): Promise<void> {
  const kept = events.filter(({ report }) => report.seq !== undefined || report.kind !== 'Updated');
  await putEvents(
    trx,
    kept.map(({ state, report }) => ({
      transaction_id: state.id,
      seq: report.seq ?? (report.kind === 'Ended' ? 1 : 0),
      content: report.content ?? '',
      kind: report.kind,
      trigger: report.trigger,
      at_ms: report.atMs,
      received_ms: report.receivedMs,
      offline: report.offline,
      payload: report.payload,
    })),
  );
}
