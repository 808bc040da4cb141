import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@smac/ocpp';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { createHold } from './hold.ts';

function held() {
  const clock = new ManualClock(0);
  const closed: number[] = [];
  const connection = {
    open: true,
    close: async (code = 1000, reason = '') => {
      closed.push(code);
      return { code, reason, by: 'us' as const };
    },
  };
  const hold = createHold({ clock, log: { ...silentLog } as never });
  return { clock, closed, hold: (attempt: () => Promise<unknown>) => hold(connection, () => {}, attempt) };
}
const turns = async () => {
  for (let n = 0; n < 10; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('F11: a database that hangs counts as away: the message waits, and after 25 s the line ends with "try again later", before anything is refused', async () => {
  const { clock, closed, hold } = held();
  let settled = false;
  const answer = hold(() => new Promise(() => {})).finally(() => {
    settled = true;
  });
  await turns();
  clock.advance(24_999);
  await turns();
  assert.deepEqual([settled, closed], [false, []]);
  clock.advance(1);
  await answer;
  assert.deepEqual(closed, [1013]);
});

test('F11: what is stored before the time is over is answered as ever', async () => {
  const { clock, closed, hold } = held();
  const { promise, resolve } = Promise.withResolvers<string>();
  const answer = hold(() => promise);
  clock.advance(24_000);
  resolve('stored');
  assert.equal(await answer, 'stored');
  clock.advance(60_000);
  await turns();
  assert.deepEqual(closed, []);
});
