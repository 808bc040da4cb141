import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandResponseUrl, ownEndpoint } from '@smac/ocpi';
import type { TransactionState } from '../../transactions/index.ts';
import type { CommandExecutor } from './executors.ts';
import { cpoRigs, ownSession } from './testing/cpo-rig.ts';
import { card, EMSP, emsp, LATER, quietHubClientInfo, SCSP } from './testing/emsp.ts';

const cpoRig = cpoRigs();

test('D1.5-§2.3.1-CMD reservations get a number of ours, are cancelled by their owner only, and expired ones are rejected', async (t) => {
  const numbers: [string, number][] = [];
  const commands: Partial<CommandExecutor> = {
    reserve: async ({ number }) => {
      numbers.push(['reserve', number]);
      return { result: 'ACCEPTED' };
    },
    cancel: async (_place, number) => {
      numbers.push(['cancel', number]);
      return { result: 'ACCEPTED' };
    },
    unlock: async () => ({ result: 'FAILED' }),
  };
  const rig = await cpoRig(t, { commands });
  const first = emsp();
  const second = emsp();
  const one = await rig.other(EMSP, first.ports);
  const two = await rig.other({ ...EMSP, partyId: 'ALL' }, second.ports);
  const url = (of: typeof one) =>
    commandResponseUrl(ownEndpoint(of.platform, '2.3.0', 'commands', 'SENDER'), 'RESERVE_NOW', 'cb');
  const request = (of: typeof one, party_id: string) => ({
    response_url: url(of),
    token: card('04R', { party_id }),
    expiry_date: LATER,
    reservation_id: 'r-1',
    location_id: 'quay',
    evse_uid: 'quay-1',
  });
  const settled = async <T>(call: Promise<T>) => {
    const answer = await call;
    await rig.activity.idle();
    return answer;
  };
  await settled(one.client.receiver.commands.reserveNow(request(one, 'TNM')));
  await settled(two.client.receiver.commands.reserveNow(request(two, 'ALL')));
  await settled(one.client.receiver.commands.reserveNow(request(one, 'TNM')));
  const other = await two.client.receiver.commands.reserveNow({
    ...request(two, 'ALL'),
    token: card('04X', { party_id: 'ALL' }),
    reservation_id: 'r-2',
  });
  assert.equal(other.ok && other.data.result, 'REJECTED');
  const [a, b, c] = numbers.map(([, number]) => number);
  assert.ok(a !== b && a === c, String(numbers));
  await settled(
    two.client.receiver.commands.cancelReservation({ response_url: url(two), reservation_id: 'r-1' }),
  );
  await settled(
    two.client.receiver.commands.cancelReservation({ response_url: url(two), reservation_id: 'r-1' }),
  );
  assert.deepEqual(numbers.at(-1), ['cancel', b]);
  assert.deepEqual(
    second.heard.results.map(([, , { result }]) => result),
    ['ACCEPTED', 'ACCEPTED', 'UNKNOWN_RESERVATION'],
  );
  rig.clock.nowMs += 2 * 3_600_000;
  const late = await one.client.receiver.commands.reserveNow(request(one, 'TNM'));
  assert.deepEqual(late.ok && late.data.result, 'REJECTED');
  const unlock = await settled(
    one.client.receiver.commands.unlockConnector({
      response_url: url(one),
      location_id: 'quay',
      evse_uid: 'quay-1',
      connector_id: '1',
    }),
  );
  assert.deepEqual(unlock.ok && unlock.data.result, 'ACCEPTED');
  assert.equal(first.heard.results.at(-1)?.[2].result, 'FAILED');
  const nowhere = await one.client.receiver.commands.unlockConnector({
    response_url: url(one),
    location_id: 'quay',
    evse_uid: 'quay-9',
    connector_id: '1',
  });
  assert.deepEqual(!nowhere.ok && nowhere.statusCode, 2003);
  const anywhere = { response_url: url(one), token: card('04R'), location_id: 'quay' };
  const chosen = await one.client.receiver.commands.startSession(anywhere);
  assert.deepEqual(chosen.ok && chosen.data.result, 'NOT_SUPPORTED');
  await rig.sites.putSession(rig.network.owner, ownSession('s-1', { country: 'NL', party: 'TNM' }));
  const stop = await two.client.receiver.commands.stopSession({ response_url: url(two), session_id: 's-1' });
  assert.deepEqual(stop.ok && stop.data.result, 'REJECTED');
});

