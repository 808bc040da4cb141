import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { plainCall, type SignedIn, signedIn } from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';

let server: TestServer;
let planner: SignedIn;
let manager: SignedIn;

before(async () => {
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' });
  planner = await signedIn(server, 'city', Date.now(), 'planner@example.org');
  manager = await signedIn(server, 'operator', Date.now(), 'manager@example.org');
});
after(() => server.close());

interface Report {
  readonly name: string;
  readonly query: string;
}
const june = '/api/city/reports/June%20by%20district';

test('US-ii-1 a report that a manager names is found by the city, opens the same figures, and is removed by its keeper alone', async () => {
  const query = 'from=2026-06-01&to=2026-06-30&operator=NL-TNM';
  const kept = await manager.call<Report[]>('PUT', june, { query });
  assert.equal(kept.status, 200, JSON.stringify(kept.json));
  const [found] = (await planner.call<Report[]>('GET', '/api/city/reports')).json;
  assert.equal(found?.name, 'June by district');
  const figures = await planner.call('GET', `/api/city/summary?${found?.query}`);
  assert.equal(figures.status, 200);
  assert.deepEqual(figures.json, {
    ...(await manager.call('GET', `/api/city/summary?${query}`)).json,
    now: figures.json.now,
  });
  assert.equal((await planner.call('PUT', june, { query: '' })).status, 409, 'the name is taken');
  assert.equal((await planner.call('DELETE', june)).status, 404);
  assert.equal((await manager.call('DELETE', june)).status, 200);
  assert.deepEqual((await planner.call<Report[]>('GET', '/api/city/reports')).json, []);
  assert.equal((await plainCall(`${server.url}/api/city/reports`, 'GET')).status, 401);
});

test('US-ii-3 opinions are kept without a name or a day, told as means and net promoters, and exported for whoever evaluates them', async () => {
  const good = { utility: 5, ease: 4, satisfaction: 4, recommend: 9, comment: '=cheap' };
  assert.equal((await manager.call('POST', '/api/survey', good)).status, 201);
  const { json } = await planner.call('POST', '/api/survey', {
    utility: 3,
    ease: 2,
    satisfaction: 4,
    recommend: 6,
  });
  assert.deepEqual(json, { answers: 2, utility: 4, ease: 3, satisfaction: 4, netPromoters: 0 });
  const rows = await server.store.db.selectFrom('survey_answer').selectAll().execute();
  assert.doesNotMatch(JSON.stringify(rows), /planner|manager/);
  assert.ok(rows.every(({ month }) => /^\d{4}-\d\d$/.test(month)));
  assert.equal((await planner.call('GET', '/api/survey/answers')).status, 403);
  const admin = await signedIn(server, 'admin', Date.now(), 'admin@example.org');
  const csv = await admin.call<{ text: string }>('GET', '/api/survey/answers');
  assert.match(csv.json.text, /operator,5,4,4,9,'=cheap/);
  const wrong = await planner.call<{ detail: string }>('POST', '/api/survey', { ...good, ease: 6 });
  assert.equal(wrong.status, 400);
  assert.match(wrong.json.detail, /ease/);
});
