import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { scOptimisation, session, tariff } from '../model/fixtures/objects.ts';
import type { ScOptimisation, Session, Tariff } from '../model/index.ts';
import type { OcpiHandler, OcpiRequest, OcpiResponse } from '../server/handler-contract.ts';
import { createOcpiHandler } from '../server/ocpi-handler.ts';
import { serveNode } from '../server/serve-node.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../testing/platforms.ts';
import { createHttpCaller } from '../transport/node-http-caller.ts';
import { type RuleId, runCheckCommand } from './index.ts';
import type { Report } from './report.ts';

type After = { after(fn: () => Promise<void>): void };
type Fault = (request: OcpiRequest, answer: OcpiResponse) => OcpiResponse;

/** A CPO with 25 tariffs, sessions and one context behind a server that may misbehave. */
async function cpoWith(
  t: After,
  fault: Fault = (_request, answer) => answer,
  version: '2.2.1' | '2.3.0' = '2.3.0',
) {
  const tariffs = new MemoryObjects<Tariff>();
  const sessions = new MemoryObjects<Session>();
  const contexts = new MemoryObjects<ScOptimisation>();
  for (let index = 10; index < 35; index += 1) {
    const last_updated = `2026-11-21T07:${index}:00Z`;
    tariffs.objects.set(`${index}`, { ...tariff, id: `t-${index}`, last_updated });
    sessions.objects.set(`${index}`, { ...session, id: `s-${index}`, last_updated });
  }
  contexts.objects.set('1', { ...scOptimisation, last_updated: '2026-11-21T07:00:00Z' });
  const preferences = async () => ({ ok: true, data: 'ACCEPTED' }) as const;
  const ports = {
    tariffs: { sender: tariffs, receiver: tariffs },
    sessions: { sender: { list: sessions.list, setChargingPreferences: preferences } },
    smartchargingoptimisation: { sender: contexts },
  };
  const cpo = await startPlatform({ party: CPO, ports, versions: [version] });
  const scsp = await startPlatform({ party: SCSP, ports: { sessions: { receiver: sessions } } });
  t.after(() => cpo.served.close());
  t.after(() => scsp.served.close());
  await registerAt(cpo, scsp, { atHost: { agreements: ['smartchargingoptimisation'] } });
  const token = (await scsp.platform.peers.list())[0]?.outboundToken ?? '';
  const faulty = await serveNode((origin): OcpiHandler => {
    const handler = createOcpiHandler({ ...cpo.platform, baseUrl: `${origin}/ocpi` });
    return { handle: async (request) => fault(request, await handler.handle(request)) };
  });
  t.after(() => faulty.close());
  return { url: `${faulty.origin}/ocpi/versions`, token };
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await runCheckCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    clock: { now: () => Date.UTC(2026, 10, 21, 8, 20) },
    randomBytes: (count) => randomBytes(count),
    http: createHttpCaller({ timeoutMs: 2000 }),
    env,
  });
  return { code, out, err };
}

async function reportOf(url: string, token: string): Promise<{ code: number; report: Report }> {
  const { code, out } = await run([url, '--token', token, '--from', 'NL-SMC', '--json']);
  return { code, report: JSON.parse(out) };
}

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`OCPI check ${version}: our own server breaks no rule; plain http is the only warning`, async (t) => {
    const { url, token } = await cpoWith(t, undefined, version);
    const { code, report } = await reportOf(url, token);
    const notable = report.rules.filter((rule) => rule.outcome !== 'pass');
    assert.deepEqual(
      notable.map((rule) => [rule.rule, rule.outcome]),
      [['https', 'warn']],
      JSON.stringify(notable, null, 1),
    );
    assert.equal(code, 0);
    assert.equal(report.version, version);
    assert.ok(report.requests > 15);
  });
}

/** Changes the envelope of answers whose URL matches. */
function edit(url: RegExp, change: (envelope: Record<string, unknown>) => unknown): Fault {
  return (request, answer) =>
    url.test(request.url) && answer.status === 200
      ? { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) }
      : answer;
}

function withHeaders(
  url: RegExp,
  change: (headers: Record<string, string>) => Record<string, string>,
): Fault {
  return (request, answer) =>
    url.test(request.url) ? { ...answer, headers: change({ ...answer.headers }) } : answer;
}

