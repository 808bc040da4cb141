import 'reflect-metadata';
import assert from 'node:assert/strict';
import { randomBytes, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import * as x509 from '@peculiar/x509';
import type { OcppVersion } from '@smac/ocpp';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { memoryStore } from '../../store/testing/index.ts';
import { systemClock } from '../../time/clock.ts';
import { watchExpiry } from '../certificates/expiry.ts';
import { type Issuer, openIssuer } from '../certificates/issuer.ts';
import { bootOf, openRig, type Rig, START_MS } from '../testing/rig.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'smac-tls-'));
const files = { cert: join(dataDir, 's.pem'), key: join(dataDir, 's.key'), clientCa: undefined };
let rig: Rig;
let issuer: Issuer;
let ca: string;

/** TLS looks at the real time, whatever the clock of the room says. */
const NOW = { now: () => Math.min(Date.now(), START_MS), after: systemClock.after };

async function renew(): Promise<void> {
  const { certPem, keyPem } = await issuer.server(['localhost', '127.0.0.1']);
  writeFileSync(files.key, keyPem);
  writeFileSync(files.cert, certPem);
}

before(async () => {
  issuer = openIssuer({ dataDir, clock: NOW, random: randomBytes });
  ca = await issuer.certificate();
  await renew();
  rig = await openRig({
    store: await memoryStore(),
    dataDir,
    listener: { tls: files, tls12Port: 0 },
  });
});
after(async () => {
  await rig.close();
  await rig.store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A key and a request for it. */
async function request(commonName: string): Promise<{ key: string; csr: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name([{ CN: [commonName] }]).toString(),
    keys,
    signingAlgorithm: algorithm,
  });
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { key, csr: csr.toString('pem') };
}

async function certified(who: { stationId: string; identity: string }) {
  const { key, csr } = await request(who.identity);
  const issued = await rig.stations.admin.signCertificate(who.stationId, csr, 'local');
  assert.ok(issued.ok, JSON.stringify(issued));
  return { ca, key, cert: issued.data.chainPem };
}

function tlsVersion(port: number, maxVersion?: 'TLSv1.2'): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1', ca, ...(maxVersion ? { maxVersion } : {}) }, () => {
    resolve(socket.getProtocol() ?? '');
    socket.destroy();
  });
  socket.on('error', (error) => resolve(`refused: ${(error as { code?: string }).code}`));
  return promise;
}

test('D1.5-R9-2 D1.5-Q2-13: the port speaks TLS 1.3 and refuses 1.2; the waiver port speaks 1.2', async () => {
  assert.equal(await tlsVersion(rig.listener.port), 'TLSv1.3');
  assert.match(await tlsVersion(rig.listener.port, 'TLSv1.2'), /^refused/);
  assert.equal(await tlsVersion(rig.listener.tls12Port ?? 0), 'TLSv1.2');
});

test('security.md 4.1 T-SLOW: TLS handshakes have their turn one after the other; who says nothing keeps nobody out and is cut off', async (t) => {
  const narrow = await openRig({
    store: rig.store,
    dataDir,
    listener: { tls: files },
    policy: { handshakesAtOnce: 1 },
  });
  t.after(() => narrow.close());
  const { port } = narrow.listener;
  const mute = connectTcp(port, '127.0.0.1');
  await once(mute, 'connect');
  const who = await Promise.all(Array.from({ length: 12 }, () => narrow.add()));
  const answers = await Promise.all(who.map((station) => narrow.knock({ ...station, tls: { ca } })));
  assert.deepEqual(new Set(answers), new Set([101]));
  const cut = once(mute, 'close');
  mute.resume();
  narrow.clock.advance(30_001);
  await cut;
});

test('D1.5-R9-2: TLS 1.2 is for stations with a waiver that still holds; it stands in the security debt', async () => {
  const who = await rig.add();
  const old = { ...who, port: rig.listener.tls12Port ?? 0, tls: { ca, maxVersion: 'TLSv1.2' as const } };
  assert.equal(await rig.knock(old), 403);
  const terms = {
    kind: 'tls-1.2',
    reason: 'modem without 1.3',
    expiresMs: rig.clock.now() + 3_600_000,
  } as const;
  assert.ok((await rig.stations.admin.grantWaiver(who.stationId, terms, 'key:a')).ok);
  assert.deepEqual(
    rig.stations.securityDebt().map(({ stationId, kind, grantedBy }) => ({ stationId, kind, grantedBy })),
    [{ stationId: who.stationId, kind: 'tls-1.2', grantedBy: 'key:a' }],
  );
  assert.equal(await rig.knock(old), 101);
  rig.clock.advance(3_600_001);
  assert.equal(await rig.knock(old), 403);
  assert.deepEqual(rig.stations.securityDebt(), []);
});

