/** Rainflow counting (ASTM E1049-85, 5.4.4) of a SoC series: how deep its cycles are. */

export interface Cycle {
  /** Depth, 0..1 of the capacity. */
  depth: number;
  meanSoc: number;
  /** 1 for a full cycle, 0.5 for a half one. */
  count: number;
}

export function rainflow(soc: readonly number[]): Cycle[] {
  const cycles: Cycle[] = [];
  const open: number[] = [];
  const add = (a: number, b: number, count: number) => {
    if (a !== b) cycles.push({ depth: Math.abs(a - b), meanSoc: (a + b) / 2, count });
  };
  for (const point of reversals(soc)) {
    open.push(point);
    while (open.length >= 3) {
      const [before, from, to] = open.slice(-3) as [number, number, number];
      if (Math.abs(to - from) < Math.abs(from - before)) break;
      if (open.length === 3) {
        add(before, from, 0.5);
        open.shift();
      } else {
        add(before, from, 1);
        open.splice(-3, 2);
      }
    }
  }
  for (let i = 1; i < open.length; i++) add(open[i - 1]!, open[i]!, 0.5);
  return cycles;
}

/** First, last and every turning point. */
function reversals(soc: readonly number[]): number[] {
  const steps = soc.filter((value, i) => i === 0 || value !== soc[i - 1]);
  return steps.filter((value, i) => {
    if (i === 0 || i === steps.length - 1) return true;
    return (value - steps[i - 1]!) * (steps[i + 1]! - value) < 0;
  });
}
