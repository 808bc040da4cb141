import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openRig, type Rig } from '../testing/rig.ts';

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

test('T-ID2 (CWE-307): guessing gets slower, an unknown identity and a wrong password look and last alike', async () => {
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
  const other = await openRig();
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

test('T-ID3 (CWE-613): a second connection does not displace a station that answers; a dead line is replaced', async () => {
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

test('T-ID4 (CWE-522): path, user name and identity must be the same to the letter, before any password counts', async () => {
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
