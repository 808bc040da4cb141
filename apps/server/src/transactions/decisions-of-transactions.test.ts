import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestContext } from '../stations/index.ts';
import type { TokenDecision } from './authoriser.ts';
import { handlers } from './handlers.ts';

test('BI2 a station that names the card with every event has it decided once per transaction; another card, another EVSE, five minutes and a card that was not accepted ask again', async () => {
  let nowMs = Date.parse('2026-06-01T12:00:00Z');
  let decision: TokenDecision = { status: 'Accepted' };
  const asked: string[] = [];
  const judged: (string | undefined)[] = [];
  const { '2.0.1': requests } = handlers({
    nowMs: () => nowMs,
    take: async ({ tokenStatus }) => {
      judged.push(tokenStatus);
      return { duplicate: false } as never;
    },
    keep: async () => {},
    decide: async ({ uid }, { evseId }) => {
      asked.push(`${uid} ${evseId}`);
      return decision;
    },
    isElsewhere: async () => false,
  });
  const event = async (eventType: 'Started' | 'Updated' | 'Ended', idToken: string, evse = 1, ref = 'T1') => {
    const answer = await requests!.TransactionEvent!(
      {
        eventType,
        timestamp: new Date(nowMs).toISOString(),
        triggerReason: 'MeterValuePeriodic',
        seqNo: 0,
        transactionInfo: { transactionId: ref },
        idToken: { idToken, type: 'ISO14443' },
        evse: { id: evse, connectorId: 1 },
      },
      { stationId: 'S1', receivedMs: nowMs } as RequestContext,
    );
    return (answer as { idTokenInfo: { status: string } }).idTokenInfo.status;
  };
  const askedNow = () => asked.splice(0);
  await event('Started', 'A');
  for (let n = 0; n < 3; n += 1) assert.equal(await event('Updated', 'A'), 'Accepted');
  assert.deepEqual(askedNow(), ['A 1']);
  await event('Updated', 'A', 1, 'T2');
  await event('Updated', 'B');
  await event('Updated', 'B', 2);
  assert.deepEqual(askedNow(), ['A 1', 'B 1', 'B 2']);
  nowMs += 5 * 60_000;
  decision = { status: 'Blocked' };
  assert.equal(await event('Updated', 'B', 2), 'Blocked', 'a card that was blocked meanwhile is heard of');
  assert.equal(await event('Updated', 'B', 2), 'Blocked');
  assert.deepEqual(askedNow(), ['B 2', 'B 2']);
  decision = { status: 'Accepted' };
  await event('Updated', 'B', 2);
  await event('Ended', 'B', 2);
  await event('Updated', 'B', 2);
  assert.deepEqual(askedNow(), ['B 2', 'B undefined', 'B 2'], 'the end forgets it');
  assert.ok(judged.every((status) => status !== undefined));
});
