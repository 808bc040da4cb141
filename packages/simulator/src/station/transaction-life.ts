import { displayParameters, type EnergyRequest } from '../ev/needs.ts';
import type { MeterReading } from '../meter/mid-meter.ts';
import type { Evse } from './evse.ts';
import type { StationEvent } from './station-event.ts';
import type { StationOptions } from './station-options.ts';
import type { StopReason, Transaction, TransactionEvent, TransactionTrigger } from './transaction.ts';
import { TransactionBook } from './transaction-book.ts';

/** After the power path is closed an ISO 15118 car reaches its schedule exchange. */
const NEEDS_AFTER_MS = 5_000;

/** What a driver or the back office presents to begin charging. */
export interface Authorisation {
  readonly idToken: string;
  readonly remoteStartId?: number;
}

/** What the life of transactions sees of its station. */
export interface TransactionHost {
  readonly options: StationOptions;
  readonly atMs: number;
  /** Whole milliseconds for what is told. */
  readonly stampMs: number;
  readonly isOnline: boolean;
  readonly isInService: boolean;
  evse(evseId: number): Evse;
  read(evseId: number): MeterReading;
  signedReading(evseId: number, kind: 'B' | 'C' | 'E'): string | undefined;
  energyRequest(evseId: number): EnergyRequest | undefined;
  tell(event: StationEvent): void;
  /** The transaction at the EVSE is over: its profiles go with it. */
  ended(evseId: number): void;
}

/** From a card and a plug to a transaction, and to its end: when it begins, what is told of it, how it is over. */
export class TransactionLife {
  readonly book: TransactionBook;
  readonly #host: TransactionHost;
  readonly #waiting = new Map<number, { readonly authorisation: Authorisation; readonly untilMs: number }>();
  readonly #needsAtMs = new Map<number, number>();

  constructor(host: TransactionHost) {
    this.#host = host;
    this.book = new TransactionBook(host.options);
  }

  /** When something is due next, epoch ms; Infinity = never. */
  get nextMs(): number {
    let next = this.book.nextSampleMs;
    for (const { untilMs } of this.#waiting.values()) next = Math.min(next, untilMs);
    for (const atMs of this.#needsAtMs.values()) next = Math.min(next, atMs);
    return next;
  }

  /** A car came; an authorisation that waited for it counts now. */
  plugged(evse: Evse): void {
    const { evseId } = evse.options;
    const waiting = this.#waiting.get(evseId);
    if (waiting !== undefined) evse.isAuthorised = true;
    this.#waiting.delete(evseId);
    this.#beginWhenReady(evse, waiting?.authorisation, 'CablePluggedIn');
  }

  /** The car left. */
  unplugged(evseId: number): void {
    this.#needsAtMs.delete(evseId);
  }

  authorise(evse: Evse, authorisation: Authorisation): void {
    const { options, atMs } = this.#host;
    const trigger = authorisation.remoteStartId === undefined ? 'Authorized' : 'RemoteStart';
    if (evse.car === undefined) {
      const untilMs = atMs + (options.connectionTimeoutS ?? 60) * 1000;
      this.#waiting.set(evse.options.evseId, { authorisation, untilMs });
    } else {
      evse.isAuthorised = true;
    }
    this.#beginWhenReady(evse, authorisation, trigger);
  }

  /** Does what is due: cards whose car did not come, needs of cars, readings. */
  doDue(): void {
    const host = this.#host;
    const now = host.atMs;
    for (const [evseId, { untilMs }] of this.#waiting) {
      if (now < untilMs) continue;
      this.#waiting.delete(evseId);
      this.end(host.evse(evseId), { reason: 'Other', trigger: 'EVCommunicationLost' });
      host.tell({ kind: 'authorisation-timeout', atMs: host.stampMs, evseId });
    }
    for (const [evseId, atMs] of this.#needsAtMs) {
      if (now < atMs) continue;
      this.#needsAtMs.delete(evseId);
      this.#tellNeeds(evseId);
    }
    for (const transaction of this.book.takeDue(now)) {
      if (host.isInService) this.report(transaction, 'Updated', 'MeterValuePeriodic');
    }
  }

  end(evse: Evse, how: { readonly reason: StopReason; readonly trigger: TransactionTrigger }): void {
    const { evseId } = evse.options;
    const running = this.book.at(evseId);
    if (running === undefined) return;
    this.report(running.transaction, 'Ended', how.trigger, { stopReason: how.reason });
    this.book.remove(evseId);
    this.#host.ended(evseId);
  }

  report(
    transaction: Transaction,
    eventType: TransactionEvent['eventType'],
    trigger: TransactionTrigger,
    extra: Partial<Pick<TransactionEvent, 'remoteStartId' | 'stopReason'>> = {},
  ): void {
    const host = this.#host;
    const { evseId } = transaction;
    const signKind = eventType === 'Started' ? 'B' : eventType === 'Ended' ? 'E' : undefined;
    const signedValue = signKind === undefined ? undefined : host.signedReading(evseId, signKind);
    const event = this.book.record(transaction, host.evse(evseId), {
      eventType,
      trigger,
      atMs: host.stampMs,
      isOffline: !host.isOnline,
      reading: host.read(evseId),
      ...(signedValue === undefined ? {} : { signedValue }),
      ...extra,
    });
    host.tell({ kind: 'transaction', atMs: host.stampMs, event });
  }

  #beginWhenReady(evse: Evse, authorisation: Authorisation | undefined, trigger: TransactionTrigger): void {
    const { options, atMs } = this.#host;
    const { evseId } = evse.options;
    const isConnected = evse.car !== undefined;
    const isAuthorised = evse.isAuthorised || this.#waiting.has(evseId);
    const starts = options.transactionStarts ?? 'power-path-closed';
    const isReady =
      starts === 'connected'
        ? isConnected
        : starts === 'authorised'
          ? isAuthorised
          : isConnected && isAuthorised;
    let transaction = this.book.at(evseId)?.transaction;
    const isNew = transaction === undefined && isReady;
    if (isNew) transaction = this.book.begin(evse, atMs);
    if (transaction === undefined) return;
    if (authorisation !== undefined) transaction.idToken = authorisation.idToken;
    if (isConnected && evse.isAuthorised && transaction.energyMayFlowSinceMs === undefined) {
      transaction.energyMayFlowSinceMs = atMs;
      if (evse.arrival?.settings !== undefined && evse.speaksDigital) {
        this.#needsAtMs.set(evseId, atMs + NEEDS_AFTER_MS);
      }
    }
    transaction.lastState = evse.chargingState;
    const extra =
      authorisation?.remoteStartId === undefined ? {} : { remoteStartId: authorisation.remoteStartId };
    this.report(transaction, isNew ? 'Started' : 'Updated', trigger, extra);
  }

  #tellNeeds(evseId: number): void {
    const host = this.#host;
    const { car, arrival } = host.evse(evseId);
    const request = host.energyRequest(evseId);
    if (car === undefined || arrival?.settings === undefined || request === undefined) return;
    const display = displayParameters(car, arrival.settings);
    host.tell({ kind: 'energy-request', atMs: host.stampMs, evseId, request, display });
  }
}
