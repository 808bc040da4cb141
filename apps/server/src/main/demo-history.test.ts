import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellSeries } from './demo-history.ts';
import { ownServer } from './testing/played-stations.ts';

const QUARTER_MS = 15 * 60_000;

test('the week before the demo is told without losing the prices ahead, which are told once', async () => {
  const server = await ownServer();
  try {
    const context = (await server.sites.contexts())[0];
    assert.ok(context);
    const nowMs = Date.now();
    const fromMs = Math.floor(nowMs / QUARTER_MS) * QUARTER_MS;
    const ahead = Array.from({ length: 8 }, (_, n) => ({
      startMs: fromMs + n * QUARTER_MS,
      durationMs: QUARTER_MS,
      value: 0.2 + n / 100,
    }));
    assert.ok((await server.sites.putSeries(context.id, 'price', ahead, { source: 'energy manager' })).ok);
    const importPrice = {
      startMs: fromMs - 8 * QUARTER_MS,
      stepMs: QUARTER_MS,
      values: Array.from({ length: 16 }, (_, n) => 1 + n),
    };
    const untilMs = nowMs;
    await tellSeries(
      server,
      { importPrice, baseW: undefined, pvW: undefined },
      context.id,
      importPrice.startMs,
      untilMs,
    );
    const { price } = await server.sites.series(context.id, importPrice.startMs, fromMs + 16 * QUARTER_MS);
    assert.deepEqual(
      price.map(({ startMs, value }) => [startMs, value]),
      [
        ...importPrice.values.slice(0, 8).map((value, n) => [importPrice.startMs + n * QUARTER_MS, value]),
        ...ahead.map(({ startMs, value }) => [startMs, value]),
      ],
    );
  } finally {
    await server.close();
  }
});
