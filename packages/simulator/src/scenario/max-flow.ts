/** Largest flow from sources through pairs into sinks: who may use what, and how much of it (Dinic). */

export interface Pair {
  readonly source: number;
  readonly sink: number;
  readonly most: number;
}

export interface Flow {
  readonly total: number;
  /** What every sink takes. */
  readonly sinks: readonly number[];
}

/** Less than this is nothing. */
const EPSILON = 1e-6;

/**
 * @param sources most that every source gives
 * @param sinks most that every sink takes
 */
export function maxFlow(sources: readonly number[], sinks: readonly number[], pairs: readonly Pair[]): Flow {
  const start = sources.length + sinks.length;
  const end = start + 1;
  const heads: number[] = [];
  const left: number[] = [];
  const outs: number[][] = Array.from({ length: end + 1 }, () => []);
  const connect = (from: number, to: number, most: number) => {
    outs[from]!.push(heads.length);
    heads.push(to);
    left.push(most);
    outs[to]!.push(heads.length);
    heads.push(from);
    left.push(0);
  };
  for (const [n, most] of sources.entries()) connect(start, n, most);
  for (const { source, sink, most } of pairs) connect(source, sources.length + sink, most);
  const firstSinkEdge = heads.length;
  for (const [n, most] of sinks.entries()) connect(sources.length + n, end, most);

  let total = 0;
  for (let levels = levelsFrom(start); levels[end]! >= 0; levels = levelsFrom(start)) {
    const next = outs.map(() => 0);
    for (let pushed = push(start, Number.POSITIVE_INFINITY, levels, next); pushed > EPSILON; ) {
      total += pushed;
      pushed = push(start, Number.POSITIVE_INFINITY, levels, next);
    }
  }
  return { total, sinks: sinks.map((_, n) => left[firstSinkEdge + 2 * n + 1]!) };

  function levelsFrom(node: number): Int32Array {
    const levels = new Int32Array(outs.length).fill(-1);
    levels[node] = 0;
    const queue = [node];
    for (const at of queue) {
      for (const edge of outs[at]!) {
        const to = heads[edge]!;
        if (left[edge]! <= EPSILON || levels[to]! >= 0) continue;
        levels[to] = levels[at]! + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  function push(at: number, most: number, levels: Int32Array, next: number[]): number {
    if (at === end) return most;
    for (; next[at]! < outs[at]!.length; next[at]! += 1) {
      const edge = outs[at]![next[at]!]!;
      const to = heads[edge]!;
      if (left[edge]! <= EPSILON || levels[to] !== levels[at]! + 1) continue;
      const pushed = push(to, Math.min(most, left[edge]!), levels, next);
      if (pushed <= EPSILON) continue;
      left[edge]! -= pushed;
      left[edge ^ 1]! += pushed;
      return pushed;
    }
    return 0;
  }
}
