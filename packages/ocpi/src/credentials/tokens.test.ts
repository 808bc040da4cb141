import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPO, localTerms, registerAt, SCSP } from '../testing/platforms.ts';
import { ask } from '../testing/raw-request.ts';
import { only, strangers } from '../testing/strangers.ts';
import { hashToken } from '../transport/token.ts';
import { createRegistrar } from './registrar.ts';

const DAY_MS = 86_400_000;

test('security: OCPI TOKEN_A is valid for seven days and opens versions and credentials only', async (t) => {
  const { scsp } = await strangers(t);
  const { token, expiresMs } = await scsp.registrar.invite(localTerms(CPO));
  assert.equal(expiresMs, scsp.clock.nowMs + 7 * DAY_MS);
  const base = scsp.platform.baseUrl;
  assert.equal((await ask(`${base}/versions`, { token })).status, 200);
  assert.equal((await ask(`${base}/2.2.1`, { token })).status, 200);
  const module = await ask(`${base}/2.2.1/receiver/sessions/FI/TKU/1`, { token });
  assert.equal(module.status, 401);
  assert.equal((await ask(`${base}/2.2.1/nothing`, { token })).status, 401);
  scsp.clock.nowMs = expiresMs;
  assert.equal((await ask(`${base}/versions`, { token })).status, 401);
});

test('security: OCPI TOKEN_A is used once, even by two requests at the same time', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  const results = await Promise.all([
    cpo.registrar.register(invitation, localTerms(SCSP)),
    cpo.registrar.register(invitation, localTerms(SCSP)),
  ]);
  assert.deepEqual(results.map((result) => result.ok).sort(), [false, true]);
  assert.equal((await only(scsp)).state, 'REGISTERED');
});

test('security: OCPI a token that is handed out in a handshake only reads versions until the handshake is done', async (t) => {
  const { scsp, cpo } = await strangers(t);
  await registerAt(scsp, cpo);
  const peer = await only(scsp);
  const hash = hashToken('underway');
  await scsp.platform.peers.save({
    ...peer,
    inboundTokens: [...peer.inboundTokens, { hash, use: 'handshake' }],
  });
  const base = scsp.platform.baseUrl;
  assert.equal((await ask(`${base}/versions`, { token: 'underway' })).status, 200);
  assert.equal((await ask(`${base}/2.3.0`, { token: 'underway' })).status, 200);
  for (const path of ['2.3.0/credentials', '2.3.0/receiver/sessions/FI/TKU/1']) {
    assert.equal((await ask(`${base}/${path}`, { token: 'underway' })).status, 401, path);
  }
});

test('security: OCPI the party of a token is fixed by the invitation and belongs to one platform only', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const foreign = { ...CPO, partyId: 'ABC' };
  const wrong = await cpo.registrar.register(
    await scsp.registrar.invite(localTerms(foreign)),
    localTerms(SCSP),
  );
  assert.equal(wrong.ok === false && wrong.statusCode, 2001);
  await registerAt(scsp, cpo);
  const open = await scsp.registrar.invite({ ...localTerms(CPO), parties: [] });
  const second = await cpo.registrar.register(open, localTerms(SCSP));
  assert.equal(second.ok === false && second.statusCode, 2001);
  assert.match(second.ok ? '' : second.detail, /registered by another platform/);
});

test('security: OCPI a client refuses a host that answers as another party than agreed', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  const result = await cpo.registrar.register(invitation, localTerms({ ...SCSP, partyId: 'XYZ' }));
  assert.equal(result.ok === false && result.error, 'invalid');
  assert.deepEqual(await cpo.platform.peers.list(), []);
  assert.equal((await only(scsp)).state, 'SUSPENDED');
});

test('OCPI 2.12-16 credentials with a URL inside our network are refused without a call', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO, { allowPrivateAddresses: false }));
  const result = await cpo.registrar.register(invitation, localTerms(SCSP));
  assert.equal(result.ok === false && result.statusCode, 3001);
  assert.match(result.ok ? '' : result.detail, /only https is allowed/);
});

