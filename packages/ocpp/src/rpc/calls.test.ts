import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HandClock } from '../testing/hand-clock.ts';
import { connectedPair, csmsOnFreePort } from '../testing/pair.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { callFailure, describeOutcome } from './index.ts';

const at = '2026-01-01T00:00:00Z';

test('a call is answered by the handler of its action, in both directions at the same time (SC5)', async (t) => {
  const { csms, station } = await connectedPair(t, '1.6');
  assert.ok(csms.version === '1.6' && station.version === '1.6');
  csms.onCall({ Heartbeat: () => ({ currentTime: at }) });
  station.onCall({
    // Answers a call of the CSMS by way of a call of its own: neither direction waits for the other.
    Reset: async () => {
      const beat = await station.call('Heartbeat', {});
      return { status: beat.kind === 'result' ? 'Accepted' : 'Rejected' };
    },
  });
  const outcome = await csms.call('Reset', { type: 'Soft' });
  assert.deepEqual(outcome, { kind: 'result', payload: { status: 'Accepted' }, deviations: [] });
});

test('a failure of the handler reaches the caller as a value; without handler it is NotSupported', async (t) => {
  const { csms, station } = await connectedPair(t, '2.0.1');
  assert.ok(csms.version === '2.0.1' && station.version === '2.0.1');
  station.onCall({
    ClearCache: () => callFailure('SecurityError', 'not now', { retry: 5 }),
    GetLocalListVersion: () => {
      throw new Error('disk on fire');
    },
    // @ts-expect-error An answer beside its schema is refused by the compiler, and at run time if it comes from elsewhere.
    Reset: () => ({ status: 'Perhaps' }),
  });
  assert.deepEqual(await csms.call('ClearCache', {}), {
    kind: 'error',
    code: 'SecurityError',
    description: 'not now',
    details: { retry: 5 },
  });
  const described = async (action: 'GetLocalListVersion' | 'Reset' | 'GetTransactionStatus') =>
    describeOutcome(await csms.callAny(action, action === 'Reset' ? { type: 'Immediate' } : {}));
  assert.equal(
    await described('GetLocalListVersion'),
    'error InternalError: the message could not be processed',
  );
  assert.equal(await described('Reset'), 'error InternalError: the message could not be processed');
  assert.equal(
    await described('GetTransactionStatus'),
    'error NotSupported: GetTransactionStatus is not supported here',
  );
});

test('our own mistakes do not leave: wrong direction, unknown action, a payload beside its schema', async (t) => {
  const { csms, station, faults } = await connectedPair(t, '2.1');
  const invalid = async (action: string, payload: unknown) => {
    const outcome = await csms.callAny(action, payload);
    assert.equal(outcome.kind, 'invalid', action);
    return describeOutcome(outcome);
  };
  assert.equal(
    await invalid('BootNotification', {}),
    'not sent: BootNotification is no message that a csms of OCPP 2.1 may begin this way',
  );
  assert.match(await invalid('__proto__', {}), /is no message/);
  assert.equal(await invalid('ClearCache', { soon: true }), 'not sent: soon: is not a field of this message');
  assert.equal(await invalid('Reset', {}), 'not sent: type: must be present');
  assert.equal(await invalid('Reset', null), 'not sent: must be an object');
  const circle: Record<string, unknown> = { vendorId: 'x' };
  circle.self = circle;
  assert.equal(await invalid('ClearCache', { customData: circle }), 'not sent: must be writable as JSON');
  assert.equal(csms.queued, 0);
  assert.deepEqual(faults.station, []);
  assert.ok(station.open);
});

test('one call is outstanding, the others wait in order; urgent ones go first, withdrawn ones never', async (t) => {
  const csms = await csmsOnFreePort(t);
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp1.6');
  const connection = await csms.next();
  const withdrawn = new AbortController();
  const first = connection.callAny('ClearCache', {});
  const second = connection.callAny('GetLocalListVersion', {});
  const third = connection.callAny('GetConfiguration', {}, { signal: withdrawn.signal });
  const urgent = connection.callAny('ClearChargingProfile', {}, { urgent: true });
  const answer = async (payload: object) => {
    const [, id, action] = (await peer.next()) as [number, string, string];
    assert.deepEqual(peer.received, [], 'only one call is outstanding');
    peer.send([3, id, payload]);
    return action;
  };
  withdrawn.abort();
  assert.deepEqual(await third, { kind: 'closed', sent: false });
  assert.equal(connection.queued, 3);
  assert.equal(await answer({ status: 'Accepted' }), 'ClearCache');
  assert.equal(await answer({ status: 'Unknown' }), 'ClearChargingProfile');
  assert.equal(await answer({ listVersion: 3 }), 'GetLocalListVersion');
  for (const outcome of await Promise.all([first, second, urgent])) assert.equal(outcome.kind, 'result');
  assert.equal(connection.queued, 0);
});

test('a timeout is counted from the moment a call leaves; its late answer is ignored and the next call goes', async (t) => {
  const clock = new HandClock();
  const faults: string[] = [];
  const csms = await csmsOnFreePort(t, {
    clock,
    authorise: () => ({
      accept: true,
      binding: null,
      settings: { observer: { fault: ({ kind, what }) => faults.push(`${kind}: ${what}`) } },
    }),
  });
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp2.0.1');
  const connection = await csms.next();
  const slow = connection.callAny('ClearCache', {});
  const next = connection.callAny('GetLocalListVersion', {}, { timeoutMs: 5_000 });
  const [, lateId] = (await peer.next()) as [number, string];
  clock.pass(29_999);
  assert.equal(connection.queued, 2);
  clock.pass(1);
  assert.deepEqual(await slow, { kind: 'timeout', afterMs: 30_000 });
  const [, id] = (await peer.next()) as [number, string];
  clock.pass(4_999);
  peer.send([3, lateId, { status: 'Accepted' }]);
  peer.send([3, id, { versionNumber: 1 }]);
  assert.equal((await next).kind, 'result');
  assert.deepEqual(faults, ['unmatched-answer: CALLRESULT without a call in flight']);
});

