import type { Profile } from '../dispatch/index.ts';

/** What a session held from an instant on; undefined = nobody knows for certain. */
interface Held {
  readonly fromMs: number;
  readonly profile: Profile | undefined;
}

/** Lowest and highest power a session was allowed in an interval, W. */
export interface Offered {
  readonly leastW: number;
  readonly mostW: number;
}

/**
 * What each session was really allowed over time, as its station confirmed it. A plan is no offer yet: increases wait for decreases,
 * messages wait for a pause, and a car must not be judged by power it was never given.
 */
export class Offers {
  readonly #held = new Map<string, Held[]>();

  /** From now on the session holds this; undefined = nobody knows. */
  holds(id: string, profile: Profile | undefined, nowMs: number): void {
    const history = this.#held.get(id) ?? [];
    if (history.length > 0 && history.at(-1)!.profile === profile) return;
    history.push({ fromMs: nowMs, profile });
    this.#held.set(id, history);
  }

  /** What is allowed at `atMs`, W; undefined where it is not certain. */
  powerW(id: string, atMs: number): number | undefined {
    return this.between(id, atMs, atMs + 1)?.leastW;
  }

  /** The range over `[fromMs, toMs)`; undefined where some of it is not certain. */
  between(id: string, fromMs: number, toMs: number): Offered | undefined {
    const history = this.#held.get(id) ?? [];
    if (history.length === 0 || history[0]!.fromMs > fromMs) return undefined;
    return this.#range(history, fromMs, toMs, true);
  }

  /** The range over what is certain of `[fromMs, toMs)`; undefined where nothing is. */
  known(id: string, fromMs: number, toMs: number): Offered | undefined {
    return this.#range(this.#held.get(id) ?? [], fromMs, toMs, false);
  }

  #range(history: readonly Held[], fromMs: number, toMs: number, isAllNeeded: boolean): Offered | undefined {
    let leastW = Infinity;
    let mostW = -Infinity;
    for (const [n, { fromMs: heldMs, profile }] of history.entries()) {
      const startMs = Math.max(fromMs, heldMs);
      const endMs = Math.min(toMs, history[n + 1]?.fromMs ?? Infinity);
      if (startMs >= endMs) continue;
      const isCovered = profile !== undefined && profile.startMs <= startMs && profile.endMs >= endMs;
      if (!isCovered && isAllNeeded) return undefined;
      if (profile === undefined) continue;
      for (const [at, { startMs: periodMs, powerW }] of profile.periods.entries()) {
        const untilMs = profile.periods[at + 1]?.startMs ?? profile.endMs;
        if (periodMs >= endMs || untilMs <= startMs) continue;
        leastW = Math.min(leastW, powerW);
        mostW = Math.max(mostW, powerW);
      }
    }
    return Number.isFinite(leastW) ? { leastW, mostW } : undefined;
  }

  /** Nobody asks about times before `beforeMs` any more. */
  forgetBefore(id: string, beforeMs: number): void {
    const history = this.#held.get(id);
    if (history === undefined) return;
    const first = history.findLastIndex(({ fromMs }) => fromMs <= beforeMs);
    if (first > 0) history.splice(0, first);
  }

  forget(id: string): void {
    this.#held.delete(id);
  }
}