test('T-ID2: a certificate of another station, of another authority or a revoked one opens nothing, whatever password comes with it', async () => {
  const victim = await rig.add();
  const thief = await rig.add();
  const stolen = await certified(thief);
  const foreign = openIssuer({
    dataDir: join(dataDir, 'foreign'),
    clock: NOW,
    random: randomBytes,
  });
  const { key, csr } = await request(victim.identity);
  const forged = await foreign.sign(victim.identity, csr);
  assert.ok(forged.ok);
  const attempts = [
    { identity: victim.identity, tls: stolen },
    { identity: victim.identity, password: victim.password, tls: stolen },
    { identity: victim.identity, tls: { ca, key, cert: forged.signed.chainPem } },
    { identity: victim.identity, password: victim.password, tls: { ca, key, cert: forged.signed.chainPem } },
  ];
  for (const attempt of attempts) assert.equal(await rig.passing(rig.knock(attempt)), 401);
  const own = await certified(victim);
  assert.equal(await rig.knock({ identity: victim.identity, tls: own }), 101);
  await rig.until(() => rig.stations.connected(victim.stationId) === undefined);
  await rig.stations.authority.revoke(victim.stationId);
  assert.equal(await rig.passing(rig.knock({ identity: victim.identity, tls: own })), 401);
});

test('D1.5-§2.2.1.2-SP1 D1.5-§2.2.1.2-SP2 D1.5-§2.2.1.2-SP3 A05: a station that used a higher profile is never taken with a lower one again', async () => {
  const who = await rig.add();
  assert.equal(await rig.knock({ ...who, tls: { ca } }), 101);
  await rig.until(() => rig.stations.connected(who.stationId) === undefined);
  const own = await certified(who);
  assert.equal(await rig.knock({ identity: who.identity, tls: own }), 101);
  assert.equal(rig.stations.station(who.stationId)?.minSecurityProfile, 3);
  await rig.until(() => rig.stations.connected(who.stationId) === undefined);
  assert.equal(await rig.knock({ ...who, tls: { ca } }), 403);
  // Nor on a port without TLS, should somebody open one.
  const plain = await openRig({ store: rig.store, dataDir });
  const pinned = await rig.add();
  await plain.stations.close();
  assert.equal(rig.stations.station(pinned.stationId)?.minSecurityProfile, 2);
  const fresh = await openRig({ store: rig.store, dataDir });
  assert.equal(await fresh.passing(fresh.knock(pinned)), 403);
  await fresh.close();
});

test('D1.5-R9-1 D1.5-Q2-12: 2.x needs a client certificate; profile 2 only with a waiver for the station', async () => {
  const who = await rig.add();
  const attempt = { ...who, tls: { ca }, protocol: 'ocpp2.0.1' };
  assert.equal(await rig.knock(attempt), 403);
  const terms = {
    kind: 'profile-2',
    reason: 'first months',
    expiresMs: rig.clock.now() + 1_000_000,
  } as const;
  await rig.stations.admin.grantWaiver(who.stationId, terms, 'key:a');
  assert.equal(await rig.knock(attempt), 101);
  const events = await rig.stations.events.list({ stationId: who.stationId, limit: 5 });
  assert.ok(events.some(({ code, level }) => code === 'ClientCertificateMissing' && level === 'alarm'));
});

for (const version of ['1.6', '2.0.1', '2.1'] as const satisfies readonly OcppVersion[]) {
  test(`A02 ${version}: a station asks for a certificate, gets it after the answer, and comes back with profile 3`, async () => {
    const who = await rig.add({ replaceCredentials: version !== '1.6' });
    let chain = '';
    const url = `wss://localhost:${rig.listener.port}/ocpp`;
    const station = await rig.connect(
      who,
      version,
      {
        CertificateSigned: ({ certificateChain }: { certificateChain: string }) => {
          chain = certificateChain;
          return { status: 'Accepted' };
        },
      },
      { ca, url },
    );
    await station.say('BootNotification', bootOf(version));
    const { key, csr } = await request(who.identity);
    const wrong = await request('SOMEBODY-ELSE');
    const refused = await station.say('SignCertificate', { csr: wrong.csr });
    assert.deepEqual(refused.kind === 'result' && refused.payload, { status: 'Rejected' });
    const broken = await station.say('SignCertificate', { csr: 'no request' });
    assert.deepEqual(broken.kind === 'result' && broken.payload, { status: 'Rejected' });
    const answer = await station.say('SignCertificate', { csr });
    assert.deepEqual(answer.kind === 'result' && answer.payload, { status: 'Accepted' });
    await rig.until(() => chain !== '');
    await rig.passing(station.line.close());
    await rig.until(() => rig.stations.connected(who.stationId) === undefined);
    await rig.connect(
      { stationId: who.stationId, identity: who.identity },
      version,
      {},
      { ca, key, cert: chain, url },
    );
    assert.equal(rig.stations.connected(who.stationId)?.securityProfile, 3);
    assert.equal(rig.stations.station(who.stationId)?.replaceCredentials, false);
  });
}

