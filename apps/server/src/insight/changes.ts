import type { Planning } from '../planning/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';

/** Tells which contexts changed, so that an open page reads them again: at most once a second. */
export interface Changes {
  /** The returned function ends it. */
  watch(tell: (contextIds: readonly string[]) => void): () => void;
}

const LEAST_PAUSE_MS = 1_000;
/** Ages and meters move without a trigger. */
const TICK_MS = 10_000;

export function createChanges(
  sites: Pick<Sites, 'onTrigger'>,
  planning: Pick<Planning, 'onPlan'>,
  clock: Clock,
): Changes {
  const watchers = new Set<(contextIds: readonly string[]) => void>();
  const changed = new Set<string>();
  let cancel: (() => void) | undefined;
  sites.onTrigger(({ contextId }) => note(contextId));
  planning.onPlan(({ contextId }) => note(contextId));

  function note(contextId: string): void {
    if (watchers.size === 0) return;
    if (changed.size === 0) schedule(LEAST_PAUSE_MS);
    changed.add(contextId);
  }

  function schedule(delayMs: number): void {
    cancel?.();
    cancel = clock.after(delayMs, () => {
      cancel = undefined;
      const ids = [...changed];
      changed.clear();
      for (const tell of watchers) tell(ids);
      if (watchers.size > 0) schedule(TICK_MS);
    });
  }

  return {
    watch(tell) {
      watchers.add(tell);
      if (cancel === undefined) schedule(TICK_MS);
      return () => {
        watchers.delete(tell);
        if (watchers.size > 0) return;
        cancel?.();
        cancel = undefined;
        changed.clear();
      };
    },
  };
}
