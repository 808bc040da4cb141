import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { HandClock } from '../testing/hand-clock.ts';
import { csmsOnFreePort } from '../testing/pair.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { type OcppVersion, ocppVersions, subprotocolOf } from '../versions/index.ts';
import { type ConnectionLimits, type Fault, ReplyCache } from './index.ts';

const at = '2026-01-01T00:00:00Z';

const answers: Readonly<Record<string, object>> = {
  Authorize: { idTagInfo: { status: 'Accepted' } },
  Heartbeat: { currentTime: at },
  StartTransaction: { transactionId: 1, idTagInfo: { status: 'Accepted' } },
};

interface Setup {
  readonly strict?: boolean;
  readonly replies?: ReplyCache;
  readonly limits?: Partial<ConnectionLimits>;
}

async function setUp(t: TestContext, version: OcppVersion, settings: Setup = {}) {
  const clock = new HandClock();
  const faults: Fault[] = [];
  const csms = await csmsOnFreePort(t, {
    clock,
    ...(settings.limits === undefined ? {} : { limits: settings.limits }),
    authorise: () => ({
      accept: true,
      binding: null,
      settings: { ...settings, observer: { fault: (fault) => faults.push(fault) } },
    }),
  });
  const dial = () => RawPeer.connect(`${csms.url}/CS-1`, subprotocolOf(version));
  const peer = await dial();
  const connection = await csms.next();
  const handled: string[] = [];
  connection.onAnyCall((action, payload) => {
    handled.push(`${action} ${JSON.stringify(payload)}`);
    return answers[action] ?? {};
  });
  return { csms, clock, faults, dial, peer, connection, handled };
}

test('T-NEG frames that are no messages: 2.x answers what it can name, 1.6 keeps silent, nothing breaks', async (t) => {
  for (const version of ocppVersions) {
    const { peer, faults } = await setUp(t, version);
    const frames = ['', 'hello', '{}', '[', 'null', '[]', '[2]', '[2,7,"Heartbeat",{}]'];
    for (const frame of frames) peer.send(frame);
    peer.send('[8,"t","Heartbeat",{}]');
    peer.send('[2,"a","Heartbeat"]');
    const arity = '3 elements instead of 4';
    if (version === '1.6') {
      assert.deepEqual(await peer.next(), [4, 'a', 'FormationViolation', arity, {}]);
    } else {
      for (const _frame of frames) {
        assert.deepEqual(((await peer.next()) as unknown[]).slice(0, 3), [4, '-1', 'RpcFrameworkError']);
      }
      assert.deepEqual(await peer.next(), [4, 't', 'MessageTypeNotSupported', 'unknown message type', {}]);
      assert.deepEqual(await peer.next(), [4, 'a', 'RpcFrameworkError', arity, {}]);
    }
    assert.equal(faults.filter(({ kind }) => kind === 'malformed').length, frames.length + 2);
    assert.deepEqual(await peer.ask([2, 'h', 'Heartbeat', {}]), [3, 'h', { currentTime: at }]);
  }
});

test('T-NEG answers are never answered: CALLRESULT and CALLERROR without a call, malformed ones, SEND', async (t) => {
  for (const version of ocppVersions) {
    const { peer, faults, handled, connection } = await setUp(t, version);
    const outcome = connection.callAny('ClearCache', {});
    const [, id] = (await peer.next()) as [number, string];
    peer.send([3, 'invented', {}]);
    peer.send([3, `${id}x`, { status: 'Accepted' }]);
    peer.send([4, 'invented', 'GenericError', '', {}]);
    peer.send([4, '-1', 'RpcFrameworkError', '', {}]);
    peer.send([3, id]);
    peer.send([4, id]);
    peer.send([3, 5, {}]);
    if (version === '2.1') {
      peer.send([5, 'invented', 'FormatViolation', 'your answer', {}]);
      peer.send([6, 's', 'Heartbeat', {}]);
      peer.send([6, 's', 'NotifyPeriodicEventStream', { id: 'x' }]);
      peer.send([6, 's', 'NoSuchAction', {}]);
    }
    assert.deepEqual(await peer.ask([2, 'h', 'Heartbeat', {}]), [3, 'h', { currentTime: at }]);
    assert.equal(connection.queued, 1, 'the call in flight waits for its own answer');
    peer.send([3, id, { status: 'Accepted' }]);
    assert.equal((await outcome).kind, 'result');
    assert.deepEqual(handled, ['Heartbeat {}']);
    assert.equal(faults.length, version === '2.1' ? 11 : 7);
  }
});

