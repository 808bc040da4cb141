import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import { session } from '../model/fixtures/objects.ts';
import { put, serve } from '../testing/served-scsp.ts';

test('security: OCPI a body over the limit is answered with 413', async (t) => {
  const { ask } = await serve(t, '2.3.0', { limits: { maxBodyBytes: 1000 } });
  const answer = await ask('receiver/sessions/FI/TKU/1', put(`"${'x'.repeat(1000)}"`));
  assert.equal(answer.status, 413);
});

test('security: OCPI more requests than agreed are answered with 429 and Retry-After, per peer', async (t) => {
  const { ask, scsp } = await serve(t, '2.3.0', { limits: { rate: { perSecond: 1, burst: 20 } } });
  const statuses = [];
  for (let index = 0; index < 25; index += 1) statuses.push((await ask('')).status);
  assert.ok(statuses.slice(0, 15).every((status) => status === 200));
  const last = await ask('');
  assert.equal(last.status, 429);
  assert.equal(last.headers.get('retry-after'), '1');
  scsp.clock.nowMs += 2000;
  assert.equal((await ask('')).status, 200);
});

test('security: OCPI a suspended peer is refused with 403 and reaches nothing', async (t) => {
  const { ask, scsp } = await serve(t, '2.3.0');
  const peer = (await scsp.platform.peers.list())[0]!;
  await scsp.platform.peers.save({ ...peer, state: 'SUSPENDED' });
  assert.equal((await ask('receiver/sessions/FI/TKU/1')).status, 403);
});

test('OCPI strict out: an answer of ours that breaks its schema is not sent but logged as a defect and answered with 3000', async (t) => {
  const { ask, sessions, scsp } = await serve(t, '2.3.0');
  sessions.objects.set('FI-TKU/S-1001', { ...session, kwh: Number.NaN });
  const answer = await ask('receiver/sessions/FI/TKU/s-1001');
  assert.equal(answer.status, 200);
  assert.equal(answer.json.status_code, 3000);
  assert.ok(scsp.platform.log.lines.some((line) => line.startsWith('error Defect')));
});

test('OCPI 3000: a port that throws is a defect: logged with the request id, answered without detail', async (t) => {
  const { ask, sessions, scsp } = await serve(t, '2.3.0');
  sessions.get = () => Promise.reject(new Error('password=hunter2'));
  const answer = await ask('receiver/sessions/FI/TKU/1', { headers: { 'X-Request-ID': 'r-77' } });
  assert.equal(answer.json.status_code, 3000);
  assert.equal(answer.text.includes('hunter2'), false);
  assert.ok(scsp.platform.log.lines.some((line) => line.includes('r-77')));
});

test('D1.5-§2.3.1-HUB a hub may speak for the parties behind it and for no others', async (t) => {
  const { ask, scsp, sessions } = await serve(t, '2.2.1');
  const peer = (await scsp.platform.peers.list())[0]!;
  const hubParty = { countryCode: 'ES', partyId: 'INC' };
  await scsp.platform.peers.save({
    ...peer,
    parties: [{ ...hubParty, role: 'HUB' }],
    hubParty,
    reachable: [{ countryCode: 'FI', partyId: 'TKU' }],
  });
  const wire = { version: '2.2.1', unitProfile: 'd42-tables', agreements: [] } as const;
  const writing = codecOf('Session').write(session, wire);
  assert.ok(writing.ok);
  const from = (countryCode: string, partyId: string) => ({
    'OCPI-from-country-code': countryCode,
    'OCPI-from-party-id': partyId,
  });
  const path = 'receiver/sessions/FI/TKU/s-1001';
  assert.equal((await ask(path, put(writing.value, from('FI', 'TKU')))).status, 201);
  assert.equal((await ask(path, put(writing.value, from('ES', 'INC')))).status, 200, 'broadcast push');
  assert.equal((await ask(path, put(writing.value, from('NL', 'TNM')))).status, 403);
  assert.equal((await ask('receiver/sessions/NL/TNM/1', put(writing.value, from('ES', 'INC')))).status, 404);
  assert.equal((await ask('receiver/sessions/NL/TNM/1', put(writing.value, from('FI', 'TKU')))).status, 404);
  assert.equal(sessions.objects.size, 1);
});
