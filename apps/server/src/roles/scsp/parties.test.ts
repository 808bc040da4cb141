import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Peer } from '@smac/ocpi';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { eachDatabase, oneStore } from '../../store/testing/index.ts';
import { createPeerStore } from './peer-store.ts';
import { scspRig, T0 } from './testing/scsp-rig.ts';
import { openTokenSeal } from './token-seal.ts';

const emptyStore = oneStore();
const PEER: Peer = {
  id: 'peer-1',
  state: 'REGISTERED',
  name: 'TNM',
  inboundTokens: [
    { hash: 'a'.repeat(64), use: 'regular' },
    { hash: 'b'.repeat(64), use: 'handshake', expiresMs: T0 + 1 },
  ],
  outboundToken: 'the-token-we-present',
  version: '2.3.0',
  versionsUrl: 'https://cpo.example/ocpi/versions',
  endpoints: [{ identifier: 'locations', role: 'SENDER', url: 'https://cpo.example/ocpi/2.3.0/locations' }],
  parties: [{ countryCode: 'NL', partyId: 'TNM', role: 'CPO', businessDetails: { name: 'TNM' } }],
  hubParty: { countryCode: 'NL', partyId: 'HUB' },
  reachable: [{ countryCode: 'DE', partyId: 'ABC' }],
  agreements: ['smartchargingoptimisation'],
  unitProfile: 'si',
  rawToken: true,
  allowPrivateAddresses: false,
  updatedMs: T0,
};

const folders: string[] = [];
after(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'smac-parties-'));
  folders.push(made);
  return made;
}

eachDatabase('parties', (database) => {
  test('D1.5-§2.3.1-CRED: a peer is stored with everything it was registered with, and read back the same', async () => {
    const peers = createPeerStore(database.store, openTokenSeal(folder(), randomBytes), new ManualClock(T0));
    assert.equal(await peers.save(PEER), true);
    assert.deepEqual(await peers.byId('peer-1'), PEER);
    assert.deepEqual(await peers.byTokenHash('b'.repeat(64)), PEER);
    assert.equal(await peers.byTokenHash('c'.repeat(64)), undefined);
  });

  test('security 6: the token we present is unreadable in the database, and lost without the key file', async () => {
    const dataDir = folder();
    const clock = new ManualClock(T0);
    await createPeerStore(database.store, openTokenSeal(dataDir, randomBytes), clock).save(PEER);
    const row = await database.store.db.selectFrom('ocpi_peer').selectAll().executeTakeFirstOrThrow();
    assert.ok(!JSON.stringify(row).includes('the-token-we-present'));
    assert.equal(statSync(join(dataDir, 'ocpi-token.key')).mode & 0o777, 0o600);
    const again = createPeerStore(database.store, openTokenSeal(dataDir, randomBytes), clock);
    assert.equal((await again.byId('peer-1'))?.outboundToken, 'the-token-we-present');
    const elsewhere = createPeerStore(database.store, openTokenSeal(folder(), randomBytes), clock);
    assert.equal((await elsewhere.byId('peer-1'))?.outboundToken, undefined);
  });

  test('a sealed token does not open for another peer', () => {
    const seal = openTokenSeal(folder(), randomBytes);
    const sealed = seal.seal('secret', 'peer-1');
    assert.equal(seal.open(sealed, 'peer-1'), 'secret');
    assert.equal(seal.open(sealed, 'peer-2'), undefined);
    assert.equal(seal.open('', 'peer-1'), undefined);
  });

  test('D1.5-§2.3.1-CRED: a single-use token is used once, however many requests race for it', async () => {
    const peers = createPeerStore(database.store, openTokenSeal(folder(), randomBytes), new ManualClock(T0));
    const invited: Peer = {
      ...PEER,
      id: 'racing',
      state: 'INVITED',
      inboundTokens: [{ hash: 'd'.repeat(64), use: 'invite' }],
    };
    await peers.save(invited);
    const saved = await Promise.all(
      [1, 2, 3].map((n) =>
        peers.save(
          {
            ...invited,
            state: 'REGISTERED',
            inboundTokens: [{ hash: `${n}`.repeat(64), use: 'regular' }],
            updatedMs: T0 + n,
          },
          invited,
        ),
      ),
    );
    assert.equal(saved.filter((each) => each).length, 1);
  });
});

