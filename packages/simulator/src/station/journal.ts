import type { TransactionEvent } from './transaction.ts';

/**
 * Transaction messages that wait for the back office, in order; they survive a power cut. The front end takes the first, sends
 * it and confirms it. When it is full, readings in between go first (every second one, oldest first), begins and ends never.
 */
export class TransactionJournal {
  readonly #capacity: number;
  #entries: TransactionEvent[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Everything that waits, the oldest first. */
  get waiting(): readonly TransactionEvent[] {
    return this.#entries;
  }

  first(): TransactionEvent | undefined {
    return this.#entries[0];
  }

  /** The back office has answered for it. */
  confirm(event: TransactionEvent): void {
    if (this.#entries[0] === event) this.#entries.shift();
    else this.#entries = this.#entries.filter((entry) => entry !== event);
  }

  add(event: TransactionEvent): void {
    this.#entries.push(event);
    if (this.#entries.length > this.#capacity) this.#thin();
  }

  /** A 1.6 station learns the number of its transaction from the answer; what still waits is told under it. */
  rename(from: string, to: string): void {
    this.#entries = this.#entries.map((entry) =>
      entry.transactionId === from ? { ...entry, transactionId: to } : entry,
    );
  }

  #thin(): void {
    let kept = 0;
    this.#entries = this.#entries.filter((entry) => {
      if (entry.trigger !== 'MeterValuePeriodic') return true;
      kept += 1;
      return kept % 2 === 0;
    });
  }
}
