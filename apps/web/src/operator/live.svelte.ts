import { followChanges } from '../api/changes.ts';

/** Whether this page hears of changes as they happen. */
let isOpen = $state<boolean | undefined>(undefined);
const listeners = new Set<(contextIds: readonly string[]) => void>();

export const isLive = () => isOpen;

/** One stream for all pages of the entry. @returns ends it */
export function startLive(): () => void {
  return followChanges(
    (contexts) => {
      for (const listener of listeners) listener(contexts);
    },
    (open) => {
      isOpen = open;
    },
  );
}

/** @param read reads what the page shows; again after every change of `contextId` (or of any), and as time goes by */
export function readOnChange(read: () => Promise<void>, contextId?: string): () => void {
  let isReading = false;
  let isStale = false;
  const again = async (contexts: readonly string[]) => {
    if (contextId !== undefined && contexts.length > 0 && !contexts.includes(contextId)) return;
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      await read();
    }
    isReading = false;
  };
  const listener = (contexts: readonly string[]) => void again(contexts);
  listeners.add(listener);
  listener([]);
  return () => listeners.delete(listener);
}
