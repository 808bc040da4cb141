import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzServer } from './fuzz-server.ts';

test('T-POISON T-OWN T-FUZZ poisoned messages of every action with ids of others: no crash, no InternalError, a quiet station notices nothing, every page answers', async () => {
  const report = await fuzzServer({ seed: 20_260_101, count: 450, seconds: 60 });
  assert.deepEqual(report.failures, []);
  assert.ok(report.messages >= 450, `${report.messages}`);
  assert.ok(report.taken > 60, `${report.taken} taken`);
  assert.ok(report.pages > 30, `${report.pages} pages`);
});
