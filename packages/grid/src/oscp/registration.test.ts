/** How a line to a grid operator begins, is kept up, breaks and ends: over real HTTP, on a clock that tests move. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryPartnerStore } from '../index.ts';
import { HandClock } from '../testing/index.ts';
import { at, bodies, flexibilityProvider, gridOperator, HOUR_MS, online } from '../testing/oscp-rig.ts';

test('SC2 NL-201 SC3: a grid operator registers with the token of a person, tokens are exchanged both ways, a handshake opens the line', async (t) => {
  const rig = await flexibilityProvider(t);
  const cp = await gridOperator(t);
  const { token, versionUrl } = await rig.fp.invite({ id: 'dso', name: 'DSO' });
  assert.equal(versionUrl, `${rig.url}/2.0`);
  cp.theirUrl = versionUrl;
  cp.theirToken = token;
  const early = await cp.post('heartbeat', { offline_mode_at: at(rig.clock.now() + HOUR_MS) });
  assert.equal(early.status, 403);
  assert.match(early.body, /Register before heartbeat/);

  assert.equal((await cp.register(versionUrl, token)).status, 204);
  const answered = cp.last('register');
  assert.equal(answered?.problem, undefined);
  assert.notEqual(cp.theirToken, token);
  const early2 = await cp.post(
    'update_group_capacity_forecast',
    bodies(rig.clock.now()).update_group_capacity_forecast,
  );
  assert.equal(early2.status, 403, 'no message before the handshake');

  const acknowledged = await cp.handshake(30);
  assert.equal(acknowledged.problem, undefined);
  assert.match(String(acknowledged.headers['x-correlation-id']), /^cp-\d+$/);
  assert.deepEqual(acknowledged.body, {
    required_behaviour: { heartbeat_interval: 60, measurement_configuration: ['CONTINUOUS'] },
  });
  assert.equal(rig.fp.partner('dso')?.state, 'online');
  assert.equal(rig.fp.partner('dso')?.heartbeatS, 30);
  // Its 204 to our Register may still be under way.
  while ((rig.fp.partner('dso')?.tokenHashes.length ?? 0) > 1) await new Promise(setImmediate);
  const stale = await cp.post('heartbeat', { offline_mode_at: at(rig.clock.now() + HOUR_MS) }, { token });
  assert.equal(stale.status, 401, 'the token of the invitation is worth nothing any more');

  const used = cp.theirToken;
  const rotated = cp.next('register');
  assert.equal((await rig.fp.rotate('dso')).ok, true);
  assert.equal((await rotated).method, 'PUT');
  assert.equal(
    (await cp.post('heartbeat', { offline_mode_at: at(rig.clock.now() + HOUR_MS) }, { token: used })).status,
    401,
  );
  assert.equal((await cp.heartbeat(rig.clock.now() + HOUR_MS)).status, 204);
  assert.equal((await cp.sendRegister('PUT')).status, 204);
  const gone = cp.next('register');
  assert.equal((await rig.fp.unregister('dso')).ok, true);
  assert.equal((await gone).method, 'DELETE');
  assert.equal((await gone).problem, undefined);
  assert.equal((await cp.heartbeat(rig.clock.now() + HOUR_MS)).status, 401);
});

test('SC2 NL-201: the registration can begin here, ends there, and a partner without version 2.0 gets 501', async (t) => {
  const rig = await flexibilityProvider(t);
  const cp = await gridOperator(t);
  await rig.fp.invite({ id: 'elmo', name: 'ELMO' });
  const offered = cp.versions;
  assert.equal((await rig.fp.register('elmo', cp.baseUrl, cp.inviteToken())).ok, true);
  cp.versions = [{ version: '3.0', base_url: cp.baseUrl }];
  assert.equal((await cp.sendRegister()).status, 501);
  cp.versions = [{ version: '2.0', base_url: 'ftp://nowhere' }];
  assert.equal((await cp.sendRegister()).status, 400);
  cp.versions = offered;
  assert.equal((await cp.sendRegister()).status, 204);
  assert.equal(rig.fp.partner('elmo')?.state, 'registered');
  // Without the wrapper, as Taipower's ELMO sends it.
  const acknowledged = cp.next('handshake_acknowledge');
  assert.equal((await cp.post('handshake', { measurement_configuration: ['CONTINUOUS'] })).status, 204);
  assert.equal((await acknowledged).problem, undefined);
  assert.deepEqual(rig.fp.partner('elmo')?.measurements, ['CONTINUOUS']);
  assert.equal((await cp.post('register', undefined, { method: 'DELETE' })).status, 204);
  assert.equal(rig.fp.partner('elmo')?.state, 'ended');
});

test('SC3 F7: a promise that is broken takes a partner offline, a heartbeat brings it back; heartbeats it wants are sent', async (t) => {
  const { rig, cp } = await online(t);
  const beat = cp.next('heartbeat');
  await cp.handshake(20);
  rig.clock.pass(0);
  assert.equal((await beat).problem, undefined);
  const promised = Date.parse(String(cp.last('heartbeat')?.body?.offline_mode_at));
  assert.equal(promised, rig.clock.now() + 60_000);
  assert.equal((await cp.heartbeat(rig.clock.now() + 90_000)).status, 204);
  rig.clock.pass(90_000);
  assert.equal(rig.fp.partner('dso')?.state, 'online');
  const gone = rig.nextChange();
  rig.clock.pass(1);
  assert.equal((await gone).state, 'offline');
  const deaf = await cp.forecast('G1', 'CONSUMPTION', rig.clock.now(), HOUR_MS, [10]);
  assert.equal(deaf.status, 403);
  assert.equal((await cp.heartbeat(rig.clock.now() + 90_000)).status, 204);
  const partner = rig.fp.partner('dso');
  assert.equal(partner?.state, 'online');
  assert.equal(partner?.backSinceMs, partner?.offlineSinceMs);

  // Who registers anew after an absence is back too.
  const again = rig.nextChange();
  rig.clock.pass(90_001);
  assert.equal((await again).state, 'offline');
  const theirs = cp.next('register');
  assert.equal((await cp.sendRegister()).status, 204);
  await theirs;
  await cp.handshake();
  assert.equal(rig.fp.partner('dso')?.state, 'online');
  assert.equal(rig.fp.partner('dso')?.backSinceMs, rig.clock.now());
});

test('SC3 F7: who registered, what was promised and the tokens survive a restart; a promise broken meanwhile is seen at once', async (t) => {
  const clock = new HandClock();
  const partners = new MemoryPartnerStore();
  const before = await flexibilityProvider(t, { clock, partners });
  const cp = await gridOperator(t);
  const { token, versionUrl } = await before.fp.invite({ id: 'dso', name: 'DSO' });
  await cp.register(versionUrl, token);
  await cp.handshake();
  await cp.heartbeat(clock.now() + 60_000);
  before.fp.close();
  const after = await flexibilityProvider(t, { clock, partners });
  cp.theirUrl = `${after.url}/2.0`;
  assert.equal((await cp.forecast('G1', 'CONSUMPTION', clock.now(), HOUR_MS, [10])).status, 204);
  after.fp.close();
  clock.pass(HOUR_MS);
  const late = await flexibilityProvider(t, { clock, partners });
  const gone = late.nextChange();
  clock.pass(0);
  assert.equal((await gone).state, 'offline');
});

test('SC2 NL-201: the profile vector needs no registration and no handshake; its forecasts are its signs of life', async (t) => {
  const rig = await flexibilityProvider(t);
  const cp = await gridOperator(t);
  const { token, versionUrl } = await rig.fp.invite({
    id: 'vector',
    name: 'Vector',
    dialect: 'vector',
    baseUrl: cp.baseUrl,
    outboundToken: cp.inviteToken(),
  });
  cp.theirUrl = versionUrl;
  cp.theirToken = token;
  assert.equal((await cp.forecast('G1', 'CONSUMPTION', rig.clock.now(), HOUR_MS, [10])).status, 204);
  assert.equal(rig.fp.partner('vector')?.state, 'online');
  const sent = await rig.fp.send(
    'vector',
    'update_group_measurements',
    bodies(rig.clock.now()).update_group_measurements,
  );
  assert.equal(sent.ok, true);
  const gone = rig.nextChange();
  rig.clock.pass(30 * 60_000 + 1);
  assert.equal((await gone).state, 'offline');
});

test('ASVS-15.2.2 T-BOMB a body nested as deep as it can be is refused and overflows nothing, also in segments', async (t) => {
  const { rig, cp } = await online(t);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const send = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${rig.url}/2.0/update_group_capacity_forecast`, {
      method: 'POST',
      headers: { authorization: `Token ${cp.theirToken}`, 'x-request-id': 'deep-1', ...headers },
      body,
    });
  for (const body of [deep, `{"group_id":"}}\\"[[","forecasted_blocks":${deep}}`]) {
    for (const headers of [{}, { 'x-segment-index': '1', 'x-segment-count': '2' }]) {
      const answer = await send(body, headers);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /nested at most 32 deep/);
    }
  }
  assert.equal((await cp.heartbeat(rig.clock.now() + HOUR_MS)).status, 204);
});