test('T-NEG an answer from another socket of the same identity belongs to no call', async (t) => {
  const { csms, dial, peer, connection, faults } = await setUp(t, '2.0.1');
  const other = await dial();
  await csms.next();
  const outcome = connection.callAny('ClearCache', {});
  const [, id] = (await peer.next()) as [number, string];
  other.send([3, id, { status: 'Rejected' }]);
  const otherBeat = other.ask([2, 'x', 'Heartbeat', 7]);
  assert.equal(((await otherBeat) as unknown[])[2], 'TypeConstraintViolation');
  assert.deepEqual(
    faults.map(({ kind }) => kind),
    ['unmatched-answer', 'refused-call'],
  );
  peer.send([3, id, { status: 'Accepted' }]);
  const settled = await outcome;
  assert.deepEqual(settled.kind === 'result' && settled.payload, { status: 'Accepted' });
});

test('a watcher that throws brings nothing down, neither at the call nor at its late answer', async (t) => {
  const broken = (): never => {
    throw new Error('disk full');
  };
  const csms = await csmsOnFreePort(t, {
    authorise: () => ({
      accept: true,
      binding: null,
      settings: { observer: { frame: broken, fault: broken } },
    }),
  });
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp1.6');
  (await csms.next()).onAnyCall(async () => answers.Heartbeat);
  peer.send('nonsense');
  assert.deepEqual(await peer.ask([2, 'a', 'Heartbeat', {}]), [3, 'a', answers.Heartbeat]);
  assert.deepEqual(await peer.ask([2, 'b', 'Heartbeat', {}]), [3, 'b', answers.Heartbeat]);
});

test('message types 5 and 6 are unknown below 2.1', async (t) => {
  const { peer } = await setUp(t, '2.0.1');
  for (const frame of [
    [5, 'a', 'FormatViolation', '', {}],
    [6, 'a', 'NotifyPeriodicEventStream', {}],
  ]) {
    assert.deepEqual(((await peer.ask(frame)) as unknown[]).slice(0, 3), [4, 'a', 'MessageTypeNotSupported']);
  }
});

test('T-NEG unknown action: NotImplemented; known, but not for a station or of another type: NotSupported', async (t) => {
  for (const version of ocppVersions) {
    const { peer, handled } = await setUp(t, version);
    const code = async (action: string) => ((await peer.ask([2, action, action, {}])) as unknown[])[2];
    for (const action of ['MakeCoffee', '__proto__', 'constructor', 'heartbeat']) {
      assert.equal(await code(action), 'NotImplemented', action);
    }
    assert.equal(await code('Reset'), 'NotSupported');
    assert.equal(await code('SetChargingProfile'), 'NotSupported');
    if (version === '2.1') assert.equal(await code('NotifyPeriodicEventStream'), 'NotSupported');
    assert.deepEqual(handled, []);
  }
});

