/** Availability and prices are never older than 60 s (BI21): looked at every 5 s, so that none is shown that long. */
const MOST_AGE_MS = 54_000;
const LOOK_MS = 5_000;

export interface Freshness {
  /** Too old to be shown as what is. */
  readonly isOld: boolean;
  /** When what is shown was asked for, epoch ms. */
  readonly askedMs: number;
  /** @param askedMs when what has just been answered was asked for */
  read(askedMs: number): void;
}

/** The age of what a page shows; made while the page is, and ends with it. */
export function freshness(): Freshness {
  let askedMs = $state(0);
  let nowMs = $state(Date.now());
  const look = () => {
    nowMs = Date.now();
  };
  $effect(() => {
    const timer = setInterval(look, LOOK_MS);
    // A phone that slept shows what it knew before.
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  });
  return {
    get isOld() {
      return askedMs > 0 && nowMs - askedMs >= MOST_AGE_MS;
    },
    get askedMs() {
      return askedMs;
    },
    read(ms) {
      askedMs = ms;
      look();
    },
  };
}
