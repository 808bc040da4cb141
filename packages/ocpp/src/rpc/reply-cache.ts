export interface ReplyCacheOptions {
  /** Answers kept at most. */
  readonly replies?: number;
  /** Characters of all kept answers together. */
  readonly characters?: number;
  /** How many of the newest outlive their connection: those whose answer may have been lost on the way. */
  readonly carried?: number;
}

/** What is known of a message id: nothing, the same message (answered, or in work), or another message. */
export type Remembered =
  | { readonly kind: 'new' }
  | { readonly kind: 'answered'; readonly reply: string }
  /** `whenDone` tells the answer, or null when the message was dropped before anybody worked on it. */
  | { readonly kind: 'in-work'; whenDone(tell: (reply: string | null) => void): void }
  | { readonly kind: 'other-message' };

/** A call that is being worked on. */
export interface Pending {
  /** `keep`: the call was executed, and must not be again. A failure is not kept: the station may try again. */
  answered(reply: string, keep: boolean): void;
  /** Nobody will work on it. */
  dropped(): void;
}

interface Entry {
  readonly content: string;
  readonly outlives: boolean;
  reply: string | null;
  waiting: ((reply: string | null) => void)[];
}

/**
 * Answers given lately, by message id: a call that comes again gets the same answer and is never executed again. In 1.6
 * an id is unique on its connection, in 2.x over all connections of the identity: keep one cache per station and hand it
 * to each of its connections. "Again" means the same id and the same content: stations that count from 1 after every
 * restart would otherwise get the answers of another life.
 */
export class ReplyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #replies: number;
  readonly #characters: number;
  readonly #carried: number;
  #heldCharacters = 0;

  constructor(options: ReplyCacheOptions = {}) {
    this.#replies = options.replies ?? 32;
    this.#characters = options.characters ?? 64 * 1024;
    this.#carried = options.carried ?? 4;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Called when a connection begins: of an earlier one only the newest answers stay. */
  beginConnection(): void {
    for (const [messageId, { reply, outlives }] of this.#entries) {
      if (reply !== null && !outlives) this.#forget(messageId);
    }
    this.#shrink(this.#carried);
  }

  /** `content`: a digest of the whole frame. */
  recall(messageId: string, content: string): Remembered {
    const entry = this.#entries.get(messageId);
    if (entry === undefined) return { kind: 'new' };
    if (entry.content !== content) return { kind: 'other-message' };
    if (entry.reply !== null) return { kind: 'answered', reply: entry.reply };
    return { kind: 'in-work', whenDone: (tell) => entry.waiting.push(tell) };
  }

  /** `outlives`: its answer is true on a later connection, too. */
  begin(messageId: string, content: string, outlives = true): Pending {
    this.#forget(messageId);
    const entry: Entry = { content, outlives, reply: null, waiting: [] };
    this.#entries.set(messageId, entry);
    const settle = (reply: string | null): void => {
      for (const tell of entry.waiting.splice(0)) tell(reply);
    };
    const forget = (): void => {
      if (this.#entries.get(messageId) === entry) this.#entries.delete(messageId);
    };
    return {
      answered: (reply, keep) => {
        if (!keep) forget();
        else if (this.#entries.get(messageId) === entry) {
          entry.reply = reply;
          this.#heldCharacters += reply.length;
          this.#shrink(this.#replies);
        }
        settle(reply);
      },
      dropped: () => {
        forget();
        settle(null);
      },
    };
  }

  #forget(messageId: string): void {
    const entry = this.#entries.get(messageId);
    if (entry === undefined) return;
    this.#entries.delete(messageId);
    this.#heldCharacters -= entry.reply?.length ?? 0;
  }

  /** Forgets the oldest answers; what is in work stays. */
  #shrink(most: number): void {
    for (const [messageId, entry] of this.#entries) {
      if (this.#entries.size <= most && this.#heldCharacters <= this.#characters) return;
      if (entry.reply !== null) this.#forget(messageId);
    }
  }
}
