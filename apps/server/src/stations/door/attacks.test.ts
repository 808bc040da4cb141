import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { clientFrame, openRig, type Rig } from '../testing/rig.ts';

let rig: Rig;
before(async () => {
  rig = await openRig();
});
after(() => rig.close());

const codes = async () => (await rig.stations.events.list({ limit: 50 })).map(({ code }) => code);

test('T-ID1 (CWE-306): without credentials nobody becomes a station, known identity or not, and nothing is created', async () => {
  const { identity } = await rig.add();
  for (const name of [identity, 'NOBODY', 'admin'])
    assert.equal(await rig.passing(rig.knock({ identity: name })), 401);
  assert.equal(rig.stations.list().length, 1);
  assert.ok((await codes()).includes('NoCredentials'));
});

test('CWE-307 RT8: guessing gets slower, an unknown identity and a wrong password look and last alike', async () => {
  const { identity, password } = await rig.add();
  const guess = async (name: string) => {
    const fromMs = rig.clock.now();
    const status = await rig.passing(rig.knock({ identity: name, password: 'f'.repeat(40) }));
    return { status, tookMs: rig.clock.now() - fromMs };
  };
  const rounds = [];
  for (let round = 0; round < 4; round += 1)
    rounds.push([await guess(identity), await guess('NOBODY')] as const);
  for (const pair of rounds) for (const { status } of pair) assert.equal(status, 401);
  const last = await guess(identity);
  assert.ok(last.tookMs > 2 * rounds[0]![0].tookMs && last.tookMs > 1_000, JSON.stringify([rounds[0], last]));
  // The same rank of failure takes the same time, whoever was asked for.
  const other = await openRig({ store: rig.store, dataDir: rig.dataDir });
  const first = await other.add();
  const one = other.clock.now();
  await other.passing(other.knock({ identity: first.identity, password: 'wrong' }), 1);
  const two = other.clock.now();
  await other.passing(other.knock({ identity: 'NOBODY', password: 'wrong' }), 1);
  const three = other.clock.now();
  assert.ok(two - one >= 200 && three - two >= 200);
  await other.close();
  // The station itself still gets in.
  assert.equal(await rig.passing(rig.knock({ identity, password })), 101);
});

test('T-ID3 (CWE-613): a second connection does not displace a station that answers', async () => {
  const who = await rig.add();
  const first = await rig.connect(who, '1.6');
  const { generation } = rig.stations.connected(who.stationId)!;
  for (let attempt = 0; attempt < 3; attempt += 1)
    assert.equal(await rig.knock({ identity: who.identity, password: who.password }), 409);
  assert.equal(rig.stations.connected(who.stationId)?.generation, generation);
  assert.equal((await first.say('Heartbeat', {})).kind, 'result');
  const seen = (await rig.stations.events.list({ stationId: who.stationId, limit: 10 })).filter(
    ({ code }) => code === 'DuplicateConnection',
  );
  assert.deepEqual(
    seen.map(({ level }) => level),
    ['alarm', 'info', 'info'],
  );
  assert.ok(rig.told.some((event) => event.kind === 'security' && event.code === 'DuplicateConnection'));
});

test('T-ID4: path, user name and identity must be the same to the letter, before any password counts', async () => {
  const victim = await rig.add({ identity: 'Station-A1' });
  const attacker = await rig.add({ identity: 'Station-B2' });
  const { password } = attacker;
  const attempts = [
    // Somebody else's path with one's own, valid credentials.
    { identity: victim.identity, user: attacker.identity, password },
    { identity: attacker.identity, user: victim.identity, password },
    { identity: 'station-b2', user: 'station-b2', password },
    { identity: 'station-b2', user: 'Station-B2', password },
    { identity: attacker.identity, user: `${attacker.identity}:`, password },
    { identity: attacker.identity, user: '', password },
    { identity: 'Station-B2 ', user: 'Station-B2', password },
    { identity: 'Station‐B2', user: 'Station-B2', password },
    { identity: 'Station-B2', path: 'Station-A1%2FStation-B2', password },
    { identity: 'Station-B2', path: 'Station-A1/Station-B2', password },
    { identity: 'Station-B2', path: 'Station-B2%00', password },
    { identity: 'Station-B2', path: '..%2f..%2fapi', password },
  ];
  for (const attempt of attempts) {
    const status = await rig.passing(rig.knock(attempt));
    assert.ok(status >= 400 && status < 500, `${JSON.stringify(attempt)} -> ${status}`);
  }
  assert.equal(rig.stations.connected(victim.stationId), undefined);
  assert.equal(rig.stations.connected(attacker.stationId), undefined);
  assert.equal(await rig.knock({ identity: attacker.identity, password }), 101);
});

test('T-NEG: no common subprotocol is refused after the credentials, never before', async () => {
  const { identity, password } = await rig.add();
  assert.equal(await rig.passing(rig.knock({ identity, password: 'wrong', protocol: 'ocpp2.0' })), 401);
  assert.equal(await rig.passing(rig.knock({ identity, password, protocol: 'ocpp2.0' })), 400);
  assert.equal(
    await rig.passing(rig.knock({ identity, password, protocol: 'ocpp2.0, ocpp2.1, ocpp1.6' })),
    101,
  );
});