test('a repeated message is answered again and processed once; 100 times in a row too', async (t) => {
  const { peer, handled, faults } = await setUp(t, '1.6');
  const start = { connectorId: 1, idTag: 'TAG', timestamp: at, meterStart: 5 };
  const call = [2, 'id-1', 'Authorize', { idTag: 'TAG' }];
  const received = [];
  for (let count = 0; count < 100; count += 1) received.push(await peer.ask(call));
  assert.equal(new Set(received.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal(handled.length, 1);
  assert.equal(faults.filter(({ kind }) => kind === 'repeated-id').length, 99);
  // Another message under the same id is another message.
  await peer.ask([2, 'id-1', 'StartTransaction', start]);
  assert.equal(handled.length, 2);
});

test('strict: another message under a used id is refused', async (t) => {
  const { peer, handled } = await setUp(t, '2.0.1', { strict: true });
  await peer.ask([2, 'id-1', 'Heartbeat', {}]);
  const second = await peer.ask([2, 'id-1', 'StatusNotification', {}]);
  assert.deepEqual(second, [4, 'id-1', 'RpcFrameworkError', 'this message id was used before', {}]);
  const long = 'i'.repeat(37);
  assert.equal(((await peer.ask([2, long, 'Heartbeat', {}])) as unknown[])[2], 'RpcFrameworkError');
  assert.equal(handled.length, 1);
});

test('2.x: ids are remembered over the connections of an identity, so a lost answer is given again', async (t) => {
  const { csms, dial, peer, handled, connection } = await setUp(t, '2.0.1', {
    replies: new ReplyCache(),
  });
  const call = [2, 'unique-1', 'SecurityEventNotification', { type: 'Tampering', timestamp: at }];
  const first = await peer.ask(call);
  peer.socket.terminate();
  await connection.closed;
  const again = await dial();
  const next = await csms.next();
  next.onAnyCall(() => assert.fail('processed twice'));
  assert.deepEqual(await again.ask(call), first);
  assert.equal(handled.length, 1);
});

test('2.x B01: a station that counts its ids from 1 after every restart boots anew: its boot is no repetition of the last one', async (t) => {
  const { csms, dial, peer, connection } = await setUp(t, '2.0.1', {
    replies: new ReplyCache(),
  });
  const accepted = { currentTime: at, interval: 60, status: 'Accepted' };
  let boots = 0;
  connection.onAnyCall(() => {
    boots += 1;
    return accepted;
  });
  const boot = { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } };
  const call = [2, '1', 'BootNotification', boot];
  assert.deepEqual(await peer.ask(call), [3, '1', accepted]);
  assert.deepEqual(await peer.ask(call), [3, '1', accepted]);
  assert.equal(boots, 1, 'on the same connection it is the same boot');
  peer.socket.terminate();
  await connection.closed;
  const again = await dial();
  const next = await csms.next();
  const later = { ...accepted, currentTime: '2027-01-01T00:00:00Z' };
  next.onAnyCall(() => later);
  assert.deepEqual(await again.ask(call), [3, '1', later]);
});

test('a call in work when its connection ends is answered on the next one; one that only waited is done there', async (t) => {
  const { csms, dial, peer, connection } = await setUp(t, '2.0.1', { replies: new ReplyCache() });
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const worked: string[] = [];
  connection.onAnyCall(async (action) => {
    worked.push(`old ${action}`);
    begun.resolve();
    await release.promise;
    return { currentTime: at };
  });
  const heartbeat = [2, 'h', 'Heartbeat', {}];
  const security = [2, 's', 'SecurityEventNotification', { type: 'Tampering', timestamp: at }];
  peer.send(heartbeat);
  peer.send(security);
  await begun.promise;
  peer.socket.terminate();
  await connection.closed;
  const again = await dial();
  const next = await csms.next();
  next.onAnyCall((action) => {
    worked.push(`new ${action}`);
    return {};
  });
  again.send(heartbeat);
  assert.deepEqual(await again.ask(security), [3, 's', {}]);
  release.resolve();
  assert.deepEqual(await again.next(), [3, 'h', { currentTime: at }]);
  assert.deepEqual(worked, ['old Heartbeat', 'new SecurityEventNotification']);
});

test('a call that failed inside is tried again under the same id: it was not executed', async (t) => {
  const { peer, connection } = await setUp(t, '2.0.1');
  let databaseUp = false;
  connection.onAnyCall(() => {
    if (!databaseUp) throw new Error('database gone');
    return { currentTime: at };
  });
  const call = [2, 'x', 'Heartbeat', {}];
  assert.equal(((await peer.ask(call)) as unknown[])[2], 'InternalError');
  databaseUp = true;
  assert.deepEqual(await peer.ask(call), [3, 'x', { currentTime: at }]);
});

test('T-BOMB a frame of 1 MB ends the connection with 1009, a binary one with 1003, bad UTF-8 with 1007', async (t) => {
  const cases = [
    [1009, (peer: RawPeer) => peer.send([2, 'a', 'DataTransfer', { data: 'x'.repeat(1024 * 1024) }])],
    [1003, (peer: RawPeer) => peer.socket.send(Buffer.from('[2,"a","Heartbeat",{}]'))],
    [1007, (peer: RawPeer) => peer.socket.send(Buffer.from([0xff, 0xfe]), { binary: false })],
  ] as const;
  for (const [code, send] of cases) {
    const { peer, connection, faults } = await setUp(t, '2.0.1');
    send(peer);
    assert.equal(await peer.closed, code);
    const closure = await connection.closed;
    assert.deepEqual([closure.code, closure.by], [code, 'us']);
    assert.deepEqual(
      faults.map(({ kind }) => kind),
      ['malformed'],
    );
  }
});

test('a station may be allowed less than the listener', async (t) => {
  const csms = await csmsOnFreePort(t, {
    authorise: () => ({
      accept: true,
      binding: null,
      settings: { limits: { frameBytes: 500, largeFrameBytes: 1_000 } },
    }),
  });
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp1.6');
  (await csms.next()).onAnyCall(() => answers.Heartbeat);
  const beat = (id: string, bytes: number) => [2, id, 'Heartbeat', { pad: 'x'.repeat(bytes) }];
  assert.deepEqual(await peer.ask(beat('a', 400)), [3, 'a', answers.Heartbeat]);
  assert.equal(((await peer.ask(beat('b', 600))) as unknown[])[2], 'FormationViolation');
  peer.send(beat('c', 1_000));
  assert.equal(await peer.closed, 1009);
});

test('frames above 64 KiB are for reports and certificates only; the others are refused by action', async (t) => {
  const { peer, handled, connection } = await setUp(t, '2.0.1');
  const large = 'x'.repeat(100 * 1024);
  const report = {
    requestId: 1,
    seqNo: 0,
    generatedAt: at,
    reportData: Array.from({ length: 500 }, (_, index) => ({
      component: { name: `Component${index}` },
      variable: { name: 'Variable' },
      variableAttribute: [{ value: 'x'.repeat(150) }],
    })),
  };
  assert.ok(JSON.stringify(report).length > 64 * 1024);
  assert.deepEqual(await peer.ask([2, 'r', 'NotifyReport', report]), [3, 'r', {}]);
  const refused = (await peer.ask([2, 'h', 'Heartbeat', { customData: { vendorId: large } }])) as string[];
  assert.deepEqual(refused.slice(0, 3), [4, 'h', 'FormatViolation']);
  assert.match(refused[3] ?? '', /^Heartbeat of 10\d{4} bytes: at most 65536 are read$/);
  assert.equal(handled.length, 1);
  const outcome = connection.callAny('ClearCache', {});
  const [, id] = (await peer.next()) as [number, string];
  peer.send([3, id, { status: 'Accepted', customData: { vendorId: large } }]);
  assert.equal((await outcome).kind, 'bad-answer');
});

test('T-BOMB one message in a thousand fragments, and a thousand messages in one write, arrive whole', async (t) => {
  const { peer, handled } = await setUp(t, '1.6');
  const text = JSON.stringify([2, 'f', 'Authorize', { idTag: 'TAG-OF-20-CHARACTERS' }]);
  [...text].forEach((character, index) => {
    peer.socket.send(character, { fin: index === text.length - 1 });
  });
  assert.deepEqual(await peer.next(), [3, 'f', answers.Authorize]);
  assert.deepEqual(handled, ['Authorize {"idTag":"TAG-OF-20-CHARACTERS"}']);
  for (let count = 0; count < 150; count += 1) peer.send([2, `h${count}`, 'Heartbeat', {}]);
  for (let count = 0; count < 150; count += 1) {
    assert.deepEqual(await peer.next(), [3, `h${count}`, { currentTime: at }]);
  }
});

test('T-SLOW calls that come faster than they are handled stop being read, and flooding ends with 1013', async (t) => {
  const { peer, connection, faults } = await setUp(t, '1.6', { limits: { waitingCalls: 20 } });
  const release = Promise.withResolvers<void>();
  connection.onAnyCall(async () => {
    await release.promise;
    return { currentTime: at };
  });
  const flood = Array.from({ length: 200 }, (_, index) => JSON.stringify([2, `h${index}`, 'Heartbeat', {}]));
  for (const frame of flood) peer.send(frame);
  const closure = await connection.closed;
  assert.deepEqual([closure.code, closure.reason], [1013, 'too many calls at once']);
  assert.equal(await peer.closed, 1013);
  assert.deepEqual(
    faults.map(({ kind }) => kind),
    ['overload'],
  );
  release.resolve();
});

test('a peer that sends more than its rate is read later, not refused and not lost', async (t) => {
  const limits = { messagesPerS: 20, burstMessages: 10 };
  const { csms, dial, peer, clock, handled } = await setUp(t, '1.6', { limits });
  const answered = async (count: number) => {
    for (let index = 0; index < count; index += 1) assert.equal(((await peer.next()) as unknown[])[0], 3);
  };
  // One write each, so that what was not read yet stays in the socket.
  for (let count = 0; count < 11; count += 1) {
    peer.send([2, `a${count}`, 'Heartbeat', {}]);
    await answered(1);
  }
  peer.send([2, 'late', 'Authorize', { idTag: 'TAG' }]);
  const late = peer.next();
  clock.pass(49);
  const other = await dial();
  (await csms.next()).onAnyCall(() => answers.Heartbeat);
  for (let count = 0; count < 5; count += 1) await other.ask([2, `o${count}`, 'Heartbeat', {}]);
  assert.equal(handled.length, 11, 'another station was served, this one is not read yet');
  clock.pass(1);
  assert.deepEqual(await late, [3, 'late', answers.Authorize]);
  assert.equal(handled.length, 12);
});

test('calls before there is a handler wait; too many of them are refused, and own calls still work', async (t) => {
  const csms = await csmsOnFreePort(t, { limits: { waitingCalls: 3 } });
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp2.0.1');
  const connection = await csms.next();
  for (let count = 0; count < 10; count += 1) peer.send([2, `h${count}`, 'Heartbeat', {}]);
  for (let count = 3; count < 10; count += 1) {
    assert.deepEqual(await peer.next(), [4, `h${count}`, 'InternalError', 'not ready for calls yet', {}]);
  }
  const outcome = connection.callAny('ClearCache', {});
  const [, id] = (await peer.next()) as [number, string];
  peer.send([3, id, { status: 'Accepted' }]);
  assert.equal((await outcome).kind, 'result');
  connection.onAnyCall(() => answers.Heartbeat);
  for (let count = 0; count < 3; count += 1) {
    assert.deepEqual(await peer.next(), [3, `h${count}`, answers.Heartbeat]);
  }
});

test('T-SLOW a peer that never reads: own calls are refused as busy, then the connection ends with 1013', async (t) => {
  const limits = { bufferedBytes: 64 * 1024, queuedCalls: 10_000 };
  const { peer, connection, clock, faults } = await setUp(t, '2.0.1', { limits });
  peer.socket.pause();
  const outcomes: Promise<{ readonly kind: string }>[] = [];
  const large = { vendorId: 'V', data: 'x'.repeat(20_000) };
  // The timeouts let one call after the other leave; the kernel takes some megabytes before the buffer grows.
  for (let count = 0; count < 2_000 && connection.open; count += 1) {
    outcomes.push(connection.callAny('DataTransfer', large, { timeoutMs: 1 }));
    await Promise.resolve();
    clock.pass(1);
  }
  assert.ok(!connection.open);
  clock.pass(5_000);
  const closure = await connection.closed;
  assert.deepEqual([closure.code, closure.by], [1013, 'us']);
  assert.ok(faults.some(({ kind }) => kind === 'overload'));
  const kinds = new Set((await Promise.all(outcomes)).map(({ kind }) => kind));
  assert.ok(kinds.has('timeout') && kinds.has('closed'), [...kinds].join());
});

test('a half-open line is noticed after two pings without a sign of life; a living one is not', async (t) => {
  const { peer, connection, clock } = await setUp(t, '2.1');
  const pinged = once(peer.socket, 'ping');
  clock.pass(30_000);
  await pinged;
  assert.equal(await connection.alive(5_000), true);
  // From now on the peer reads nothing and so answers no ping.
  peer.socket.pause();
  clock.pass(60_000);
  assert.ok(connection.open);
  clock.pass(30_000);
  assert.deepEqual(await connection.closed, { code: 1006, reason: 'no sign of life', by: 'line' });
  assert.equal(await connection.alive(5_000), false);
});

test('alive: asks the peer now and gives up after the time it was given', async (t) => {
  const { peer, connection, clock } = await setUp(t, '1.6');
  assert.equal(await connection.alive(5_000), true);
  peer.socket.pause();
  const answer = connection.alive(5_000);
  clock.pass(5_000);
  assert.equal(await answer, false);
  assert.ok(connection.open);
});

test('a peer that ignores the close frame is cut off', async (t) => {
  const { peer, connection, clock } = await setUp(t, '1.6');
  peer.socket.pause();
  const closing = connection.close(1000, 'ä'.repeat(200));
  assert.ok(!connection.open);
  clock.pass(5_000);
  assert.deepEqual(await closing, { code: 1000, reason: 'ä'.repeat(200), by: 'us' });
});

test('no timer is left behind when a connection has ended', async (t) => {
  const { peer, connection, clock } = await setUp(t, '2.1');
  void connection.callAny('ClearCache', {});
  void connection.alive(5_000);
  await peer.next();
  peer.socket.close(1001, 'reboot');
  assert.deepEqual(await connection.closed, { code: 1001, reason: 'reboot', by: 'peer' });
  assert.equal(clock.timers, 0);
});