test('SMC_019 D4.2-§4.1.2.2: an invited CPO registers by the handshake, without a hub, and gets the custom module by agreement', async () => {
  const store = await emptyStore();
  const rig = await scspRig(store);
  const { cpo, peerId } = await rig.join();
  const [party] = await rig.scsp.parties.list();
  assert.equal(party?.state, 'REGISTERED');
  assert.equal(party?.version, '2.3.0');
  assert.deepEqual(party?.agreements, ['smartchargingoptimisation']);
  const theirs = await cpo.platform.peers.byId(cpo.peerId);
  const offered = theirs?.endpoints.map((endpoint) => `${endpoint.identifier} ${endpoint.role}`).sort();
  assert.deepEqual(offered, [
    'chargingprofiles SENDER',
    'credentials SENDER',
    'hubclientinfo RECEIVER',
    'locations RECEIVER',
    'sessions RECEIVER',
    'sessions SENDER',
    'smartchargingoptimisation RECEIVER',
    'tariffs RECEIVER',
    'tokens RECEIVER',
  ]);
  const rotated = await rig.scsp.parties.rotate(peerId);
  assert.deepEqual(rotated, { ok: true, data: undefined });
  await rig.close();
});

test('X1: without the agreement the custom module is neither offered nor served; an eMSP is not given it', async () => {
  const store = await emptyStore();
  const rig = await scspRig(store);
  const { cpo, peerId } = await rig.join({ role: 'EMSP', party: 'EMP', country: 'DE' });
  const theirs = await cpo.platform.peers.byId(cpo.peerId);
  assert.ok(!theirs?.endpoints.some((endpoint) => endpoint.identifier === 'smartchargingoptimisation'));
  assert.equal((await rig.scsp.parties.setAgreements(peerId, ['v3x'])).ok, false);
  assert.equal((await rig.scsp.parties.setAgreements(peerId, ['smartchargingoptimisation'])).ok, true);
  assert.deepEqual((await rig.scsp.parties.peer(peerId))?.agreements, ['smartchargingoptimisation']);
  await rig.close();
});

test('a suspended peer may not call and is not called; after it is resumed it may', async () => {
  const store = await emptyStore();
  const rig = await scspRig(store);
  const { cpo, peerId } = await rig.join();
  assert.equal((await rig.scsp.parties.suspend(peerId)).ok, true);
  const key = { owner: { countryCode: 'NL', partyId: 'TNM' }, id: 'supply' };
  const refused = await cpo.client.receiver.smartchargingoptimisation.get(key);
  assert.equal(refused.ok, false);
  assert.equal((await rig.scsp.parties.resume(peerId)).ok, true);
  const unknown = await cpo.client.receiver.smartchargingoptimisation.get(key);
  assert.equal(unknown.ok === false && unknown.statusCode, 2003);
  assert.equal((await rig.scsp.parties.suspend('nobody')).ok, false);
  await rig.close();
});

test('SMC_004 X16: behind a hub only the hub is invited', async () => {
  const store = await emptyStore();
  const rig = await scspRig(store, { hubOnly: true });
  const refused = await rig.scsp.parties.invite({ role: 'CPO', country: 'NL', party: 'TNM' });
  assert.equal(refused.ok === false && refused.code, 'invalid');
  assert.equal((await rig.scsp.parties.invite({ role: 'HUB', country: 'NL', party: 'HUB' })).ok, true);
  const wrong = await rig.scsp.parties.invite({ role: 'HUB', country: 'NLD', party: 'HUB' });
  assert.match(wrong.ok ? '' : wrong.detail, /country/);
  await rig.close();
});
