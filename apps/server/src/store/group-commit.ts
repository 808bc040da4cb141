import { setImmediate as turn } from 'node:timers/promises';

/**
 * Group commit: what arrives while one commit is under way shares the next. Every caller still waits for the commit that holds its
 * own item, so nothing is acknowledged early; under load a thousand small writes become a few large ones.
 */
export interface GroupCommit<T> {
  /** Resolves when the item is committed; rejects when the commit that held it failed (nothing of it is stored then). */
  add(item: T): Promise<void>;
  /** Resolves when everything added so far is settled. */
  settled(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly done: PromiseWithResolvers<void>;
}

/** @param commit stores all items or none. @param mostAtOnce bounds one commit */
export function groupCommit<T>(
  commit: (items: readonly T[]) => Promise<void>,
  mostAtOnce = 500,
): GroupCommit<T> {
  const waiting: Waiting<T>[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      // The embedded database answers before the next socket is read: one turn of the loop lets what has arrived join the group.
      await turn();
      const group = waiting.splice(0, mostAtOnce);
      try {
        await commit(group.map(({ item }) => item));
        for (const { done } of group) done.resolve();
      } catch (error) {
        await alone(group, error);
      }
    }
    running = undefined;
  }

  /** One bad item must not take its neighbours with it: each is tried by itself. */
  async function alone(group: readonly Waiting<T>[], error: unknown): Promise<void> {
    if (group.length === 1) {
      group[0]?.done.reject(error);
      return;
    }
    for (const { item, done } of group) {
      await commit([item]).then(done.resolve, done.reject);
    }
  }

  return {
    add(item) {
      const done = Promise.withResolvers<void>();
      waiting.push({ item, done });
      running ??= Promise.resolve().then(run);
      return done.promise;
    },
    async settled() {
      await running;
    },
  };
}
