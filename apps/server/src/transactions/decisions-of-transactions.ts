/**
 * Some stations name the card with every event of a transaction. That it may charge was decided when it began; asking again with every reading
 * would cost more than the reading itself. A card that is blocked meanwhile is heard of with the first event after a few minutes.
 */
import type { TokenDecision } from './authoriser.ts';
import type { TransactionReport } from './report.ts';

/** So long an acceptance is taken as given, ms. */
const HOLDS_MS = 5 * 60_000;
/** Transactions remembered; beyond, the one decided first is asked for again. */
const MOST = 20_000;

interface Decided {
  readonly decision: TokenDecision;
  readonly card: string;
  readonly untilMs: number;
}

export class DecisionsOfTransactions {
  readonly #decided = new Map<string, Decided>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The acceptance of the same card in the same transaction at the same EVSE, while it holds. */
  of(report: TransactionReport): TokenDecision | undefined {
    const known = this.#decided.get(nameOf(report));
    if (known === undefined || known.card !== cardOf(report)) return undefined;
    return known.untilMs > this.#nowMs() ? known.decision : undefined;
  }

  /** What was decided, once it is committed; only acceptances are remembered. */
  note(report: TransactionReport, decision: TokenDecision): void {
    const name = nameOf(report);
    const before = this.#decided.get(name);
    if (report.kind === 'Ended' || decision.status !== 'Accepted') {
      this.#decided.delete(name);
      return;
    }
    if (before?.decision === decision) return;
    this.#decided.delete(name);
    const untilMs = Math.min(this.#nowMs() + HOLDS_MS, decision.expiryMs ?? Number.POSITIVE_INFINITY);
    this.#decided.set(name, { decision, card: cardOf(report), untilMs });
    const [oldest] = this.#decided.keys();
    if (this.#decided.size > MOST && oldest !== undefined) this.#decided.delete(oldest);
  }
}

const nameOf = ({ stationId, stationRef }: TransactionReport) => `${stationId} ${stationRef}`;
const cardOf = ({ token, evseId }: TransactionReport) => JSON.stringify([token?.uid, token?.type, evseId]);
