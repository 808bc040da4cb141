import { newId } from '../client/wire-call.ts';
import { type PartyId, sameParty } from '../exchange/party.ts';
import type { Clock, RandomBytes } from '../exchange/surroundings.ts';

/** Where a result goes that comes back later. */
export interface Callback {
  /** Who asked, and the address it gave. */
  readonly peerId: string;
  readonly party: PartyId;
  readonly url: string;
  /** Who may answer. */
  readonly answererId: string;
  readonly answerer: PartyId;
}

/** Stations answer within minutes; what comes later is as good as lost to whoever asked. */
const KEPT_MS = 3_600_000;
/** More than a provider of some thousand stations has open; its own oldest give way, never those of another. */
const MOST_OF_ONE = 10_000;

/**
 * The addresses that requests gave for their results, each behind an address of the hub: the receiver posts to the hub, whose token it
 * has, and never learns or calls a host of a platform it did not register with. Kept in memory: after a restart of the hub results of
 * requests before it are refused, and who asked runs into its own time limit.
 */
export class Callbacks {
  readonly #kept = new Map<string, Callback & { readonly untilMs: number }>();
  /** Ids of each peer that asked, the oldest first. */
  readonly #ofPeer = new Map<string, Set<string>>();
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Keeps a callback; returns its id at the hub, 32 characters. */
  keep(callback: Callback): string {
    const nowMs = this.#clock.now();
    const ids = this.#ofPeer.get(callback.peerId) ?? new Set();
    this.#ofPeer.set(callback.peerId, ids);
    for (const [oldest, { untilMs }] of this.#kept) {
      if (untilMs > nowMs) break;
      this.forget(oldest);
    }
    const [oldestOfPeer] = ids;
    if (oldestOfPeer !== undefined && ids.size >= MOST_OF_ONE) this.forget(oldestOfPeer);
    const id = newId(this.#random);
    ids.add(id);
    this.#kept.set(id, { ...callback, untilMs: nowMs + KEPT_MS });
    return id;
  }

  /** The callback of an id, for the party that was asked and nobody else. */
  find(id: string, peerId: string, party: PartyId): Callback | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.untilMs <= this.#clock.now()) return undefined;
    return kept.answererId === peerId && sameParty(kept.answerer, party) ? kept : undefined;
  }

  /** A result was delivered: it is not delivered again. */
  forget(id: string): void {
    const peerId = this.#kept.get(id)?.peerId;
    if (peerId !== undefined) this.#ofPeer.get(peerId)?.delete(id);
    this.#kept.delete(id);
  }
}
