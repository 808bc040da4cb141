import { type AccountOutcome, type AccountRefusal, refusedFor } from './account.ts';

/** Lets work with passwords in, as long as there is room; who finds none is told at once and nothing is counted against them. */
export type Door = <T>(work: () => Promise<AccountOutcome<T>>) => Promise<AccountOutcome<T>>;

/** Waits about 2 s at the most, at two hashes at a time of some 50 ms. */
const MOST_INSIDE = 64;
const AGAIN_MS = 5_000;
const CROWDED: AccountRefusal = {
  ...refusedFor('busy', 'Too many people sign in at this moment: try again in a few seconds.'),
  retryAfterMs: AGAIN_MS,
};

/** Slow hashes wait for each other; without a bound, whoever knocks from everywhere makes that wait endless (ASVS 15.2.2). */
export function createDoor(most = MOST_INSIDE): Door {
  let inside = 0;
  return async (work) => {
    if (inside >= most) return CROWDED;
    inside += 1;
    try {
      return await work();
    } finally {
      inside -= 1;
    }
  };
}
