import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangesOf } from './message-pairs.ts';

const message = (id: number, kind: string, messageId: string, direction: 'in' | 'out', generation = 1) => ({
  id,
  at: new Date(id * 1000).toISOString(),
  generation,
  direction,
  kind,
  messageId,
  action: 'Reset',
  payload: '{}',
});
const short = (messages: readonly ReturnType<typeof message>[]) =>
  exchangesOf(messages).map(({ first, answer, tookMs }) => [first.id, answer?.id, tookMs]);

test('a call stands with its answer and how long it took, newest first; one without answer stands alone', () => {
  const log = [
    message(4, 'CALL', 'c', 'out'),
    message(3, 'CALLRESULT', 'a', 'in'),
    message(2, 'CALL', 'b', 'in'),
    message(1, 'CALL', 'a', 'out'),
  ];
  assert.deepEqual(short(log), [
    [4, undefined, undefined],
    [2, undefined, undefined],
    [1, 3, 2000],
  ]);
});

test('an answer whose call was not read stands alone; the same id on another connection is another message', () => {
  const log = [
    message(9, 'CALLRESULT', 'a', 'in', 2),
    message(8, 'CALLERROR', 'z', 'in'),
    message(1, 'CALL', 'a', 'out', 1),
  ];
  assert.deepEqual(short(log), [
    [9, undefined, undefined],
    [8, undefined, undefined],
    [1, undefined, undefined],
  ]);
});
