import { createMeterStore, type MeterEntry, type MeterStore } from '../metering/index.ts';
import type { StationEvent, Stations } from '../stations/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import { isDatabaseAway, type Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { abandon } from './abandon.ts';
import type { Authoriser } from './authoriser.ts';
import { type CardUse, cardKey, usesOf } from './card-uses.ts';
import { commitReports, type Outcome, type Pending } from './commit-reports.ts';
import { CHARGING_STATES } from './from-1-6.ts';
import { handlers } from './handlers.ts';
import { find, finder, readingsOf, search } from './queries.ts';
import { remoteStart, remoteStop } from './remote.ts';
import type { TransactionReport } from './report.ts';
import type { TransactionChange, Transactions } from './transactions.ts';

export interface TransactionsOptions {
  readonly store: Store;
  readonly stations: Stations;
  readonly authoriser: Authoriser;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly activity: Activity;
  /** Stations that may not work any more. */
  readonly isRetired: (stationId: string) => boolean;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** The room at work. */
export interface RunningTransactions extends Transactions {
  readonly meters: MeterStore;
  /** Takes its handlers back; resolves when everything heard is stored. */
  close(): Promise<void>;
}

/** Stations may make connectors up: so many names are kept. */
const MOST_NAMED = 100_000;

/** Answers the stations' messages about transactions, tokens and meters from now on. */
export function createTransactions(options: TransactionsOptions): RunningTransactions {
  const { store, stations, authoriser, clock, random, activity, log } = options;
  const meters = createMeterStore(store);
  const listeners = new Set<(change: TransactionChange) => void>();
  const meterListeners = new Set<(entry: MeterEntry) => void>();
  const reports = groupCommit<Pending>((group) => commitReports(store, meters, group, isHeld));

  /** Connectors that were named before: they need not be made known with every reading. */
  const named = new Set<string>();

  async function provision({ stationId, evseId, connectorId }: TransactionReport): Promise<void> {
    if (evseId === undefined || evseId <= 0) return;
    const name = `${stationId} ${evseId} ${connectorId}`;
    if (named.has(name)) return;
    await stations.provision(stationId, evseId, connectorId);
    if (named.size >= MOST_NAMED) named.clear();
    named.add(name);
  }

  /** A station that nobody has heard of for hours holds no card any more. */
  function isHeld({ stationId, updatedMs }: CardUse): boolean {
    return stations.connected(stationId) !== undefined || clock.now() - updatedMs < CARD_HELD_MS;
  }

  async function take(report: TransactionReport): Promise<Outcome> {
    await provision(report);
    const pending: Pending = { report, newId: uuid(random), newRef: transactionNumber(random) };
    await commit(pending);
    const { outcome } = pending;
    if (outcome === undefined) throw new Error('A committed report has an outcome.');
    for (const change of changesOf(outcome)) tell(change);
    return outcome;
  }

  /** While the database is away the station waits for its answer (F11): one that is refused forgets the message after a few tries. */
  async function commit(pending: Pending): Promise<void> {
    const untilMs = clock.now() + HOLD_MS;
    for (;;) {
      try {
        return await reports.add(pending);
      } catch (error) {
        if (!isDatabaseAway(error) || clock.now() >= untilMs) throw error;
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      }
    }
  }

  function tell(change: TransactionChange): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        log.error(
          { transactionId: change.transaction.id, detail: String(error) },
          'A listener of transactions failed',
        );
      }
    }
  }

  /** 1.6 says in the status of a connector what 2.x says in the transaction. */
  function onStatus(event: StationEvent): void {
    if (event.kind !== 'status' || event.evseId === 0) return;
    const chargingState = CHARGING_STATES[event.status];
    if (chargingState === undefined || stations.connected(event.stationId)?.version !== '1.6') return;
    const { stationId, evseId, atMs } = event;
    take({
      stationId,
      version: '1.6',
      kind: 'Updated',
      trigger: 'StatusNotification',
      atMs,
      receivedMs: clock.now(),
      offline: false,
      evseId,
      connectorId: 1,
      chargingState,
      readings: [],
      flags: [],
      payload: {},
    }).catch((error: unknown) =>
      log.error(
        { stationId, detail: String(error) },
        'The state of a connector was not stored with its transaction',
      ),
    );
  }

  const unlisten = stations.listen({
    requests: handlers({
      take,
      async keep(entries) {
        await meters.prepare(entries);
        await store.transaction((trx) => meters.insert(trx, entries));
        for (const entry of entries) {
          if (entry.evseId === 0) for (const listener of meterListeners) listener(entry);
        }
      },
      nowMs: () => clock.now(),
      decide: (token, at) => authoriser.authorise(token, at),
      async isElsewhere(token, stationId) {
        const uses = await usesOf(store.db, [cardKey(token)]);
        return uses.some((use) => use.stationId !== stationId && isHeld(use));
      },
    }),
    event(event) {
      onStatus(event);
      if (event.kind === 'disconnected' && options.isRetired(event.stationId)) sweep();
    },
  });
  let cancelSweep = clock.after(SWEEP_MS, sweepAgain);

  function sweepAgain(): void {
    sweep();
    cancelSweep = clock.after(SWEEP_MS, sweepAgain);
  }

  function sweep(): void {
    activity
      .track(async () => {
        for (const { before, after } of await abandon(store, stations, options.isRetired, clock.now())) {
          tell({ kind: 'ended', transaction: after, before });
        }
      })
      .catch((error: unknown) =>
        log.error({ detail: String(error) }, 'Transactions of vanished stations were not ended'),
      );
  }

  return {
    meters,
    get: finder(store),
    list: (query = {}) => search(store, query),
    readings: (id) => readingsOf(store, meters, id, clock.now()),
    start: (request, actor) => remoteStart(stations, request, actor),
    async stop(id, actor) {
      const transaction = await find(store, id);
      if (transaction === undefined) return { accepted: false, detail: `There is no transaction ${id}.` };
      if (transaction.state === 'ended') return { accepted: false, detail: 'The transaction is over.' };
      return remoteStop(stations, transaction, actor);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMainMeter(listener) {
      meterListeners.add(listener);
      return () => meterListeners.delete(listener);
    },
    async close() {
      unlisten();
      cancelSweep();
      await reports.settled();
    },
  };
}

/** Shorter than the 30 s a station waits for an answer, ms. */
const HOLD_MS = 20_000;
const RETRY_MS = 1_000;
/** How often vanished stations are looked for, ms. */
const SWEEP_MS = 3_600_000;
/** A card in use at a station that is offline for longer than this is free for another one, ms. */
const CARD_HELD_MS = 4 * 3_600_000;

function changesOf({ state, before, duplicate, ended }: Outcome): TransactionChange[] {
  const changes: TransactionChange[] = [];
  if (ended) changes.push({ kind: 'ended', transaction: ended, before: undefined });
  if (state === undefined || duplicate) return changes;
  if (before === undefined) changes.push({ kind: 'started', transaction: state, before });
  if (state.state === 'ended') changes.push({ kind: 'ended', transaction: state, before });
  else if (before !== undefined) changes.push({ kind: 'updated', transaction: state, before });
  return changes;
}

function uuid(random: (count: number) => Uint8Array): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** 1.6 wants a number: 1..2^31-1, random, so that no station can guess another's (CVE-2026-28230). */
function transactionNumber(random: (count: number) => Uint8Array): string {
  return String(Buffer.from(random(4)).readUInt32BE() >>> 1 || 1);
}
