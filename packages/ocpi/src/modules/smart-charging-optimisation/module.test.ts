import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { OcpiVersion } from '../../exchange/party.ts';
import { scOptimisation } from '../../model/fixtures/objects.ts';
import { KINDS, type ScOptimisation } from '../../model/index.ts';
import { MemoryObjects } from '../../testing/memory-ports.ts';
import { ocpiModules } from '../index.ts';
import { serve } from '../testing/served.ts';
import { OPTIMISATION_PATHS } from './module.ts';

const VERSIONS: readonly OcpiVersion[] = ['2.2.1', '2.3.0'];
const OBJECT = '/receiver/smartchargingoptimisation/FI/TKU/quay-supply';
const LIST = '/sender/smartchargingoptimisation';

async function start(t: TestContext, version: OcpiVersion, agreements?: readonly string[]) {
  const store = new MemoryObjects<ScOptimisation>();
  const ports = { smartchargingoptimisation: { receiver: store, sender: store } };
  const served = await serve(t, { version, ports, ...(agreements && { agreements }) });
  return { store, ...served };
}

for (const version of VERSIONS) {
  test(`D4.2-T11 D4.2-T13 D4.2-T14 D4.2-§5.1.1.1-PUT D4.2-§5.1.1.1-UPD D4.2-§5.1.1.1-GET D4.2-§5.1.1.1-DEL D4.2-T16 OCPI ${version}: life of an object`, async (t) => {
    const { ask } = await start(t, version);
    const created = await ask('PUT', OBJECT, scOptimisation);
    assert.deepEqual([created.status, created.json.status_code], [201, 1000]);
    assert.deepEqual([(await ask('PUT', OBJECT, scOptimisation)).status], [200]);
    const patch = { max_power: 50_000, last_updated: '2026-11-21T08:10:00Z' };
    assert.equal((await ask('PATCH', OBJECT, patch)).json.status_code, 1000);
    assert.deepEqual((await ask('GET', OBJECT)).json.data, { ...scOptimisation, ...patch });
    assert.equal((await ask('DELETE', OBJECT)).json.status_code, 1000);
    for (const method of ['GET', 'DELETE']) {
      const gone = await ask(method, OBJECT);
      assert.deepEqual([gone.status, gone.json.status_code], [404, 2003], method);
    }
    assert.equal((await ask('POST', OBJECT, scOptimisation)).status, 405);
  });

  test(`D4.2-T17-country_code D4.2-T17-party_id D4.2-T17-id D4.2-T17-max_power D4.2-T17-min_power D4.2-T17-evses D4.2-T17-opportunity_cost D4.2-T17-demand D4.2-T17-generation D4.2-T17-price D4.2-T17-flex_orders D4.2-T17-last_updated OCPI ${version}: every field, also the additions, survives PUT and GET unchanged`, async (t) => {
    const { ask } = await start(t, version);
    const full: ScOptimisation = {
      ...scOptimisation,
      currency: 'SEK',
      slot_duration: 15,
      parent_id: 'harbour',
      grid_connection_id: '643007500000000013',
      export_price: scOptimisation.price ?? [],
      site_cap: scOptimisation.demand ?? [],
      co2_intensity: scOptimisation.demand ?? [],
      plausibility_confirmed: true,
    };
    assert.deepEqual(Object.keys(full).sort(), Object.keys(KINDS.ScOptimisation.properties).sort());
    await ask('PUT', OBJECT, full);
    assert.deepEqual((await ask('GET', OBJECT)).json.data, full);
  });

  test(`D4.2-T14 D4.2-T18-location_id D4.2-T18-evse_uid D4.2-T18-connectors OCPI ${version}: a missing required field is 2001 with its path`, async (t) => {
    const { ask, store } = await start(t, version);
    const missing = async (body: unknown) => {
      const answer = await ask('PUT', OBJECT, body);
      assert.deepEqual([answer.status, answer.json.status_code], [200, 2001]);
      return answer.json.status_message ?? '';
    };
    for (const field of KINDS.ScOptimisation.required) {
      assert.match(await missing({ ...scOptimisation, [field]: undefined }), new RegExp(`/?${field}`), field);
    }
    const evse = scOptimisation.evses[0]!;
    for (const field of ['location_id', 'evse_uid', 'connectors'] as const) {
      const message = await missing({ ...scOptimisation, evses: [{ ...evse, [field]: undefined }] });
      assert.ok(message.includes(`evses/0/${field}`), message);
    }
    assert.match(await missing({ ...scOptimisation, evses: [{ ...evse, connectors: [] }] }), /at least one/);
    assert.match(await missing({ ...scOptimisation, evses: [] }), /evses/);
    assert.equal(store.objects.size, 0);
  });

  test(`D4.2-T19-connector_id X3 OCPI ${version}: 1 and "1" are the same connector, "A" is valid, a string is stored`, async (t) => {
    const { ask } = await start(t, version);
    const evse = scOptimisation.evses[0]!;
    for (const [sent, stored] of [
      [1, '1'],
      ['1', '1'],
      ['A', 'A'],
    ]) {
      const evses = [{ ...evse, connectors: [{ connector_id: sent, power: 22 }] }];
      await ask('PUT', OBJECT, { ...scOptimisation, evses });
      const got = (await ask('GET', OBJECT)).json.data as ScOptimisation;
      assert.equal(got.evses[0]?.connectors[0]?.connector_id, stored);
    }
  });

  const lists = ['demand', 'generation', 'price', 'flex_orders'] as const;
  test(`D4.2-T20-value D4.2-T21-value D4.2-T22-value D4.2-T23-value OCPI ${version}: finite numbers only, negative only for prices and flex orders`, async (t) => {
    const { ask } = await start(t, version);
    const status = async (list: string, value: string) => {
      const body = JSON.stringify({
        ...scOptimisation,
        [list]: [{ time_slot: '2026-11-21T08:00:00Z', value: 777 }],
      });
      return (await ask('PUT', OBJECT, body.replace('"value":777', `"value":${value}`))).json.status_code;
    };
    for (const list of lists) {
      assert.equal(await status(list, '0.25'), 1000, list);
      for (const bad of ['"0.25"', '1e308', '1e999', 'null', 'true', '[]']) {
        assert.equal(await status(list, bad), 2001, `${list} ${bad}`);
      }
      const signed = list === 'price' || list === 'flex_orders';
      assert.equal(await status(list, '-0.25'), signed ? 1000 : 2001, list);
    }
    const notANumber = await ask('PUT', OBJECT, '{"max_power": NaN}');
    assert.equal(notANumber.status, 400);
  });

  test(`D4.2-T20-time_slot D4.2-T21-time_slot D4.2-T22-time_slot D4.2-T23-time_slot X5 OCPI ${version}: DateTime of OCPI only`, async (t) => {
    const { ask } = await start(t, version);
    for (const list of lists) {
      const code = async (time_slot: string) =>
        (await ask('PUT', OBJECT, { ...scOptimisation, [list]: [{ time_slot, value: 1 }] })).json.status_code;
      assert.equal(await code('2026-11-21T08:00:00'), 1000, list);
      for (const bad of ['2026-11-21T08:00:00+00:00', '2019-01-8T12:00:00', 'soon']) {
        assert.equal(await code(bad), 2001, `${list} ${bad}`);
      }
    }
  });

  test(`D4.2-§5.1.2.2.1.2 X41 OCPI ${version}: PATCH needs last_updated, keeps what it does not name and replaces lists as a whole`, async (t) => {
    const { ask } = await start(t, version);
    await ask('PUT', OBJECT, scOptimisation);
    const without = await ask('PATCH', OBJECT, { max_power: 1 });
    assert.equal(without.json.status_code, 2001);
    assert.match(without.json.status_message ?? '', /last_updated/);
    const demand = [{ time_slot: '2026-11-21T09:00:00Z', value: 1 }];
    const last_updated = '2026-11-21T08:10:00Z';
    await ask('PATCH', OBJECT, { demand, last_updated });
    assert.deepEqual((await ask('GET', OBJECT)).json.data, { ...scOptimisation, demand, last_updated });
  });

  test(`D4.2-T12 D4.2-T15 D4.2-§5.1.2.2-URL X43 OCPI ${version}: URL segments are checked, case does not matter, foreign parties are refused`, async (t) => {
    const { ask, store } = await start(t, version);
    const at = (path: string) => `/receiver/smartchargingoptimisation/${path}`;
    assert.equal((await ask('PUT', at('fi/tku/quay-supply'), scOptimisation)).status, 201);
    assert.equal((await ask('GET', at('Fi/TkU/QUAY-SUPPLY'))).status, 200);
    assert.equal((await ask('PUT', at('FI/TKU/another'), scOptimisation)).json.status_code, 2001);
    const foreign = await ask('PUT', at('SE/OTH/quay-supply'), {
      ...scOptimisation,
      country_code: 'SE',
      party_id: 'OTH',
    });
    assert.deepEqual([foreign.status, foreign.json.status_code], [404, 2001]);
    const otherBody = await ask('PUT', at('FI/TKU/quay-supply'), { ...scOptimisation, party_id: 'OTH' });
    assert.equal(otherBody.json.status_code, 2001);
    for (const path of [`FI/TKU/${'x'.repeat(37)}`, 'FIN/TKU/1', 'FI/TKUX/1', 'FI/TKU/%0A']) {
      assert.notEqual((await ask('GET', at(path))).json.status_code, 1000, path);
    }
    assert.equal(store.objects.size, 1);
  });

  test(`D4.2-§5.1.2.2-URL X1 X5 OCPI ${version}: three paths, with and without trailing slash, lead to one handler`, async (t) => {
    const { ask } = await start(t, version);
    for (const path of OPTIMISATION_PATHS) {
      const changed = { ...scOptimisation, last_updated: '2026-11-21T08:11:00Z' };
      assert.equal(
        (await ask('PUT', `/receiver/${path}/FI/TKU/quay-supply`, changed)).json.status_code,
        1000,
        path,
      );
      assert.deepEqual((await ask('GET', `/receiver/${path}/FI/TKU/quay-supply/`)).json.data, changed, path);
      for (const slash of ['', '/']) {
        assert.equal(
          ((await ask('GET', `/sender/${path}${slash}?limit=5`)).json.data as unknown[]).length,
          1,
          path,
        );
      }
    }
  });

  test(`D4.2-T8 OCPI ${version}: the sender interface knows GET only`, async (t) => {
    const { ask } = await start(t, version);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.equal((await ask(method, LIST, scOptimisation)).status, 405, method);
    }
  });

  test(`D4.2-T9-date_from D4.2-T9-date_to D4.2-T9-offset D4.2-T9-limit D4.2-T10 D4.2-§5.1.2.1.1-URL D4.2-§5.1.2.1.1-filter D4.2-§5.1.2.1.1-page OCPI ${version}: filters, pages, headers`, async (t) => {
    const { ask, store } = await start(t, version);
    for (let index = 0; index < 25; index += 1) {
      const minute = String(index).padStart(2, '0');
      const id = `c${minute}`;
      store.objects.set(`FI-TKU/${id}`, {
        ...scOptimisation,
        id,
        last_updated: `2026-11-20T10:${minute}:00Z`,
      });
    }
    const ids = async (query: string) => {
      const answer = await ask('GET', `${LIST}${query}`);
      return { ids: (answer.json.data as ScOptimisation[]).map((item) => item.id), headers: answer.headers };
    };
    const window = await ids('?date_from=2026-11-20T10:03:00Z&date_to=2026-11-20T10:06:00');
    assert.deepEqual(window.ids, ['c03', 'c04', 'c05']);
    const page = await ids('/?offset=20&limit=3');
    assert.deepEqual(page.ids, ['c20', 'c21', 'c22']);
    assert.equal(page.headers.get('X-Total-Count'), '25');
    assert.match(page.headers.get('Link') ?? '', /offset=23.*rel="next"/);
    const last = await ids('?offset=23&limit=3');
    assert.deepEqual([last.ids.length, last.headers.get('Link')], [2, null]);
    assert.ok(Number(last.headers.get('X-Limit')) > 0);
    for (const query of [
      'date_from=2019-01-8T12:00:00',
      'date_to=now',
      'offset=-1',
      'limit=many',
      'limit=0.5',
    ]) {
      const bad = await ask('GET', `${LIST}?${query}`);
      assert.deepEqual([bad.status, bad.json.status_code], [200, 2001], query);
    }
  });

  test(`D4.2-§4.1.2.2 D4.2-T24-SCO X1 OCPI ${version}: advertised with its roles, only to peers with an agreement`, async (t) => {
    for (const [agreements, roles] of [
      [['smartchargingoptimisation'], ['RECEIVER', 'SENDER']],
      [[], []],
    ] as const) {
      const { ask } = await start(t, version, agreements);
      const { endpoints } = (await ask('GET', '')).json.data as {
        endpoints: { identifier: string; role: string }[];
      };
      const advertised = endpoints.filter((endpoint) => endpoint.identifier === 'smartchargingoptimisation');
      assert.deepEqual(advertised.map((endpoint) => endpoint.role).sort(), roles);
      assert.equal((await ask('GET', LIST)).status, roles.length > 0 ? 200 : 404);
    }
  });

  test(`X4 OCPI ${version}: the printed PUT is answered with 400 and the position`, async (t) => {
    const { ask } = await start(t, version);
    const raw = readFileSync(new URL('./fixtures/d42-put.raw.txt', import.meta.url), 'utf8');
    const answer = await ask('PUT', '/receiver/optimisation/FI/TKU/1', raw);
    assert.deepEqual([answer.status, answer.json.status_code], [400, 2001]);
    assert.match(answer.json.status_message ?? '', /line 12, column 5/);
  });
}

test('X1 the identifier takes the prefix of the operator', () => {
  const ids = ocpiModules({ optimisationPrefix: 'NLTNM' }).map((module) => module.id);
  assert.equal(ids.filter((id) => id === 'nltnm-smartchargingoptimisation').length, 2);
});
