import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maxFlow, type Pair } from './max-flow.ts';

test('the largest flow is the smallest cut, whatever the limits', () => {
  const limits = (length: number) =>
    fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length });
  fc.assert(
    fc.property(limits(4), limits(5), limits(20), (sources, sinks, most) => {
      const pairs: Pair[] = most.map((each, n) => ({ source: n % 4, sink: Math.floor(n / 4), most: each }));
      let smallestCut = Number.POSITIVE_INFINITY;
      for (let side = 0; side < 2 ** 9; side += 1) {
        const isNear = (node: number) => (side >> node) % 2 === 1;
        const cut =
          sources.reduce((sum, each, n) => sum + (isNear(n) ? 0 : each), 0) +
          sinks.reduce((sum, each, n) => sum + (isNear(4 + n) ? each : 0), 0) +
          pairs.reduce(
            (sum, { source, sink, most: each }) => sum + (isNear(source) && !isNear(4 + sink) ? each : 0),
            0,
          );
        smallestCut = Math.min(smallestCut, cut);
      }
      const flow = maxFlow(sources, sinks, pairs);
      assert.ok(Math.abs(flow.total - smallestCut) < 1e-3, `${flow.total}, smallest cut ${smallestCut}`);
      for (const [n, taken] of flow.sinks.entries()) assert.ok(taken <= sinks[n]! + 1e-6);
    }),
    { numRuns: 60 },
  );
});