test('BI17 D1.5-§2.3.1-CMD who is no mobility provider issues no tokens and sends no commands: nothing starts, nothing unlocks', async (t) => {
  const rig = await cpoRig(t);
  const planner = await rig.other(SCSP, { hubclientinfo: { receiver: quietHubClientInfo } });
  const token = card('04SMC00001', { party_id: 'SMC', whitelist: 'ALWAYS' });
  assert.ok((await planner.client.receiver.tokens.put(token)).ok);
  const at = { stationId: 'st-1', evseId: 1 };
  assert.equal((await rig.tokens.authorise({ uid: token.uid, type: 'ISO14443' }, at)).status, 'Unknown');
  const response_url = `${planner.platform.baseUrl}/r`;
  const { commands } = planner.client.receiver;
  const place = { location_id: 'quay', evse_uid: 'quay-1' };
  const answers = [
    await commands.startSession({ response_url, token, ...place }),
    await commands.stopSession({ response_url, session_id: 's-1' }),
    await commands.unlockConnector({ response_url, ...place, connector_id: '1' }),
    await commands.reserveNow({ response_url, token, ...place, expiry_date: LATER, reservation_id: 'r' }),
    await commands.cancelReservation({ response_url, reservation_id: 'r' }),
  ];
  assert.deepEqual(
    answers.map((answer) => answer.ok && answer.data.result),
    answers.map(() => 'REJECTED'),
  );
  assert.equal((await rig.tokens.authorise({ uid: token.uid, type: 'ISO14443' }, at)).status, 'Unknown');
});

test('D1.5-§2.3.1-CMD T-OWN a lock is opened for the party whose customer charges there, and for every provider where nobody does', async (t) => {
  const unlocked: string[] = [];
  const running: TransactionState[] = [];
  const commands: Partial<CommandExecutor> = {
    unlock: async ({ evseUid }) => {
      unlocked.push(evseUid);
      return { result: 'ACCEPTED' };
    },
  };
  const rig = await cpoRig(t, { commands, running });
  const theirs = await rig.other(EMSP, emsp().ports);
  const others = await rig.other({ ...EMSP, partyId: 'ALL' }, emsp().ports);
  assert.ok((await theirs.client.receiver.tokens.put(card('04TNM00001', { whitelist: 'ALWAYS' }))).ok);
  const ask = async (of: typeof theirs) => {
    const response_url = commandResponseUrl(
      ownEndpoint(of.platform, '2.3.0', 'commands', 'SENDER'),
      'UNLOCK_CONNECTOR',
      'cb',
    );
    const answer = await of.client.receiver.commands.unlockConnector({
      response_url,
      location_id: 'quay',
      evse_uid: 'quay-1',
      connector_id: '1',
    });
    await rig.activity.idle();
    assert.ok(answer.ok);
    return [answer.data.result, answer.data.message?.[0]?.text];
  };
  const charging = (tokenUid: string | undefined, tokenStatus = 'Accepted', evseId = 1) =>
    ({
      stationId: 'st-1',
      evseId,
      state: 'active',
      tokenStatus,
      ...(tokenUid && { tokenUid }),
    }) as TransactionState;
  const refused = ['REJECTED', 'Somebody charges there who is not one of your customers.'];
  assert.deepEqual(await ask(others), ['ACCEPTED', undefined]);
  running.push(charging(undefined, 'Accepted', 2));
  assert.deepEqual(await ask(others), ['ACCEPTED', undefined]);
  await rig.tokens.authorise({ uid: '04TNM00001', type: 'ISO14443' }, { stationId: 'st-1', evseId: 1 });
  running.push(charging('04tnm00001'));
  assert.deepEqual([await ask(others), await ask(theirs)], [refused, ['ACCEPTED', undefined]]);
  running.splice(0, 2, charging('04AAAAAAAA', 'Invalid'));
  assert.deepEqual(await ask(others), ['ACCEPTED', undefined]);
  running.splice(0, 1, charging(undefined));
  assert.deepEqual([await ask(others), await ask(theirs)], [refused, refused]);
  assert.equal(unlocked.length, 4);
});