test('T-ID3: a line that died without a word is replaced once it does not answer a ping for five seconds', async () => {
  const who = await rig.add();
  const dead = await rig.hang(who);
  await rig.until(() => rig.stations.connected(who.stationId) !== undefined);
  const fromMs = rig.clock.now();
  const alive = await rig.passing(rig.connect(who, '1.6'));
  assert.ok(rig.clock.now() - fromMs >= 5_000);
  assert.equal(rig.stations.connected(who.stationId)?.generation, 2);
  assert.equal((await alive.say('Heartbeat', {})).kind, 'result');
  await rig.passing(once(dead.resume(), 'close'));
  // The end of the old socket takes nothing from the new one.
  assert.equal(rig.stations.connected(who.stationId)?.generation, 2);
});

test('T-PAUSE: what a paused station finds when it wakes up is a closed door: no late answer, no late message counts', async () => {
  const who = await rig.add();
  const old = await rig.hang(who);
  let release = () => {};
  const blocked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const heard: { generation: number; isCurrent: boolean }[] = [];
  const stop = rig.stations.listen({
    requests: {
      '1.6': {
        async StopTransaction(_payload, { generation, isCurrent }) {
          await blocked;
          heard.push({ generation, isCurrent: isCurrent() });
          return {};
        },
      },
    },
  });
  await rig.until(() => rig.stations.connected(who.stationId) !== undefined);
  old.write(
    clientFrame(
      '[2,"s1","StopTransaction",{"transactionId":1,"meterStop":1,"timestamp":"2026-11-21T12:00:00Z"}]',
    ),
  );
  const pending = rig.stations.call(who.stationId, 'Reset', { type: 'Soft' });
  const fresh = await rig.passing(rig.connect(who, '1.6', { Reset: { status: 'Accepted' } }));
  // The call of the old generation ends without the answer of the new one.
  assert.deepEqual(await pending, { kind: 'closed', sent: true });
  release();
  await rig.until(() => heard.length === 1);
  assert.deepEqual(heard, [{ generation: 1, isCurrent: false }]);
  old.write(clientFrame('[2,"s2","Heartbeat",{}]'));
  assert.equal((await fresh.say('Heartbeat', {})).kind, 'result');
  const late = await rig.stations.messages.search(who.stationId, { limit: 50, action: 'Heartbeat' });
  assert.ok(late.length > 0 && late.every(({ generation }) => generation === 2));
  stop();
});

test('T-SLOW: a byte a second, a silent socket and a flood of handshakes cost their sender the line, and nobody else', async (t) => {
  const slow = await openRig({
    store: rig.store,
    dataDir: rig.dataDir,
    policy: { handshakeMs: 250, handshakesPerAddress: 20, handshakesPerIdentity: 3 },
  });
  t.after(() => slow.close());
  const who = await slow.add();
  const sockets = Array.from({ length: 10 }, () => connect(slow.listener.port, '127.0.0.1'));
  const ends = sockets.map((socket) => {
    socket.on('error', () => {});
    return once(socket.resume(), 'close');
  });
  for (const socket of sockets.slice(0, 5)) socket.write('GET /ocpp/x HTTP/1.1\r\nHost: a\r\nUpg');
  assert.equal((await slow.connect(who, '1.6')).connection.open, true);
  await Promise.all(ends);
  // Eleven of forty tokens are used; per identity and address three handshakes go.
  const statuses = [];
  for (let n = 0; n < 3; n += 1)
    statuses.push(await slow.passing(slow.knock({ identity: 'GUESSED', password: 'x' })));
  assert.equal(await slow.knock({ identity: 'GUESSED', password: 'x' }), 429);
  assert.deepEqual(statuses, [401, 401, 401]);
  let cut = 0;
  const flood = Array.from({ length: 60 }, (_, n) =>
    slow.knock({ identity: `G${n}` }).catch(() => {
      cut += 1;
    }),
  );
  await slow.until(() => cut >= 30);
  await slow.passing(Promise.all(flood));
  slow.clock.advance(60_000);
  // A minute later the address is heard again; the station never left.
  assert.equal(await slow.knock(who), 409);
});

test('security.md 4.7: a station that floods is slowed down to its quota; every message is answered, others notice nothing', async (t) => {
  const tight = await openRig({
    store: rig.store,
    dataDir: rig.dataDir,
    policy: { messagesPerSecond: 1, messageBurst: 5 },
  });
  t.after(() => tight.close());
  const [loud, quiet] = [await tight.play('1.6'), await tight.play('1.6')];
  let answered = 0;
  const flood = Array.from({ length: 8 }, async () => {
    const outcome = await loud.say('Heartbeat', {});
    answered += 1;
    return outcome.kind;
  });
  assert.equal((await quiet.say('Heartbeat', {})).kind, 'result');
  await tight.until(() => answered === 5);
  const fromMs = tight.clock.now();
  const kinds = await tight.passing(Promise.all(flood));
  assert.ok(kinds.every((kind) => kind === 'result'));
  assert.ok(tight.clock.now() - fromMs >= 2_900);
});

test('F11: without the database nothing is acknowledged and nobody is let in, and everybody stays connected', async (t) => {
  const dark = await openRig();
  t.after(() => dark.close().catch(() => {}));
  const [station, waiting] = [await dark.play('1.6'), await dark.add()];
  await dark.store.close();
  const outcome = await station.say('StatusNotification', {
    connectorId: 1,
    status: 'Available',
    errorCode: 'NoError',
  });
  assert.equal(outcome.kind === 'error' && outcome.code, 'InternalError');
  assert.equal(await dark.knock(waiting), 503);
  assert.equal((await station.say('Heartbeat', {})).kind, 'result');
  assert.equal(dark.stations.connected(station.stationId)?.generation, 1);
});
