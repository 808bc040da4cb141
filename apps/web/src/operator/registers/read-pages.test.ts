import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPages } from './read-pages.ts';

const list = (count: number) => {
  const asked: number[] = [];
  const read = async ({ limit, offset }: { limit: number; offset: number }) => {
    asked.push(offset);
    const rows = Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, n) => offset + n);
    return { rows, total: count };
  };
  return { asked, read };
};

test('a register is read page by page to its end, each row once', async () => {
  const { asked, read } = list(2300);
  const { rows, isCut } = await readPages(read);
  assert.deepEqual([rows.length, new Set(rows).size, isCut], [2300, 2300, false]);
  assert.deepEqual(asked, [0, 1000, 2000]);
  assert.deepEqual(await readPages(list(0).read), { rows: [], isCut: false });
});

test('a register that is too long is cut and says so', async () => {
  const { rows, isCut } = await readPages(list(5000).read, 2000);
  assert.deepEqual([rows.length, isCut], [2000, true]);
});

test('a list that shrinks while it is read ends', async () => {
  const { rows } = await readPages(async ({ offset }) => ({ rows: offset === 0 ? [1] : [], total: 2 }));
  assert.deepEqual(rows, [1]);
});
