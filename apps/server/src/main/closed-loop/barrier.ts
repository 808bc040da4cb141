import { settled } from '@smac/simulator';

interface Counted {
  readonly inFlight: number;
  idle(): Promise<void>;
}

/** While a line carries nothing, what is in flight may wait for time itself: this long without a change is rest, real ms. */
const REST_MS = 60;

/**
 * When may the virtual clock go on? When nobody has work in flight; and while messages are on the road (latency, half-open lines), when
 * nothing has moved for a moment.
 */
export async function quiet(peers: readonly Counted[], isHolding: () => boolean): Promise<void> {
  let isDone = false;
  const rest = settled(peers).then(() => {
    isDone = true;
  });
  // A line may die while we wait: it is looked at all the time.
  await Promise.race([rest, stalled(peers, isHolding, () => isDone)]);
}

async function stalled(
  peers: readonly Counted[],
  isHolding: () => boolean,
  isDone: () => boolean,
): Promise<void> {
  const state = () => peers.map(({ inFlight }) => inFlight).join();
  let last = state();
  let sinceMs = performance.now();
  while (!isDone()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = state();
    if (now !== last || !isHolding()) {
      last = now;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > REST_MS) return;
  }
}
