/** Does one work after the other, in the order in which they were asked for: the answer that comes last is the newest. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

/**
 * Reads one at a time: whoever asks while a reading is under way waits for one that begins after it, together with all who ask meanwhile.
 * So no answer replaces a newer one, and what was changed before asking is in what was waited for.
 */
export function oneAtATime(read: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    const mine = read().finally(() => {
      if (next === undefined) underWay = undefined;
    });
    underWay = mine;
    return mine;
  };
  return () => {
    if (underWay === undefined) return begin();
    next ??= underWay.then(begin, begin);
    return next;
  };
}
