import { type Answer, ask, call } from '../api/client.ts';
import { inTurn } from '../api/in-turn.ts';

export type Notice = Answer<'GET /api/drivers/me/notices'>['notices'][number];

const AGAIN_MS = 3_000;
/** Without a stream the page asks; with it only what no event tells (ages, times) grows old. */
const POLL_MS = 3_000;
const RARE_MS = 30_000;

let isOpen = $state(false);
let unread = $state(0);
/** undefined: not known yet. */
let notices = $state.raw<readonly Notice[] | undefined>();
const listeners = new Set<() => void>();

/** Whether the server tells by itself what changed. */
export const isLive = () => isOpen;
export const unreadCount = () => unread;
export const noticesRead = () => notices;
/** How long until a page reads again by itself, ms. */
export const pauseMs = () => (isOpen ? RARE_MS : POLL_MS);

/** Calls when something of one's own changed; returns what ends it. */
export function onChanged(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The stream and the page both read: what was read before somebody looked must not come after it. */
const turn = inTurn();

export const readNotices = (): Promise<void> =>
  turn(async () => {
    const answer = await call('GET /api/drivers/me/notices', { query: { limit: 50 } });
    notices = answer.notices;
    unread = answer.unread;
  });

export const markNoticesRead = (): Promise<void> =>
  turn(async () => {
    unread = (await call('POST /api/drivers/me/notices/read')).unread;
  });

/** What one driver was told is not for the next one who signs in here. */
const forget = (): Promise<void> =>
  turn(async () => {
    notices = undefined;
    unread = 0;
  });

/** Follows one's own stream until the returned function is called; where it is refused or lost, pages go on asking. */
export function followOwn(): () => void {
  const ending = new AbortController();
  void (async () => {
    while (!ending.signal.aborted) {
      try {
        await readNotices();
        const answer = await ask('/api/drivers/me/changes/stream', { signal: ending.signal });
        if (answer.body === null) throw new Error('The stream has no body');
        isOpen = true;
        // What happened before the stream was open is not told.
        for (const tell of listeners) tell();
        await hear(answer.body);
      } catch {
        // Refused or lost: tried again, and meanwhile pages ask.
      }
      isOpen = false;
      if (ending.signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  })();
  return () => {
    ending.abort();
    void forget();
  };
}

async function hear(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (!block.startsWith('event: ')) continue;
      if (block.startsWith('event: notice')) await readNotices();
      for (const tell of listeners) tell();
    }
  }
}
