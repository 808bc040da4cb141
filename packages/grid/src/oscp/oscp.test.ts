/** The adapter against a simulated grid operator on real HTTP: every message of OSCP 2.0, as it should be and as it should not. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  ACTION_NAMES,
  ACTIONS,
  type Bodies,
  createFlexibilityProvider,
  type FlexibilityProvider,
  fetchCaller,
  type GroupCapacityForecast,
  MemoryPartnerStore,
  nodeListener,
  type Partner,
  type PartnerStore,
  type Sent,
  type Taken,
} from '../index.ts';
import { HandClock, SimulatedCapacityProvider } from '../testing/index.ts';

const HOUR_MS = 3_600_000;
const silent = { info() {}, warn() {} };

interface Rig {
  readonly clock: HandClock;
  readonly fp: FlexibilityProvider;
  readonly url: string;
  readonly forecasts: GroupCapacityForecast[];
  readonly changes: [from: string, to: string][];
  /** Resolves with the next change of a partner's state. */
  readonly nextChange: () => Promise<Partner>;
  answer: Taken;
}

async function flexibilityProvider(
  t: TestContext,
  given: {
    readonly clock?: HandClock;
    readonly partners?: PartnerStore;
    readonly itemsPerSegment?: number;
  } = {},
): Promise<Rig> {
  const clock = given.clock ?? new HandClock();
  const forecasts: GroupCapacityForecast[] = [];
  const changes: [string, string][] = [];
  const waiting: ((partner: Partner) => void)[] = [];
  const server = createServer((request, response) => listen(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oscp/fp`;
  let number = 0;
  const take = async (forecast: GroupCapacityForecast): Promise<Taken> => {
    if (rig.answer.ok) forecasts.push(forecast);
    return rig.answer;
  };
  const fp = createFlexibilityProvider({
    baseUrl: url,
    partners: given.partners ?? new MemoryPartnerStore(),
    clock,
    random: (count) => {
      number += 1;
      return Buffer.alloc(count, number);
    },
    http: fetchCaller(),
    log: silent,
    required: { heartbeat_interval: 60, measurement_configuration: ['CONTINUOUS'] },
    ...(given.itemsPerSegment === undefined ? {} : { itemsPerSegment: given.itemsPerSegment }),
    ports: {
      forecast: take,
      adjustment: take,
      async partnerChanged(partner, before) {
        changes.push([before.state, partner.state]);
        for (const wake of waiting.splice(0)) wake(partner);
      },
    },
  });
  const listen = nodeListener(fp.handle, silent);
  const nextChange = () => new Promise<Partner>((resolve) => waiting.push(resolve));
  const rig: Rig = { clock, fp, url, forecasts, changes, nextChange, answer: { ok: true } };
  await fp.start();
  t.after(async () => {
    fp.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return rig;
}

async function gridOperator(t: TestContext, role: 'cp' | 'co' = 'cp'): Promise<SimulatedCapacityProvider> {
  const provider = await SimulatedCapacityProvider.start(role);
  t.after(() => provider.close());
  return provider;
}

async function online(t: TestContext, role: 'cp' | 'co' = 'cp', itemsPerSegment?: number) {
  const rig = await flexibilityProvider(t, itemsPerSegment === undefined ? {} : { itemsPerSegment });
  const cp = await gridOperator(t, role);
  const { token, versionUrl } = await rig.fp.invite({ id: 'dso', name: 'The grid operator', role });
  assert.equal((await cp.register(versionUrl, token)).status, 204);
  if (role === 'cp') {
    await cp.handshake();
    return { rig, cp };
  }
  // An optimizer is asked, and acknowledges by a request of its own.
  const asked = cp.next('handshake');
  assert.equal((await rig.fp.handshake('dso')).ok, true);
  assert.equal((await asked).problem, undefined);
  await cp.post('handshake_acknowledge', {});
  return { rig, cp };
}

const at = (ms: number) => new Date(ms).toISOString();
const block = (startMs: number) => ({
  capacity: 40,
  phase: 'ALL' as const,
  unit: 'KW' as const,
  start_time: at(startMs),
  end_time: at(startMs + HOUR_MS),
});
const energy = (ms: number) => ({
  value: 12.5,
  phase: 'ALL' as const,
  unit: 'KWH' as const,
  direction: 'IMPORT' as const,
  measure_time: at(ms),
});

/** One good body per message. */
function bodies(nowMs: number): Bodies {
  const forecast = { group_id: 'G1', type: 'CONSUMPTION' as const, forecasted_blocks: [block(nowMs)] };
  const behaviour = { required_behaviour: { heartbeat_interval: 60, measurement_configuration: [] } };
  return {
    register: { token: 'a-token', version_url: [{ version: '2.0', base_url: 'https://dso.example/cp/2.0' }] },
    handshake: behaviour,
    handshake_acknowledge: behaviour,
    heartbeat: { offline_mode_at: at(nowMs + HOUR_MS) },
    update_group_capacity_forecast: forecast,
    adjust_group_capacity_forecast: forecast,
    group_capacity_compliance_error: { message: 'no', forecasted_blocks: [block(nowMs)] },
    update_group_measurements: { group_id: 'G1', measurements: [energy(nowMs)] },
    update_asset_measurements: {
      group_id: 'G1',
      measurements: [{ asset_id: 'E1', asset_category: 'CHARGING', energy_measurement: energy(nowMs) }],
    },
  };
}

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

/** The body with one thing wrong at a time: each required field absent, each value of another kind, each list empty, each word unknown. */
function mutantsOf(body: object): [field: string, mutant: object][] {
  const optional = new Set([
    'required_behaviour',
    'heartbeat_interval',
    'forecasted_blocks',
    'energy_measurement',
  ]);
  const isHandshake = 'required_behaviour' in body;
  return Object.entries(body).flatMap(([field, value]): [string, object][] => {
    const { [field]: _gone, ...without } = body as Record<string, unknown>;
    const mayBeAbsent = optional.has(field) && !('type' in body);
    const inner: [string, object][] = Array.isArray(value)
      ? value
          .slice(0, 1)
          .flatMap((item): [string, object][] =>
            typeof item === 'object' && item !== null
              ? mutantsOf(item).map(([of, mutant]) => [of, { ...body, [field]: [mutant] }])
              : [],
          )
      : typeof value === 'object' && value !== null
        ? mutantsOf(value).map(([of, mutant]) => [of, { ...body, [field]: mutant }])
        : [];
    const empty: [string, object][] =
      Array.isArray(value) && field !== 'measurement_configuration'
        ? [[field, { ...body, [field]: [] }]]
        : [];
    const words: [string, object][] =
      typeof value === 'string' && /^[A-Z]+$/.test(value) ? [[field, { ...body, [field]: 'NONSENSE' }]] : [];
    return [
      ...(mayBeAbsent || isHandshake ? [] : [[field, without] as [string, object]]),
      [field, { ...body, [field]: typeof value === 'string' ? 5 : 'five' }],
      ...inner,
      ...empty,
      ...words,
    ];
  });
}