test('when the connection ends, the call in flight may have arrived and the waiting ones have not', async (t) => {
  const { csms, station, line } = await connectedPair(t, '2.1');
  station.onAnyCall(() => new Promise(() => {}));
  const calls = [csms.callAny('ClearCache', {}), csms.callAny('GetLocalListVersion', {})];
  line.cut();
  assert.deepEqual(await Promise.all(calls), [
    { kind: 'closed', sent: true },
    { kind: 'closed', sent: false },
  ]);
  assert.equal((await csms.closed).code, 1006);
  assert.deepEqual(await csms.callAny('ClearCache', {}), { kind: 'closed', sent: false });
});

test('a queue that is full says so at once, and has room for what is urgent all the same', async (t) => {
  const { csms, line } = await connectedPair(t, '2.1', { accept: { limits: { queuedCalls: 3 } } });
  const calls = Array.from({ length: 5 }, () => csms.callAny('ClearCache', {}));
  assert.deepEqual(await calls[4], { kind: 'busy', queued: 4, bufferedBytes: 0 });
  const urgent = csms.callAny('ClearChargingProfile', {}, { urgent: true });
  assert.equal(csms.queued, 5);
  line.cut();
  assert.deepEqual(await calls[3], { kind: 'closed', sent: false });
  assert.deepEqual(await urgent, { kind: 'closed', sent: false });
});

test('calls of the peer are handled one after the other, and what follows an answer comes after it', async (t) => {
  const { csms, station } = await connectedPair(t, '2.0.1');
  assert.ok(csms.version === '2.0.1' && station.version === '2.0.1');
  const steps: string[] = [];
  const release = Promise.withResolvers<void>();
  csms.onCall({
    BootNotification: async (payload, context) => {
      steps.push('boot begins');
      context.afterAnswer(() => steps.push('after boot'));
      await release.promise;
      steps.push('boot ends');
      assert.equal(payload.reason, 'PowerUp');
      return { currentTime: at, interval: 300, status: 'Accepted' };
    },
    Heartbeat: () => {
      steps.push('heartbeat');
      return { currentTime: at };
    },
  });
  const boot = station.call('BootNotification', {
    reason: 'PowerUp',
    chargingStation: { model: 'M', vendorName: 'V' },
  });
  const peerCalls = [boot, station.call('Heartbeat', {})];
  release.resolve();
  await Promise.all(peerCalls);
  assert.deepEqual(steps, ['boot begins', 'boot ends', 'after boot', 'heartbeat']);
});

test('a handler that takes too long is answered for with InternalError, and the next call is handled', async (t) => {
  const clock = new HandClock();
  const csms = await csmsOnFreePort(t, { clock });
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp1.6');
  const connection = await csms.next();
  const begun = Promise.withResolvers<void>();
  connection.onAnyCall((action) => {
    if (action === 'Heartbeat') return { currentTime: at };
    begun.resolve();
    return new Promise(() => {});
  });
  peer.send([2, 'a', 'Authorize', { idTag: 'TAG' }]);
  peer.send([2, 'b', 'Heartbeat', {}]);
  await begun.promise;
  clock.pass(30_000);
  assert.deepEqual(await peer.next(), [4, 'a', 'InternalError', 'the message could not be processed', {}]);
  assert.deepEqual(await peer.next(), [3, 'b', { currentTime: at }]);
});

test('2.1 SEND: arrives, is never answered, a repeated one counts once, and only 2.1 has it', async (t) => {
  const { csms, station, faults } = await connectedPair(t, '2.1');
  assert.ok(csms.version === '2.1' && station.version === '2.1');
  const seen: number[] = [];
  const first = Promise.withResolvers<void>();
  csms.onCall({
    NotifyPeriodicEventStream: (payload) => {
      seen.push(payload.id);
      first.resolve();
    },
    Heartbeat: () => ({ currentTime: at }),
  });
  const event = { id: 7, pending: 0, basetime: at, data: [{ t: 0, v: '1' }] };
  assert.deepEqual(station.send('NotifyPeriodicEventStream', event), { kind: 'sent' });
  await first.promise;
  assert.equal((await station.call('Heartbeat', {})).kind, 'result');
  assert.deepEqual(seen, [7]);
  assert.equal(station.send('NotifyPeriodicEventStream', { ...event, id: -1 }).kind, 'invalid');
  assert.equal(csms.send('NotifyPeriodicEventStream', event).kind, 'invalid');
  assert.equal((await station.callAny('NotifyPeriodicEventStream', event)).kind, 'invalid');
  assert.deepEqual(faults, { csms: [], station: [] });
});

test('2.1 CALLRESULTERROR: an answer beside its schema is refused with message type 5', async (t) => {
  const csms = await csmsOnFreePort(t);
  const peer = await RawPeer.connect(`${csms.url}/CS-1`, 'ocpp2.1');
  const connection = await csms.next();
  const outcome = connection.callAny('GetLocalListVersion', {});
  const [, id] = (await peer.next()) as [number, string];
  assert.deepEqual(await peer.ask([3, id, { versionNumber: 'new' }]), [
    5,
    id,
    'TypeConstraintViolation',
    'versionNumber: must be an integer',
    {},
  ]);
  assert.equal((await outcome).kind, 'bad-answer');
});
