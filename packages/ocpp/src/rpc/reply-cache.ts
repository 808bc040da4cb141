export interface ReplyCacheOptions {
  /** Answers kept at most. */
  readonly replies?: number;
  /** Characters of all kept answers together. */
  readonly characters?: number;
  /** How many of the newest outlive their connection: those whose answer may have been lost on the way. */
  readonly carried?: number;
}

/** What is known of a message id: nothing, the same message (with its answer, or in work), or another message. */
export type Remembered =
  | { readonly kind: 'new' }
  | { readonly kind: 'answered'; readonly reply: string }
  | { readonly kind: 'in-work'; readonly reply: Promise<string> }
  | { readonly kind: 'other-message' };

interface Entry {
  readonly content: string;
  reply: string | Promise<string>;
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
    this.#replies = options.replies ?? 64;
    this.#characters = options.characters ?? 128 * 1024;
    this.#carried = options.carried ?? 8;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Called when a connection begins: of an earlier one only the newest answers stay. */
  beginConnection(): void {
    this.#shrink(this.#carried);
  }

  /** `content`: the call without its id, as text. */
  recall(messageId: string, content: string): Remembered {
    const entry = this.#entries.get(messageId);
    if (entry === undefined) return { kind: 'new' };
    if (entry.content !== content) return { kind: 'other-message' };
    const { reply } = entry;
    return typeof reply === 'string' ? { kind: 'answered', reply } : { kind: 'in-work', reply };
  }

  /** Notes a call that is being worked on; the answer is kept as soon as it is there. */
  begin(messageId: string, content: string, reply: Promise<string>): void {
    this.#forget(messageId);
    const entry: Entry = { content, reply };
    this.#entries.set(messageId, entry);
    this.#heldCharacters += content.length;
    void reply.then((text) => {
      entry.reply = text;
      if (this.#entries.get(messageId) !== entry) return;
      this.#heldCharacters += text.length;
      this.#shrink(this.#replies);
    });
  }

  #forget(messageId: string): void {
    const entry = this.#entries.get(messageId);
    if (entry === undefined) return;
    this.#entries.delete(messageId);
    this.#heldCharacters -= entry.content.length;
    if (typeof entry.reply === 'string') this.#heldCharacters -= entry.reply.length;
  }

  #shrink(most: number): void {
    for (const messageId of this.#entries.keys()) {
      if (this.#entries.size <= most && this.#heldCharacters <= this.#characters) return;
      this.#forget(messageId);
    }
  }
}
