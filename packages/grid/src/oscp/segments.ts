/** Messages that come in several requests (X-Segment-Index, X-Segment-Count), put together again. */
import type { Clock } from '../clock.ts';
import { ACTIONS, type Action, type Bodies } from './actions.ts';
import type { OscpHeaders } from './headers.ts';

interface Unfinished {
  readonly senderId: string;
  readonly action: Action;
  readonly count: number;
  readonly parts: Map<number, string>;
  readonly ids: Set<string>;
  readonly sinceMs: number;
  readonly firstId: string;
}

export type Assembled =
  | { readonly kind: 'whole'; readonly text: string; readonly requestId: string }
  | { readonly kind: 'more' }
  | { readonly kind: 'refused'; readonly detail: string };

/** A sender that does not finish has left. */
const PATIENCE_MS = 60_000;
const MOST_UNFINISHED_PER_SENDER = 8;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Segments of one message name the first one, or the one before them: both readings of the text are out there. */
export class Segments {
  readonly #clock: Clock;
  #unfinished: Unfinished[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(
    senderId: string,
    action: Action,
    headers: OscpHeaders & { requestId: string },
    text: string,
  ): Assembled {
    const { segment, requestId, correlationId } = headers;
    if (segment === undefined || segment.count === 1) return { kind: 'whole', text, requestId };
    const nowMs = this.#clock.now();
    this.#unfinished = this.#unfinished.filter(({ sinceMs }) => nowMs - sinceMs < PATIENCE_MS);
    const own = this.#unfinished.filter((each) => each.senderId === senderId && each.action === action);
    const message =
      segment.index === 1
        ? undefined
        : own.find(({ ids }) => ids.has(correlationId ?? '') || ids.has(requestId));
    if (segment.index > 1 && message === undefined) {
      return {
        kind: 'refused',
        detail: 'X-Correlation-ID must be the X-Request-ID of the first segment; send the message again.',
      };
    }
    const into = message ?? this.#begin(senderId, action, segment.count, requestId, nowMs);
    if (into === undefined)
      return { kind: 'refused', detail: 'Too many unfinished messages: send all segments of one first.' };
    if (segment.count !== into.count)
      return { kind: 'refused', detail: `X-Segment-Count must stay ${into.count}.` };
    into.parts.set(segment.index, text);
    into.ids.add(requestId);
    const size = [...into.parts.values()].reduce((sum, part) => sum + part.length, 0);
    if (size > MOST_CHARACTERS) {
      this.#forget(into);
      return { kind: 'refused', detail: `The message must have at most ${MOST_CHARACTERS} characters.` };
    }
    if (into.parts.size < into.count) return { kind: 'more' };
    this.#forget(into);
    const parts = [...into.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    return { kind: 'whole', text: joined(action, parts), requestId: into.firstId };
  }

  #begin(senderId: string, action: Action, count: number, firstId: string, sinceMs: number) {
    // The first segment again: the sender did not hear the answer.
    this.#unfinished = this.#unfinished.filter(
      (each) => each.firstId !== firstId || each.senderId !== senderId,
    );
    if (this.#unfinished.filter((each) => each.senderId === senderId).length >= MOST_UNFINISHED_PER_SENDER)
      return undefined;
    const begun: Unfinished = {
      senderId,
      action,
      count,
      parts: new Map(),
      ids: new Set([firstId]),
      sinceMs,
      firstId,
    };
    this.#unfinished.push(begun);
    return begun;
  }

  #forget(message: Unfinished): void {
    this.#unfinished = this.#unfinished.filter((each) => each !== message);
  }
}

/** Every segment a message of its own, whose lists follow each other; or pieces of one text. */
function joined(action: Action, parts: readonly string[]): string {
  const { list } = ACTIONS[action];
  const bodies = parts.map(parsed);
  if (list === undefined || !bodies.every((body) => Array.isArray(body?.[list]))) return parts.join('');
  return JSON.stringify({ ...bodies[0], [list]: bodies.flatMap((body) => body?.[list] as unknown[]) });
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** A body as messages of at most `most` list items each. */
export function segmentsOf<A extends Action>(action: A, body: Bodies[A], most: number): readonly Bodies[A][] {
  const { list } = ACTIONS[action];
  const items = list === undefined ? undefined : (body as unknown as Readonly<Record<string, unknown>>)[list];
  if (list === undefined || !Array.isArray(items) || items.length <= most) return [body];
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => ({
    ...body,
    [list]: items.slice(at * most, (at + 1) * most),
  }));
}