test('OCPI 2.12-1 a peer that is known to send its token raw is understood, another one is not', async (t) => {
  const { scsp, cpo } = await strangers(t);
  await registerAt(scsp, cpo, { atHost: { rawToken: true }, atClient: { rawToken: true } });
  const old = (await only(cpo)).outboundToken ?? '';
  const url = `${scsp.platform.baseUrl}/versions`;
  const headers = { Authorization: `Token ${old}` };
  assert.equal((await ask(url, { headers })).status, 200);
  await scsp.platform.peers.save({ ...(await only(scsp)), rawToken: false });
  assert.equal((await ask(url, { headers })).status, 401);
  assert.equal((await ask(url, { token: old })).status, 200);
});

test('OCPI 2.12-2 both sides may rotate at the same moment and can still call each other', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const ids = await registerAt(scsp, cpo);
  for (let round = 0; round < 5; round += 1) {
    // Where they meet in the middle each may refuse the other: then nothing changed.
    await Promise.all([cpo.registrar.rotate(ids.atClient), scsp.registrar.rotate(ids.atHost)]);
    for (const [from, to] of [
      [scsp, cpo],
      [cpo, scsp],
    ] as const) {
      const token = (await only(from)).outboundToken ?? '';
      const answer = await ask(`${to.platform.baseUrl}/2.3.0/credentials`, { token });
      assert.equal(answer.status, 200, `round ${round}`);
    }
    const alone = await cpo.registrar.rotate(ids.atClient);
    assert.ok(alone.ok, JSON.stringify(alone));
  }
});

test('security: OCPI a second invitation keeps the peer and its registration until it is used', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const ids = await registerAt(scsp, cpo, { atHost: { agreements: ['smartchargingoptimisation'] } });
  const old = (await only(cpo)).outboundToken ?? '';
  const versions = `${scsp.platform.baseUrl}/versions`;
  const again = await scsp.registrar.invite(localTerms(CPO));
  assert.equal(again.peerId, ids.atHost);
  assert.equal((await ask(versions, { token: old })).status, 200);
  const result = await cpo.registrar.register(again, localTerms(SCSP));
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.data.id, ids.atClient);
  assert.equal((await ask(versions, { token: old })).status, 401);
  assert.equal((await ask(versions, { token: again.token })).status, 401);
  assert.deepEqual((await only(scsp)).agreements, ['smartchargingoptimisation']);
});

test('OCPI 2.12-2 a registration that fails leaves an earlier one as it was', async (t) => {
  const { scsp, cpo } = await strangers(t);
  await registerAt(scsp, cpo);
  const before = await only(cpo);
  const result = await cpo.registrar.register(
    { token: 'unknown', versionsUrl: `${scsp.platform.baseUrl}/versions` },
    localTerms(SCSP),
  );
  assert.equal(result.ok === false && result.httpStatus, 401);
  assert.deepEqual(await only(cpo), before);
});

test('OCPI 2.12-2 a PUT that got no answer leaves the old and the new token of the peer valid', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const ids = await registerAt(scsp, cpo);
  const http = cpo.platform.http;
  const broken = createRegistrar({
    ...cpo.platform,
    async http(call) {
      const answer = await http(call);
      return call.method === 'PUT' ? { ok: false, error: 'timeout', detail: 'No answer.' } : answer;
    },
  });
  const result = await broken.rotate(ids.atClient);
  assert.equal(result.ok === false && result.error, 'timeout');
  const presented = (await only(scsp)).outboundToken ?? '';
  assert.equal((await ask(`${cpo.platform.baseUrl}/versions`, { token: presented })).status, 200);
});

test('security: OCPI no token is written to a log', async (t) => {
  const { scsp, cpo } = await strangers(t);
  const invitation = await scsp.registrar.invite(localTerms(CPO));
  await cpo.registrar.register(invitation, localTerms(SCSP));
  await cpo.registrar.rotate((await only(cpo)).id);
  const tokens = [invitation.token, (await only(cpo)).outboundToken, (await only(scsp)).outboundToken];
  const lines = [...scsp.platform.log.lines, ...cpo.platform.log.lines].join('\n');
  assert.ok(lines.length > 0);
  for (const token of tokens) assert.equal(lines.includes(token ?? 'absent'), false);
});
