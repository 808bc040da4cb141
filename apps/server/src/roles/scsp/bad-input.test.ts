import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { formatDateTime } from '@smac/ocpi';
import { oneStore } from '../../store/testing/index.ts';
import { createPeerStore } from './peer-store.ts';
import { context, location, session } from './testing/objects.ts';
import { type ScspRig, scspRig, T0 } from './testing/scsp-rig.ts';
import { openTokenSeal } from './token-seal.ts';

const emptyStore = oneStore();

type Request = (method: string, path: string, body: unknown) => Promise<{ http: number; code: number }>;

/** The role behind real HTTP and a request that is sent exactly as it is written, with the operator's own token. */
async function withPeer(
  work: (peer: {
    readonly rig: ScspRig;
    readonly send: Request;
    readonly joined: Awaited<ReturnType<ScspRig['join']>>;
  }) => Promise<void>,
): Promise<void> {
  const store = await emptyStore();
  const rig = await scspRig(store);
  try {
    const joined = await rig.join();
    const peer = await joined.cpo.platform.peers.byId(joined.cpo.peerId);
    const authorization = `Token ${Buffer.from(peer!.outboundToken!).toString('base64')}`;
    const send: Request = async (method, path, body) => {
      const response = await fetch(`${rig.served.origin}/ocpi/2.3.0/${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { status_code } = (await response.json()) as { status_code: number };
      return { http: response.status, code: status_code };
    };
    await work({ rig, send, joined });
  } finally {
    await rig.close();
    await store.close();
  }
}

test('OCPI types: U+0000 or half a surrogate pair anywhere in a pushed object is 2001, and nothing of it is stored', () =>
  withPeer(async ({ rig, send }) => {
    const refused = { http: 200, code: 2001 };
    for (const strange of ['a\u0000b', 'a\ud800']) {
      for (const more of [
        { meter_id: strange },
        { authorization_reference: strange },
        { currency: strange },
      ]) {
        const put = await send('PUT', 'receiver/sessions/NL/TNM/S', { ...session('S', T0), ...more });
        assert.deepEqual(put, refused, JSON.stringify(more));
      }
      const object = { ...location(T0), name: strange, time_zone: strange };
      assert.deepEqual(await send('PUT', 'receiver/locations/NL/TNM/quay', object), refused);
    }
    const token = { uid: 'T', issuer: '\u0000' };
    assert.deepEqual(await send('PUT', 'receiver/tokens/NL/TNM/T', token), refused);
    assert.deepEqual(await rig.sites.liveSessions(), []);
    assert.deepEqual(
      rig.log.lines.filter((line) => line.includes('Defect')),
      [],
    );
  }));

test('D4.2-§5.1.1.2: a pull that finds objects no database keeps reports them and takes over the others', () =>
  withPeer(async ({ rig, joined: { cpo, peerId } }) => {
    cpo.locations.push(location(T0, { name: 'quay' }), location(T0, { id: 'odd', evses: [] }));
    const twice = location(T0, { id: 'twice' });
    cpo.locations.push({ ...twice, evses: [...twice.evses!, ...twice.evses!] });
    cpo.sessions.push(session('S1', T0, { meter_id: 'a\u0001' }), session('S2', T0));
    const [report] = await rig.scsp.pull(peerId);
    assert.deepEqual(report?.taken, { locations: 2, sessions: 2 });
    assert.match(report?.problems.join() ?? '', /twice: evses: uid quay-1 is listed twice/);
  }));

test('D4.2-§5.1.2.1.1-stale: a context that is pushed while the full pull runs is not retired by it', () =>
  withPeer(async ({ rig, joined: { cpo, peerId } }) => {
    rig.clock.advance(60_000);
    const pushed = context(rig.clock.now(), { id: 'new' });
    const { sender } = cpo.platform.ports.smartchargingoptimisation!;
    const list = sender!.list.bind(sender);
    sender!.list = async (caller, page) => {
      const answer = await list(caller, page);
      await cpo.client.receiver.smartchargingoptimisation.put(pushed);
      return answer;
    };
    await rig.scsp.pull(peerId);
    assert.deepEqual(
      (await rig.sites.contexts()).map((each) => each.objectId),
      ['new'],
    );
  }));

test('X43: behind a hub a party sets no preferences on the session of another one', () =>
  withPeer(async ({ rig, joined: { cpo, peerId } }) => {
    const theirs = { peerId, party: { countryCode: 'NL', partyId: 'OTH' } };
    await rig.sites.putSession(theirs, session('S9', T0, { party_id: 'OTH' }));
    const wish = await cpo.client.sender.sessions.setChargingPreferences('S9', { profile_type: 'FAST' });
    assert.equal(wish.ok === false && wish.statusCode, 2003);
    await rig.sites.putSession({ peerId, party: { countryCode: 'NL', partyId: 'TNM' } }, session('S1', T0));
    const own = await cpo.client.sender.sessions.setChargingPreferences('S1', { profile_type: 'FAST' });
    assert.equal(own.ok && own.data, 'ACCEPTED');
  }));

test('D1.5-§2.3.1.1-CPb: a session that moved to another EVSE is reached by what that one can do', () =>
  withPeer(async ({ rig, send, joined: { cpo, peerId } }) => {
    await cpo.client.receiver.locations.put(
      { owner: { countryCode: 'NL', partyId: 'TNM' }, locationId: 'quay' },
      location(T0),
    );
    const key = { peerId, sessionId: 'S1' };
    await cpo.client.receiver.sessions.put(session('S1', T0));
    const profile = { startMs: T0, endMs: T0 + 3_600_000, periods: [{ startMs: T0, powerW: 5_000 }] };
    const set = async (reference: string) => {
      const answer = rig.scsp.target.setProfile(key, profile, reference);
      return (await answer).result;
    };
    assert.equal(await set('r1'), 'ACCEPTED');
    const moved = { evse_uid: 'plain', last_updated: formatDateTime(T0 + 1_000) };
    assert.deepEqual(await send('PATCH', 'receiver/sessions/NL/TNM/S1', moved), { http: 200, code: 1000 });
    assert.equal(await set('r2'), 'NOT_SUPPORTED');
    const ended = { end_date_time: formatDateTime(T0), last_updated: formatDateTime(T0 + 2_000) };
    await send('PATCH', 'receiver/sessions/NL/TNM/S1', ended);
    assert.equal(await rig.scsp.target.knows?.(key), false);
  }));

test('OCPI credentials: what is saved while peers are being read is seen by the next request', async () => {
  const store = await emptyStore();
  const folder = mkdtempSync(join(tmpdir(), 'smac-peers-'));
  const clock = { now: () => T0, after: () => () => {} };
  const peers = createPeerStore(store, openTokenSeal(folder, randomBytes), clock);
  const peer = {
    id: 'p',
    state: 'REGISTERED' as const,
    name: 'p',
    inboundTokens: [{ hash: 'ab', use: 'regular' as const }],
    endpoints: [],
    parties: [],
    agreements: [],
    unitProfile: 'si' as const,
    rawToken: false,
    allowPrivateAddresses: false,
    updatedMs: T0,
  };
  await peers.save(peer);
  const reading = peers.list();
  await peers.save({ ...peer, inboundTokens: [{ hash: 'cd', use: 'regular' }], updatedMs: T0 + 1 });
  await reading;
  assert.equal((await peers.byTokenHash('cd'))?.id, 'p');
  assert.equal(await peers.byTokenHash('ab'), undefined);
  await store.close();
  rmSync(folder, { recursive: true });
});

test('the key that seals tokens: a damaged file is one sentence that says what to do, never a key of another length', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smac-seal-'));
  const sealed = openTokenSeal(folder, randomBytes).seal('secret', 'p');
  assert.equal(openTokenSeal(folder, randomBytes).open(sealed, 'p'), 'secret');
  writeFileSync(join(folder, 'ocpi-token.key'), '');
  assert.throws(() => openTokenSeal(folder, randomBytes), /CannotStart.*does not hold a key of 32 bytes/);
  rmSync(folder, { recursive: true });
});