function without(name: string): (headers: Record<string, string>) => Record<string, string> {
  return (headers) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

const TARIFFS = /sender\/tariffs/;
const firstTariff = (change: object) =>
  edit(TARIFFS, (envelope) => {
    const [first, ...rest] = envelope.data as object[];
    return { ...envelope, data: first === undefined ? [] : [{ ...first, ...change }, ...rest] };
  });

const FAULTS: readonly [rule: RuleId, outcome: 'warn' | 'fail', what: string, fault: Fault][] = [
  ['envelope', 'fail', 'no status_code', edit(/tariffs/, ({ data }) => ({ data }))],
  [
    'timestamp',
    'fail',
    '+00:00',
    edit(/./, (envelope) => ({ ...envelope, timestamp: '2026-11-21T08:00:00+00:00' })),
  ],
  ['requestIds', 'fail', 'not echoed', withHeaders(/./, without('X-Request-ID'))],
  ['requestIds', 'fail', 'not echoed', withHeaders(/./, without('X-Correlation-ID'))],
  ['routing', 'warn', 'missing', withHeaders(/./, without('OCPI-from-party-id'))],
  [
    'routing',
    'fail',
    'not swapped',
    withHeaders(TARIFFS, (headers) => ({ ...headers, 'OCPI-to-party-id': 'TKU' })),
  ],
  [
    'noToken',
    'fail',
    'open to all',
    (_request, answer) => (answer.status === 401 ? { ...answer, status: 200 } : answer),
  ],
  [
    'versions',
    'fail',
    'a bad entry',
    edit(/versions$/, (e) => ({ ...e, data: [...(e.data as []), { version: '2.2' }] })),
  ],
  [
    'details',
    'fail',
    'an endpoint twice',
    edit(/ocpi\/2\.3\.0$/, (envelope) => {
      const { endpoints, ...rest } = envelope.data as { endpoints: unknown[] };
      return { ...envelope, data: { ...rest, endpoints: [...endpoints, endpoints.at(-1)] } };
    }),
  ],
  [
    'credentialsEndpoint',
    'fail',
    'not advertised',
    edit(/ocpi\/2\.3\.0$/, (envelope) => {
      const { endpoints, ...rest } = envelope.data as { endpoints: unknown[] };
      return { ...envelope, data: { ...rest, endpoints: endpoints.slice(1) } };
    }),
  ],
  [
    'credentials',
    'fail',
    'no roles',
    edit(/credentials$/, (e) => ({ ...e, data: { ...(e.data as object), roles: [] } })),
  ],
  [
    'trailingSlash',
    'warn',
    'redirect',
    (request, answer) =>
      request.url.endsWith('/versions/')
        ? { ...answer, status: 308, headers: { Location: '/ocpi/versions' } }
        : answer,
  ],
  [
    'unknownPath',
    'warn',
    '200 for anything',
    (r, answer) => (/unknown-endpoint/.test(r.url) ? { ...answer, status: 200 } : answer),
  ],
  [
    'unknownObject',
    'warn',
    '200 for nothing',
    (r, answer) => (/unknown-object/.test(r.url) ? { ...answer, status: 200 } : answer),
  ],
  [
    'method',
    'fail',
    'POST versions works',
    (r, answer) => (r.method === 'POST' ? { ...answer, status: 200 } : answer),
  ],
  ['list', 'fail', 'data is an object', edit(TARIFFS, (envelope) => ({ ...envelope, data: {} }))],
  ['totalCount', 'fail', 'absent', withHeaders(TARIFFS, without('X-Total-Count'))],
  ['totalCount', 'fail', 'the page only', withHeaders(TARIFFS, (h) => ({ ...h, 'X-Total-Count': '20' }))],
  ['limit', 'fail', 'X-Limit below the page', withHeaders(TARIFFS, (h) => ({ ...h, 'X-Limit': '5' }))],
  ['limit', 'fail', 'absent', withHeaders(TARIFFS, without('X-Limit'))],
  ['link', 'fail', 'absent', withHeaders(TARIFFS, without('Link'))],
  ['link', 'fail', 'relative', withHeaders(TARIFFS, (h) => ({ ...h, Link: '</next>; rel="next"' }))],
  [
    'link',
    'fail',
    'filter lost',
    withHeaders(TARIFFS, (h) => (h.Link ? { ...h, Link: h.Link.replace(/date_from=[^&]*&/, '') } : h)),
  ],
  [
    'offset',
    'fail',
    'ignored',
    edit(TARIFFS, (e) => ({ ...e, data: (e.data as object[]).map((object) => ({ ...object, id: 'same' })) })),
  ],
  [
    'dateFilter',
    'fail',
    'ignored',
    (request, answer) =>
      TARIFFS.test(request.url) && /date_from=2036/.test(request.url)
        ? { ...answer, body: answer.body.replace('"data":[]', `"data":${JSON.stringify([tariff])}`) }
        : answer,
  ],
  [
    'badParameter',
    'warn',
    'HTTP 400',
    (request, answer) => (/not-a-date/.test(request.url) ? { ...answer, status: 400 } : answer),
  ],
  ['objects', 'fail', 'a missing field', firstTariff({ elements: undefined })],
  ['objects', 'warn', 'an unknown field', firstTariff({ colour: 'green' })],
  ['lastUpdated', 'warn', 'in the future', firstTariff({ last_updated: '2026-12-24T00:00:00Z' })],
  ['upperCase', 'warn', 'lower case', firstTariff({ country_code: 'fi' })],
];

for (const [rule, outcome, what, fault] of FAULTS) {
  test(`OCPI check sees a server that breaks "${rule}" (${what})`, async (t) => {
    const { url, token } = await cpoWith(t, fault);
    const { code, report } = await reportOf(url, token);
    const found = report.rules.find((result) => result.rule === rule);
    assert.equal(found?.outcome, outcome, JSON.stringify(report.rules.filter((r) => r.outcome !== 'pass')));
    assert.ok(found?.fix);
    assert.match(found.findings[0]?.request ?? '', /^(GET|POST) http/);
    assert.equal(code, report.failed > 0 ? 1 : 0);
    if (outcome === 'fail') assert.equal(code, 1);
  });
}

test('OCPI check prints one line per rule, the request, what came and the fix, and never the token', async (t) => {
  const { url, token } = await cpoWith(t, withHeaders(TARIFFS, without('X-Total-Count')));
  const { code, out } = await run([url, '--from', 'NL-SMC'], { SMAC_OCPI_TOKEN: token });
  assert.equal(code, 1);
  assert.match(out, /FAIL X-Total-Count is the number of matches/);
  assert.match(out, /rule: transport_and_format, Paginated Response/);
  assert.match(out, /GET http:\/\/127\.0\.0\.1:\d+\/ocpi\/2\.3\.0\/sender\/tariffs\?date_from=/);
  assert.match(out, /fix: Count every match/);
  assert.match(out, /\d+ requests: \d+ rules kept, 1 with warnings, 1 broken\./);
  assert.equal(out.includes(token), false);
});

test('OCPI check that cannot run says why and exits with 2', async (t) => {
  const { url } = await cpoWith(t);
  for (const [args, message] of [
    [[], /exactly one versions URL/],
    [['nonsense', '--token', 'x'], /not an absolute URL/],
    [[url], /--token/],
    [[url, '--token', 'x', '--ocpi', '2.1.1'], /--ocpi is one of/],
    [[url, '--token', 'x', '--pages', '0'], /whole numbers from 1/],
    [[url, '--token', 'x', '--from', 'SMAC'], /--from/],
    [[url, '--token', 'x', '--unknown'], /unknown/i],
  ] as const) {
    const { code, err } = await run(args);
    assert.equal(code, 2);
    assert.match(err, message);
  }
  const refused = await run([url, '--token', 'wrong']);
  assert.equal(refused.code, 2);
  assert.match(refused.out, /does not know this token/);
  assert.match(refused.out, /fix: Give the token this server issued/);
  assert.doesNotMatch(refused.out, /fix: Answer data/);
  const nobody = await run(['http://127.0.0.1:1/ocpi/versions', '--token', 'x']);
  assert.equal(nobody.code, 2);
  assert.match(nobody.out, /FAIL The server answers/);
  assert.equal((await run(['--help'])).code, 0);
});