test('A00.FR.806: with TLS a 2.x station stays Pending until it has password and certificate, and is never locked out on the way', async () => {
  const factory = 'factory-password-2';
  const who = await rig.add({ password: factory, replaceCredentials: true });
  const url = `wss://localhost:${rig.listener.port}/ocpp`;
  let fresh = '';
  const answers = {
    SetVariables: ({ setVariableData: [data] }: { setVariableData: [Record<string, string>] }) => {
      fresh = data.attributeValue ?? '';
      const { component, variable } = data;
      return { setVariableResult: [{ attributeStatus: 'Accepted', component, variable }] };
    },
    TriggerMessage: { status: 'Accepted' },
  };
  const first = await rig.connect({ ...who, password: factory }, '2.0.1', answers, { ca, url });
  await first.say('BootNotification', bootOf('2.0.1'));
  await rig.until(() => fresh !== '');
  await rig.passing(first.line.close());
  for (let visit = 0; visit < 2; visit += 1) {
    await rig.until(() => rig.stations.connected(who.stationId) === undefined);
    const again = await rig.connect({ ...who, password: fresh }, '2.0.1', answers, { ca, url });
    const boot = await again.say('BootNotification', bootOf('2.0.1'));
    assert.equal(boot.kind === 'result' && (boot.payload as { status: string }).status, 'Pending');
    await rig.until(() => again.heard.some(({ action }) => action === 'TriggerMessage'));
    await rig.passing(again.line.close());
  }
});

test('F16: certificates that end soon are told 30, 14 and 3 days before, the last time as an alarm, and the station is asked to renew', async () => {
  const who = await rig.add();
  await certified(who);
  const clock = new ManualClock(rig.clock.now());
  await rig.store.db
    .updateTable('station_certificate')
    .set({ not_after_ms: clock.now() + 31 * 86_400_000 })
    .where('station_id', '=', who.stationId)
    .execute();
  const told: string[] = [];
  const asked: string[] = [];
  const stop = watchExpiry({
    authority: rig.stations.authority,
    events: {
      ...rig.stations.events,
      note: async ({ stationId, level, text }) => {
        if (stationId === who.stationId) told.push(`${level} ${/\d+ days/.exec(text)?.[0]}`);
      },
    },
    clock,
    renew: (stationId) => asked.push(stationId),
    onFault: (error) => told.push(String(error)),
  });
  for (const [step, days] of [1, 16, 11].entries()) {
    for (let day = 0; day < days; day += 1) clock.advance(86_400_000);
    await rig.until(() => told.length === step + 1);
  }
  stop();
  assert.deepEqual(told, ['info 30 days', 'info 14 days', 'alarm 3 days']);
  assert.equal(asked.filter((stationId) => stationId === who.stationId).length, 3);
});

test('T-CERT: a renewed server certificate is taken into use while connections stay; a broken file changes nothing', async () => {
  const who = await rig.add();
  const url = `wss://localhost:${rig.listener.port}/ocpp`;
  const station = await rig.connect(who, '1.6', {}, { ca, url });
  const serial = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socket = connect({ port: rig.listener.port, host: '127.0.0.1', ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
    return promise;
  };
  const before = await serial();
  await renew();
  rig.clock.advance(60_000);
  const renewed = await serial();
  assert.notEqual(renewed, before);
  writeFileSync(files.cert, 'not a certificate');
  rig.clock.advance(60_000);
  assert.equal(await serial(), renewed);
  assert.match(await tlsVersion(rig.listener.port, 'TLSv1.2'), /^refused/);
  assert.equal((await station.say('Heartbeat', {})).kind, 'result');
});
