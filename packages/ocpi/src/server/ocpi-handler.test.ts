import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import { OCPI_ERRORS } from '../exchange/outcome.ts';
import { chargingProfile, scOptimisation, session, tariff } from '../model/fixtures/objects.ts';
import { type Session, type Tariff, validate } from '../model/index.ts';
import { ask } from '../testing/raw-request.ts';
import { put, type Served, serve } from '../testing/served-scsp.ts';

for (const version of ['2.2.1', '2.3.0'] as const) {
  const wire = { version, unitProfile: 'd42-tables', agreements: [] } as const;
  const writing = codecOf('Session').write(session, wire);
  assert.ok(writing.ok);
  const json = writing.value as Record<string, unknown>;
  const path = 'receiver/sessions/FI/TKU/s-1001';

  test(`OCPI 2.12-6 ${version}: creating an object is answered with 201, replacing it with 200`, async (t) => {
    const { ask } = await serve(t, version);
    assert.equal((await ask(path, put(json))).status, 201);
    const again = await ask(path, put(json));
    assert.equal(again.status, 200);
    assert.equal(again.json.status_code, 1000);
    assert.equal('data' in again.json, false);
  });

  test(`OCPI 2.12-7 ${version}: what reached OCPI is HTTP 200 with a 2xxx code; 400 is for bad JSON only`, async (t) => {
    const { ask } = await serve(t, version);
    const { kwh: _, ...incomplete } = json;
    const refused = await ask(path, put(incomplete));
    assert.equal(refused.status, 200);
    assert.equal(refused.json.status_code, 2001);
    assert.match(refused.json.status_message ?? '', /Session: \/kwh is required/);
    const broken = await ask(path, put(JSON.stringify(json).replace(/}$/, ',}')));
    assert.equal(broken.status, 400);
    assert.match(broken.json.status_message ?? '', /not valid JSON.*position \d+/);
    const patch = await ask(path, { method: 'PATCH', body: { kwh: 4 } });
    assert.equal(patch.status, 200);
    assert.equal(patch.json.status_code, 2001);
  });

  test(`OCPI 2.12-8 ${version}: routing headers of an answer are those of the request, swapped; ids are echoed`, async (t) => {
    const { ask, sessions } = await serve(t, version);
    const headers = {
      'OCPI-from-country-code': 'fi',
      'OCPI-from-party-id': 'tku',
      'OCPI-to-country-code': 'NL',
      'OCPI-to-party-id': 'SMC',
      'X-Request-ID': 'request-1',
      'X-Correlation-ID': 'correlation-1',
    };
    for (const answer of [
      await ask(path, put(json, headers)),
      await ask(path, { headers }),
      await ask('receiver/sessions/FI/TKU/none', { headers }),
      await ask(path, { method: 'POST', headers }),
    ]) {
      assert.equal(answer.headers.get('ocpi-from-country-code'), 'NL');
      assert.equal(answer.headers.get('ocpi-from-party-id'), 'SMC');
      assert.equal(answer.headers.get('ocpi-to-country-code'), 'FI');
      assert.equal(answer.headers.get('ocpi-to-party-id'), 'TKU');
      assert.equal(answer.headers.get('x-request-id'), 'request-1');
      assert.equal(answer.headers.get('x-correlation-id'), 'correlation-1');
    }
    assert.deepEqual(sessions.callers[0]?.from, { countryCode: 'FI', partyId: 'TKU' });
    assert.deepEqual(sessions.callers[0]?.to, { countryCode: 'NL', partyId: 'SMC' });
    assert.equal(sessions.callers[0]?.correlationId, 'correlation-1');
  });

  test(`OCPI ${version} transport: a request without ids or routing headers is answered, with ids of our own`, async (t) => {
    const { ask } = await serve(t, version);
    const answer = await ask(path, put(json));
    assert.equal(answer.json.status_code, 1000);
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/);
    assert.match(answer.headers.get('x-correlation-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal(answer.headers.get('ocpi-to-party-id'), 'TKU');
    assert.equal(answer.json.timestamp, '2026-11-21T08:20:00Z');
  });

  test(`OCPI 2.12-8 ${version}: versions and credentials are never routed: no routing headers on their answers`, async (t) => {
    const { scsp, token } = await serve(t, version);
    for (const path of ['versions', version, `${version}/credentials`]) {
      const answer = await ask(`${scsp.platform.baseUrl}/${path}`, {
        token,
        headers: { 'OCPI-from-country-code': 'FI', 'OCPI-from-party-id': 'TKU' },
      });
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('ocpi-from-party-id'), null);
      assert.equal(answer.headers.get('ocpi-to-party-id'), null);
    }
  });

  test(`OCPI 2.12-12 ${version}: country code, party id and ids are case-insensitive and come back as they were pushed`, async (t) => {
    const { ask, sessions } = await serve(t, version);
    assert.equal((await ask('receiver/sessions/fi/tku/S-1001', put(json))).json.status_code, 1000);
    const answer = await ask('receiver/sessions/FI/Tku/s-1001');
    assert.equal((answer.json.data as Session).country_code, 'FI');
    assert.equal((answer.json.data as Session).party_id, 'TKU');
    assert.equal(sessions.objects.size, 1);
  });

  test(`X43 OCPI ${version}: URL, body, token and OCPI-from must name the same party`, async (t) => {
    const { ask, sessions } = await serve(t, version);
    const foreignUrl = await ask(
      'receiver/sessions/NL/TNM/s-1001',
      put({ ...json, country_code: 'NL', party_id: 'TNM' }),
    );
    assert.equal(foreignUrl.status, 404);
    assert.equal(foreignUrl.json.status_code, 2001);
    const foreignBody = await ask(path, put({ ...json, party_id: 'TNM' }));
    assert.equal(foreignBody.status, 200);
    assert.equal(foreignBody.json.status_code, 2001);
    assert.match(foreignBody.json.status_message ?? '', /party_id of the body differs/);
    const otherId = await ask(path, put({ ...json, id: 'other' }));
    assert.equal(otherId.json.status_code, 2001);
    const foreignFrom = await ask(
      path,
      put(json, { 'OCPI-from-country-code': 'NL', 'OCPI-from-party-id': 'TNM' }),
    );
    assert.equal(foreignFrom.status, 403);
    assert.equal(foreignFrom.json.status_code, 2001);
    const half = await ask(path, put(json, { 'OCPI-from-country-code': 'FI' }));
    assert.equal(half.json.status_code, 2001);
    const foreignTo = await ask(path, put(json, { 'OCPI-to-country-code': 'NL', 'OCPI-to-party-id': 'TNM' }));
    assert.equal(foreignTo.json.status_code, 2001);
    assert.equal(sessions.objects.size, 0);
  });

  test(`OCPI 2.12-15 ${version}: every path works with and without trailing slash, never by redirect`, async (t) => {
    const { ask, scsp, token } = await serve(t, version);
    await ask(path, put(json));
    for (const [at, status] of [
      [path, 200],
      [`${path}/`, 200],
      ['', 200],
      ['credentials/', 200],
      ['sender/tariffs', 200],
      ['sender/tariffs/', 200],
      ['sender/tariffs/?limit=2', 200],
      ['sender/tariffs?limit=2', 200],
      [`${path}//`, 404],
    ] as const) {
      assert.equal((await ask(at)).status, status, at);
    }
    const versions = (at: string) => versionsStatus(`${scsp.platform.baseUrl}/${at}`, token);
    assert.equal(await versions('versions'), 200);
    assert.equal(await versions('versions/'), 200);
  });

  test(`OCPI 2.12-4 ${version}: pages carry X-Total-Count, X-Limit and a Link with all filters until the last one`, async (t) => {
    const { ask, tariffs, scsp } = await serve(t, version, { limits: { maxPageSize: 2 } });
    for (const id of ['1', '2', '3', '4', '5']) {
      const last_updated = `2026-11-21T08:0${id}:00Z`;
      tariffs.objects.set(`FI-TKU/${id}`, { ...tariff, id, last_updated });
    }
    let link: string | null = 'sender/tariffs?date_from=2026-11-21T08:02:00Z&limit=50';
    const pages: string[][] = [];
    while (link !== null) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask(link);
      assert.equal(answer.headers.get('x-total-count'), '4');
      assert.equal(answer.headers.get('x-limit'), '2');
      pages.push((answer.json.data as Tariff[]).map(({ id }) => id));
      const next = /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      if (next !== undefined) {
        assert.ok(next.startsWith(`${scsp.platform.baseUrl}/${version}/sender/tariffs?`), next);
        assert.equal(new URL(next).searchParams.get('date_from'), '2026-11-21T08:02:00Z');
      }
      link = next === undefined ? null : next.slice(`${scsp.platform.baseUrl}/${version}/`.length);
    }
    assert.deepEqual(pages, [
      ['2', '3'],
      ['4', '5'],
    ]);
  });

  test(`OCPI 2.12-11 ${version}: offset and date_from are obeyed, date_to is exclusive, bad values are 2001`, async (t) => {
    const { ask, tariffs } = await serve(t, version);
    for (const id of ['1', '2', '3']) {
      tariffs.objects.set(`FI-TKU/${id}`, { ...tariff, id, last_updated: `2026-11-21T08:0${id}:00Z` });
    }
    const ids = async (query: string) =>
      ((await ask(`sender/tariffs?${query}`)).json.data as Tariff[]).map(({ id }) => id);
    assert.deepEqual(await ids('offset=1'), ['2', '3']);
    assert.deepEqual(await ids('offset=7'), []);
    assert.deepEqual(await ids('date_from=2026-11-21T08:02:00Z'), ['2', '3']);
    assert.deepEqual(await ids('date_from=2026-11-21T08:01:00&date_to=2026-11-21T08:03:00Z'), ['1', '2']);
    for (const query of ['offset=x', 'limit=-1', 'date_from=today', 'date_to=2026-11-21T08:00:00%2B00:00']) {
      const answer = await ask(`sender/tariffs?${query}`);
      assert.equal(answer.status, 200, query);
      assert.equal(answer.json.status_code, 2001, query);
    }
  });

  test(`OCPI 2.12-13 ${version}: data is an object where the cardinality is 1 and a list where it is not, also for one`, async (t) => {
    const { ask, tariffs } = await serve(t, version);
    await ask(path, put(json));
    const one = await ask(path);
    assert.equal(Array.isArray(one.json.data), false);
    assert.deepEqual(validate('Session', version, 'out', one.json.data).errors, []);
    tariffs.objects.set('FI-TKU/night', tariff);
    const list = await ask('sender/tariffs');
    assert.ok(Array.isArray(list.json.data));
    assert.equal(list.json.data.length, 1);
    assert.deepEqual(validate('Tariff', version, 'out', list.json.data[0]).errors, []);
    tariffs.objects.clear();
    assert.deepEqual((await ask('sender/tariffs')).json.data, []);
  });

  test(`OCPI ${version} transport: missing or unknown tokens are 401 on every path below the base URL`, async (t) => {
    const { scsp, token } = await serve(t, version);
    for (const at of ['versions', version, `${version}/credentials`, `${version}/${path}`, 'nothing']) {
      const url = `${scsp.platform.baseUrl}/${at}`;
      for (const request of [{}, { token: 'unknown' }, { headers: { Authorization: `Bearer ${token}` } }]) {
        const answer = await ask(url, request);
        assert.equal(answer.status, 401, at);
        assert.equal(answer.headers.get('www-authenticate'), 'Token');
        assert.equal(answer.json.status_code, OCPI_ERRORS.unauthorized.statusCode);
        assert.equal(answer.text.includes(token), false);
      }
    }
  });

  test(`OCPI ${version} transport: unknown objects and endpoints are 404, undefined methods 405 with Allow`, async (t) => {
    const { ask } = await serve(t, version);
    const missing = await ask('receiver/sessions/FI/TKU/none');
    assert.equal(missing.status, 404);
    for (const at of [
      'receiver/none',
      'sender/sessions',
      'receiver/sessions',
      `${path}/more`,
      'constructor',
    ]) {
      assert.equal((await ask(at)).status, 404, at);
    }
    const post = await ask(path, { method: 'POST', body: json });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get('allow'), 'GET, PUT, PATCH');
    assert.equal((await ask('sender/tariffs', { method: 'DELETE' })).status, 405);
  });

  test(`D4.2-§4.1.2.2 X1 OCPI ${version}: SmartChargingOptimisation exists only for peers with the agreement`, async (t) => {
    const stranger = await serve(t, version);
    const object = 'FI/TKU/quay-supply';
    const identifiers = async (served: Served) => {
      const details = (await served.ask('')).json.data as {
        endpoints: { identifier: string; role: string }[];
      };
      return details.endpoints.map(({ identifier, role }) => `${identifier} ${role}`);
    };
    assert.equal(
      (await identifiers(stranger)).some((text) => text.startsWith('smart')),
      false,
    );
    const hidden = await stranger.ask(`receiver/smartchargingoptimisation/${object}`, put(scOptimisation));
    assert.equal(hidden.status, 404);
    const agreed = await serve(t, version, { agreements: ['smartchargingoptimisation'] });
    assert.ok((await identifiers(agreed)).includes('smartchargingoptimisation RECEIVER'));
    const found = await agreed.ask(`receiver/smartchargingoptimisation/${object}`, put(scOptimisation));
    assert.equal(found.status, 201, found.text);
  });

  test(`X1 OCPI ${version}: the three path aliases of SmartChargingOptimisation reach one object`, async (t) => {
    const { ask, optimisations } = await serve(t, version, { agreements: ['smartchargingoptimisation'] });
    for (const [index, alias] of [
      'smartchargingoptimisation',
      'smartChargingOptimisation',
      'optimisation',
    ].entries()) {
      const answer = await ask(`receiver/${alias}/FI/TKU/quay-supply`, put(scOptimisation));
      assert.equal(answer.status, index === 0 ? 201 : 200, answer.text);
    }
    assert.equal(optimisations.objects.size, 1);
  });

  test(`OCPI ${version} version details: modules with a port are advertised once per role, credentials once as SENDER`, async (t) => {
    const { ask, scsp } = await serve(t, version);
    const details = (await ask('')).json.data;
    assert.deepEqual(validate('VersionDetails', version, 'out', details).errors, []);
    assert.deepEqual(details, {
      version,
      endpoints: [
        ['credentials', 'SENDER', 'credentials'],
        ['sessions', 'RECEIVER', 'receiver/sessions'],
        ['tariffs', 'RECEIVER', 'receiver/tariffs'],
        ['tariffs', 'SENDER', 'sender/tariffs'],
      ].map(([identifier, role, at]) => ({
        identifier,
        role,
        url: `${scsp.platform.baseUrl}/${version}/${at}`,
      })),
    });
  });

  test(`OCPI 2.12-16 ${version}: a response_url inside our network or on a foreign host is refused with 2001`, async (t) => {
    const seen: string[] = [];
    const receiver = {
      async get(_caller: unknown, _id: string, _duration: number, url: string) {
        seen.push(url);
        return { ok: true, data: { result: 'ACCEPTED', timeout: 30 } } as const;
      },
      async put(_caller: unknown, _id: string, request: { readonly response_url: string }) {
        seen.push(request.response_url);
        return { ok: true, data: { result: 'ACCEPTED', timeout: 30 } } as const;
      },
      async delete(_caller: unknown, _id: string, url: string) {
        seen.push(url);
        return { ok: true, data: { result: 'ACCEPTED', timeout: 30 } } as const;
      },
    };
    const served = await serve(t, version, { ports: { chargingprofiles: { receiver } } });
    const profile = (url: string) => put({ charging_profile: chargingProfile, response_url: url });
    const query = (url: string) => `response_url=${encodeURIComponent(url)}`;
    const outside = 'https://attacker.example/result';
    for (const answer of [
      await served.ask('receiver/chargingprofiles/1', profile(outside)),
      await served.ask(`receiver/chargingprofiles/1?duration=900&${query(outside)}`),
      await served.ask(`receiver/chargingprofiles/1?${query('http://user:x@127.0.0.1/')}`, {
        method: 'DELETE',
      }),
      await served.ask('receiver/chargingprofiles/1', { method: 'DELETE' }),
    ]) {
      assert.equal(answer.status, 200);
      assert.equal(answer.json.status_code, 2001, answer.text);
      assert.match(answer.json.status_message ?? '', /response_url/);
    }
    const own = 'http://127.0.0.1:9/results/1';
    assert.equal((await served.ask('receiver/chargingprofiles/1', profile(own))).json.status_code, 1000);
    assert.deepEqual(seen, [own]);
    const peer = (await served.scsp.platform.peers.list())[0]!;
    await served.scsp.platform.peers.save({ ...peer, allowPrivateAddresses: false });
    const local = await served.ask('receiver/chargingprofiles/1', profile('https://127.0.0.1/results/1'));
    assert.equal(local.json.status_code, 2001);
  });
}

async function versionsStatus(url: string, token: string): Promise<number> {
  return (await ask(url, { token })).status;
}
