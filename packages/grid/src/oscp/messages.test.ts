/** Every message of OSCP 2.0 over real HTTP, as it should be and as it should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACTION_NAMES, ACTIONS, type Sent } from '../index.ts';
import { block, bodies, energy, HOUR_MS, mutantsOf, online } from '../testing/oscp-rig.ts';

test('SC2 NL-201: every message that this side takes arrives, and each mutant of each is refused with its field named', async (t) => {
  const { rig, cp } = await online(t);
  const nowMs = rig.clock.now();
  let good = 0;
  let mutants = 0;
  for (const action of ACTION_NAMES) {
    const body = bodies(nowMs)[action];
    const isTaken = ACTIONS[action].servedBy.includes('fp');
    if (!isTaken) {
      const answer = await cp.post(action, body);
      assert.equal(answer.status, 404, action);
      continue;
    }
    for (const [field, mutant] of mutantsOf(body)) {
      const answer = await cp.post(action, mutant);
      assert.equal(answer.status, 400, `${action} ${field}: ${answer.body}`);
      assert.ok(answer.body.includes(field), `${action} ${field}: ${answer.body}`);
      mutants += 1;
    }
    for (const [about, options, status] of [
      ['no JSON', {}, 400],
      ['a strange token', { token: 'x' }, 401],
      ['a wrong method', { method: 'PATCH' }, 405],
      ['bad segments', { headers: { 'x-segment-index': '3', 'x-segment-count': '2' } }, 400],
    ] as const) {
      const answer = await cp.post(action, about === 'no JSON' ? '{' : body, options);
      assert.equal(answer.status, status, `${action}: ${about}`);
      assert.match(answer.body, /"message":"[^"]+/);
    }
    if (action === 'register') continue;
    const answer = await cp.post(action, { ...body, x_vendor: 1 });
    assert.equal(answer.status, 204, `${action}: ${answer.body}`);
    assert.equal(answer.body, '');
    good += 1;
  }
  assert.equal(good, 5);
  assert.ok(mutants >= 20, `${mutants}`);
  assert.equal(rig.forecasts.length, 2);
  assert.equal(rig.fp.partner('dso')?.state, 'online');
  assert.equal((await cp.post('nonsense', {})).status, 404);
  const past = await cp.heartbeat(nowMs - 1);
  assert.equal(past.status, 400);
  assert.match(past.body, /offline_mode_at must lie in the future/);
  const promised = rig.fp.partner('dso')?.offlineModeAtMs;
  const far = await cp.heartbeat(nowMs + 24 * HOUR_MS + 60_000);
  assert.deepEqual([far.status, rig.fp.partner('dso')?.offlineModeAtMs], [400, promised]);
  assert.match(far.body, /offline_mode_at lies more than 24 hours ahead.*Send an earlier one/);
  rig.answer = { ok: false, status: 404, detail: 'group_id: there is no group G9.' };
  const unknown = await cp.forecast('G9', 'CONSUMPTION', nowMs, HOUR_MS, [1]);
  assert.deepEqual([unknown.status, unknown.body], [404, '{"message":"group_id: there is no group G9."}']);
});

test('SC2 NL-201: every message that this side sends keeps to the schema at the other end; what would not is never sent', async (t) => {
  const { rig, cp } = await online(t);
  const { rig: rigOfCo, cp: co } = await online(t, 'co');
  const nowMs = rig.clock.now();
  let sent = 0;
  for (const action of ACTION_NAMES) {
    if (action === 'register' || action === 'handshake' || action === 'handshake_acknowledge') continue;
    const body = bodies(nowMs)[action];
    for (const [role, fp, end] of [
      ['cp', rig.fp, cp],
      ['co', rigOfCo.fp, co],
    ] as const) {
      const before = end.heard.length;
      const outcome: Sent = await fp.send('dso', action, body, 'cp-77');
      if (!ACTIONS[action].servedBy.includes(role)) {
        assert.equal(outcome.ok, false, `${role} ${action}`);
        assert.equal(end.heard.length, before);
        continue;
      }
      assert.deepEqual(outcome.ok, true, `${role} ${action}: ${JSON.stringify(outcome)}`);
      const heard = end.last(action);
      assert.equal(heard?.problem, undefined);
      assert.deepEqual(heard?.body, body);
      assert.equal(heard?.headers['x-correlation-id'], 'cp-77');
      sent += 1;
      for (const [field, mutant] of mutantsOf(body)) {
        const refused = await fp.send('dso', action, mutant as typeof body);
        assert.ok(!refused.ok && refused.code === 'invalid', `${action} ${field}`);
        assert.ok(refused.detail.includes(field), refused.detail);
      }
      const extra = await fp.send('dso', action, Object.assign({}, body, { x_vendor: 1 }));
      assert.ok(!extra.ok && /x_vendor is not a field/.test(extra.detail));
      assert.equal(end.heard.length, before + 1);
      end.answers[action] = 409;
      const no = await fp.send('dso', action, body);
      assert.ok(!no.ok && no.code === 'refused' && no.status === 409);
      // Anything but 204 is no.
      end.answers[action] = 200;
      assert.equal((await fp.send('dso', action, body)).ok, false);
    }
  }
  assert.equal(sent, 7);
  await cp.close();
  const away = await rig.fp.send('dso', 'heartbeat', bodies(nowMs).heartbeat);
  assert.ok(!away.ok && away.code === 'unreachable');
});

test('SC2 NL-201: long messages go and come in segments, in any order and by either reading of the correlation', async (t) => {
  const { rig, cp } = await online(t, 'cp', 2);
  const nowMs = rig.clock.now();
  const measurements = [0, 1, 2, 3, 4].map((n) => energy(nowMs + n));
  assert.equal(
    (await rig.fp.send('dso', 'update_group_measurements', { group_id: 'G1', measurements })).ok,
    true,
  );
  const parts = cp.heard.filter(({ path }) => path === 'update_group_measurements');
  assert.deepEqual(
    parts.map(({ headers }) => [headers['x-segment-index'], headers['x-segment-count']]),
    [
      ['1', '3'],
      ['2', '3'],
      ['3', '3'],
    ],
  );
  assert.ok(
    parts.slice(1).every(({ headers }) => headers['x-correlation-id'] === parts[0]?.headers['x-request-id']),
  );
  assert.ok(parts.every(({ problem }) => problem === undefined));

  const body = {
    group_id: 'G1',
    type: 'CONSUMPTION',
    forecasted_blocks: [0, 1, 2].map((h) => block(nowMs + h * HOUR_MS)),
  };
  const segment = (index: number, to?: string) => ({
    headers: {
      'x-segment-index': String(index),
      'x-segment-count': '3',
      ...(to === undefined ? {} : { 'x-correlation-id': to }),
    },
  });
  const part = (n: number) => ({ ...body, forecasted_blocks: [body.forecasted_blocks[n]] });
  const first = await cp.post('update_group_capacity_forecast', part(0), segment(1));
  assert.equal(first.status, 204);
  assert.equal(rig.forecasts.length, 0);
  await cp.post('update_group_capacity_forecast', part(2), segment(3, first.requestId));
  assert.equal(
    (await cp.post('update_group_capacity_forecast', part(1), segment(2, first.requestId))).status,
    204,
  );
  assert.deepEqual(rig.forecasts.at(-1), body);
  // Pieces of one text, each naming the one before it.
  const text = JSON.stringify(body);
  const cut = Math.floor(text.length / 3);
  const one = await cp.post('update_group_capacity_forecast', text.slice(0, cut), segment(1));
  const two = await cp.post(
    'update_group_capacity_forecast',
    text.slice(cut, 2 * cut),
    segment(2, one.requestId),
  );
  await cp.post('update_group_capacity_forecast', text.slice(2 * cut), segment(3, two.requestId));
  assert.equal(rig.forecasts.length, 2);
  assert.deepEqual(rig.forecasts.at(-1), body);
  const lost = await cp.post('update_group_capacity_forecast', part(1), segment(2, 'nobody'));
  assert.equal(lost.status, 400);
  assert.match(lost.body, /X-Correlation-ID must be the X-Request-ID of the first segment/);
});

test('SC2 NL-201: numbers as text, words in small letters and nulls are read', async (t) => {
  const { rig, cp } = await online(t);
  const nowMs = rig.clock.now();
  const lenient = { ...block(nowMs), capacity: '40.5', phase: 'all', unit: 'kw', comment: null };
  const body = { group_id: 'G1', type: 'consumption', forecasted_blocks: [lenient] };
  assert.equal((await cp.post('update_group_capacity_forecast', body)).status, 204);
  const [read] = rig.forecasts.at(-1)?.forecasted_blocks ?? [];
  assert.deepEqual(read, { ...block(nowMs), capacity: 40.5 });
});

test('T-FUZZ SC2: whatever stands in a request, it is answered in words and nothing is taken', async (t) => {
  const { rig, cp } = await online(t);
  const before = JSON.stringify(rig.fp.partner('dso'));
  const odd = fc.oneof(
    fc.string(),
    fc.json({ maxDepth: 4 }),
    fc.constant('{"__proto__":{"token":1}}'),
    fc.constant('[[['),
  );
  const header = fc.oneof(fc.string({ maxLength: 300 }), fc.constant('1'), fc.constant(undefined));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ACTION_NAMES, 'nonsense', '__proto__', 'constructor', '..'),
      fc.constantFrom('POST', 'PUT', 'GET', 'BREW'),
      odd,
      header,
      header,
      async (action, method, body, index, correlation) => {
        const answer = await rig.fp.handle({
          method,
          url: `${cp.theirUrl}/${action}`,
          headers: {
            authorization: `Token ${cp.theirToken}`,
            'x-request-id': 'r',
            'x-segment-index': index,
            'x-segment-count': index,
            'x-correlation-id': correlation,
          },
          body,
        });
        if (answer.status === 204) {
          // A segment that waits for others, or a handshake, which may be empty.
          assert.ok(index !== undefined || action.startsWith('handshake'), `${action} ${body}`);
          return;
        }
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
        assert.match((JSON.parse(answer.body) as { message: string }).message, /\.$/);
      },
    ),
    { numRuns: 400, seed: 5 },
  );
  assert.deepEqual(rig.forecasts, []);
  assert.equal(JSON.parse(before).baseUrl, rig.fp.partner('dso')?.baseUrl);
});
