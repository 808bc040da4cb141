import { followChanges } from '../api/changes.ts';
import { lastAnswerMs } from '../api/client.ts';

/** Whether this page hears of changes as they happen. */
let isOpen = $state<boolean | undefined>(undefined);
let asOfMs = $state(0);
const listeners = new Set<(contextIds: readonly string[]) => void>();
/** Without a stream pages ask by themselves, so that what is shown does not grow old (BI21: 60 s at most). */
const ASK_MS = 10_000;
/** A page rests so many times as long as its reading and drawing took: what is large is drawn less often. */
const REST = 4;
const MOST_REST_MS = 8_000;

export const isLive = () => isOpen;
/** When the server last answered, epoch ms: how old the page is while it does not hear of changes. */
export const answeredMs = () => asOfMs;

/** One stream for all pages of the entry. @returns ends it */
export function startLive(): () => void {
  const tell = (contexts: readonly string[]) => {
    for (const listener of listeners) listener(contexts);
  };
  const asking = setInterval(() => {
    asOfMs = lastAnswerMs();
    if (isOpen === false) tell([]);
  }, ASK_MS);
  const end = followChanges(tell, (open) => {
    asOfMs = lastAnswerMs();
    isOpen = open;
  });
  return () => {
    clearInterval(asking);
    end();
  };
}

/**
 * A page that nobody looks at reads nothing; it reads when it is looked at again.
 * @param read reads what the page shows; again after every change of `contextId` (or of any), and as time goes by
 */
export function readOnChange(read: () => Promise<void>, contextId?: string): () => void {
  let isReading = false;
  let isStale = false;
  let isOver = false;
  const again = async (contexts: readonly string[]) => {
    if (contextId !== undefined && contexts.length > 0 && !contexts.includes(contextId)) return;
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale && !isOver && !document.hidden) {
      isStale = false;
      const startMs = performance.now();
      await read();
      // Until it is drawn: what comes meanwhile is one more reading, not many.
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)));
      const tookMs = performance.now() - startMs;
      await new Promise((rested) => setTimeout(rested, Math.min(MOST_REST_MS, REST * tookMs)));
    }
    isReading = false;
  };
  const listener = (contexts: readonly string[]) => void again(contexts);
  const seen = () => {
    if (!document.hidden) listener([]);
  };
  listeners.add(listener);
  document.addEventListener('visibilitychange', seen);
  listener([]);
  return () => {
    isOver = true;
    listeners.delete(listener);
    document.removeEventListener('visibilitychange', seen);
  };
}
