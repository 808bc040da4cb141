import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import { done, refused } from '../exchange/outcome.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import type {
  ChargingProfilesReceiver,
  ChargingProfilesSender,
  SessionsReceiver,
  SessionsSender,
  TokenKey,
  TokensReceiver,
} from '../exchange/ports.ts';
import {
  chargingProfile,
  connector,
  evse,
  location,
  session,
  tariff,
  token,
} from '../model/fixtures/objects.ts';
import { CHARGING_PREFERENCES_RESPONSES, PROFILE_TYPES, type Session, type Tariff } from '../model/index.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { responseUrl } from './charging-profiles/result-paths.ts';
import { patchSession } from './sessions/patch-session.ts';
import { memoryLocations } from './testing/memory-locations.ts';
import { serve } from './testing/served.ts';

const VERSIONS: readonly OcpiVersion[] = ['2.2.1', '2.3.0'];
const LATER = '2026-11-21T08:10:00Z';

/** An object of the internal model as the peer of this version writes it. */
function onWire(kind: 'Session' | 'Tariff' | 'Location', value: never, version: OcpiVersion) {
  const written = codecOf(kind).write(value, { version, unitProfile: 'si', agreements: [] });
  assert.ok(written.ok);
  return written.value as Record<string, unknown>;
}

for (const version of VERSIONS) {
  test(`SMC_014 X38 OCPI ${version} Locations: three levels by PUT and PATCH, read back at each level and by the owner's list`, async (t) => {
    const store = memoryLocations();
    const { ask } = await serve(t, { version, ports: { locations: { receiver: store, sender: store } } });
    const at = '/receiver/locations/FI/TKU/quay';
    assert.equal((await ask('PUT', at, location)).status, 201);
    assert.deepEqual((await ask('GET', at)).json.data, location);
    assert.deepEqual((await ask('GET', `${at}/quay-3/1`)).json.data, connector);
    const charging = { status: 'CHARGING', last_updated: LATER };
    assert.equal((await ask('PATCH', `${at}/quay-3`, charging)).json.status_code, 1000);
    assert.deepEqual((await ask('GET', `${at}/quay-3`)).json.data, { ...evse, ...charging });
    assert.equal(store.stored()?.last_updated, LATER);
    const listed = (await ask('GET', '/sender/locations')).json.data as { last_updated: string }[];
    assert.deepEqual([listed.length, listed[0]?.last_updated], [1, LATER]);
    assert.deepEqual((await ask('GET', '/sender/locations/quay/quay-3/1')).json.data, connector);
    assert.equal((await ask('PATCH', `${at}/quay-3`, { status: 'CHARGING' })).json.status_code, 2001);
    assert.equal((await ask('PUT', `${at}/quay-4`, evse)).json.status_code, 2001);
    assert.equal((await ask('GET', `${at}/quay-9`)).status, 404);
    assert.equal((await ask('DELETE', at)).status, 405);
  });

  test(`D1.5-§2.3.1-SES D1.5-R1-3 OCPI 2.12-9 OCPI ${version} Sessions: PUT, then PATCH appends periods with the state of charge, in the prices of the version`, async (t) => {
    const kept = new MemoryObjects<Session>();
    const receiver: SessionsReceiver = {
      get: kept.get,
      put: kept.put,
      patch: async (caller, key, patch) => {
        const stored = await kept.get(caller, key);
        return stored.ok ? kept.put(caller, key, patchSession(stored.data, patch)) : stored;
      },
    };
    const { ask } = await serve(t, { version, ports: { sessions: { receiver } } });
    const at = '/receiver/sessions/FI/TKU/s-1001';
    const wire = onWire('Session', session as never, version);
    assert.equal((await ask('PATCH', at, { kwh: 4, last_updated: LATER })).status, 404);
    assert.equal((await ask('PUT', at, wire)).status, 201);
    assert.deepEqual((await ask('GET', at)).json.data, wire);
    const next = {
      start_date_time: '2026-11-21T08:00:00Z',
      dimensions: [{ type: 'STATE_OF_CHARGE', volume: 47 }],
    };
    const patch = { kwh: 4.5, charging_periods: [next], last_updated: LATER };
    assert.equal((await ask('PATCH', at, patch)).json.status_code, 1000);
    const after = (await ask('GET', at)).json.data as Record<string, unknown>;
    assert.equal((after.charging_periods as unknown[]).length, 2);
    assert.deepEqual(after.total_cost, wire.total_cost);
  });

  test(`D4.2-T24-SES D4.2-§4.1.1-DEP D1.5-§2.3.1.1-PREFCAP X39 OCPI ${version}: an SCSP serves charging_preferences; an incapable EVSE is HTTP 404 with 2001`, async (t) => {
    const sender = {
      setChargingPreferences: async (
        _caller: unknown,
        sessionId: string,
        wish: { departure_time?: string },
      ) => {
        if (sessionId === 'incapable')
          return refused('foreignParty', 'The EVSE is not CHARGING_PREFERENCES_CAPABLE.');
        return done(
          wish.departure_time === undefined ? ('DEPARTURE_REQUIRED' as const) : ('ACCEPTED' as const),
        );
      },
    };
    const { ask } = await serve(t, { version, ports: { sessions: { sender } } });
    const put = (id: string, body: unknown) =>
      ask('PUT', `/sender/sessions/${id}/charging_preferences`, body);
    const wish = { profile_type: 'CHEAP', departure_time: '2026-11-21T16:00:00', energy_need: 20 };
    assert.equal((await put('s-1001', wish)).json.data, 'ACCEPTED');
    assert.equal((await put('s-1001', { profile_type: 'FAST' })).json.data, 'DEPARTURE_REQUIRED');
    const incapable = await put('incapable', wish);
    assert.deepEqual([incapable.status, incapable.json.status_code], [404, 2001]);
    assert.equal((await put('s-1001', { ...wish, profile_type: 'SLOW' })).json.status_code, 2001);
    assert.equal((await put('s-1001', { departure_time: LATER })).json.status_code, 2001);
    assert.equal((await ask('GET', '/sender/sessions?date_from=2026-01-01T00:00:00Z')).status, 405);
  });

  test(`D1.5-§2.3.1.1-PREF-profile_type D1.5-§2.3.1.1-PREF-departure_time D1.5-§2.3.1.1-PREF-energy_need D1.5-§2.3.1.1-PREF-discharge_allowed OCPI ${version}: every preference arrives, every answer travels back`, async (t) => {
    const wishes: unknown[] = [];
    const sender: SessionsSender = {
      setChargingPreferences: async (_caller, sessionId, wish) => {
        wishes.push(wish);
        return done(
          CHARGING_PREFERENCES_RESPONSES.find((response) => response === sessionId) ?? 'NOT_POSSIBLE',
        );
      },
    };
    const { ask } = await serve(t, { version, ports: { sessions: { sender } } });
    const put = (id: string, body: unknown) =>
      ask('PUT', `/sender/sessions/${id}/charging_preferences`, body);
    const full = { departure_time: '2026-11-21T16:00:00Z', energy_need: 20.5, discharge_allowed: true };
    for (const profile_type of PROFILE_TYPES) {
      for (const response of CHARGING_PREFERENCES_RESPONSES) {
        assert.equal((await put(response, { profile_type, ...full })).json.data, response);
        assert.deepEqual(wishes.at(-1), { profile_type, ...full });
      }
    }
    await put('ACCEPTED', { profile_type: 'REGULAR' });
    assert.deepEqual(wishes.at(-1), { profile_type: 'REGULAR' });
    for (const [field, wrong] of [
      ['departure_time', '2026-11-21T16:00:00+01:00'],
      ['energy_need', -1],
      ['discharge_allowed', 'yes'],
      ['profile_type', 'cheap'],
    ] as const) {
      const answer = await put('ACCEPTED', { profile_type: 'CHEAP', [field]: wrong });
      assert.equal(answer.json.status_code, 2001, field);
      assert.ok(answer.json.status_message?.includes(field), answer.text);
    }
  });

  test(`OCPI ${version} Sessions list: date_from is required`, async (t) => {
    const store = new MemoryObjects<Session>();
    store.objects.set('s', session);
    const sender = { list: store.list, setChargingPreferences: async () => done('ACCEPTED' as const) };
    const { ask } = await serve(t, { version, ports: { sessions: { sender } } });
    assert.equal((await ask('GET', '/sender/sessions')).json.status_code, 2001);
    const listed = await ask('GET', '/sender/sessions?date_from=2026-01-01T00:00:00Z');
    assert.deepEqual(listed.json.data, [onWire('Session', session as never, version)]);
  });

  test(`SMC_014 OCPI ${version} Tariffs: PUT, GET, DELETE, no PATCH; prices in the words of the version`, async (t) => {
    const store = new MemoryObjects<Tariff>();
    const { ask } = await serve(t, { version, ports: { tariffs: { receiver: store, sender: store } } });
    const at = '/receiver/tariffs/FI/TKU/night';
    const wire = onWire('Tariff', tariff as never, version);
    assert.equal((await ask('PUT', at, wire)).status, 201);
    assert.deepEqual((await ask('GET', at)).json.data, wire);
    assert.deepEqual((await ask('GET', '/sender/tariffs')).json.data, [wire]);
    assert.deepEqual(store.objects.get('FI-TKU/NIGHT'), tariff);
    assert.equal((await ask('PATCH', at, { last_updated: LATER })).status, 405);
    assert.equal((await ask('DELETE', at)).json.status_code, 1000);
    assert.equal((await ask('GET', at)).status, 404);
  });

  test(`D1.5-§2.3.1-TOK OCPI ${version} Tokens: the key is uid and type, RFID by default`, async (t) => {
    const keys: TokenKey[] = [];
    const receiver: TokensReceiver = {
      get: async (_caller, key) => {
        keys.push(key);
        return done(token);
      },
      put: async (_caller, key) => {
        keys.push(key);
        return done(undefined, true);
      },
      patch: async (_caller, key) => {
        keys.push(key);
        return done(undefined);
      },
    };
    const { ask } = await serve(t, { version, ports: { tokens: { receiver } } });
    const mine = { ...token, country_code: 'FI', party_id: 'TKU' };
    const at = '/receiver/tokens/FI/TKU/04A2B1C3';
    assert.equal((await ask('PUT', at, mine)).status, 201);
    assert.equal((await ask('PUT', `${at}?type=APP_USER`, { ...mine, type: 'APP_USER' })).status, 201);
    assert.equal((await ask('PUT', at, { ...mine, type: 'APP_USER' })).status, 201);
    assert.equal((await ask('PATCH', at, { valid: false, last_updated: LATER })).json.status_code, 1000);
    assert.deepEqual((await ask('GET', at)).json.data, token);
    assert.deepEqual(
      keys.map((key) => key.type),
      ['RFID', 'APP_USER', 'APP_USER', 'RFID', 'RFID'],
    );
    assert.equal((await ask('PUT', `${at}?type=OTHER`, mine)).json.status_code, 2001);
    assert.equal((await ask('PATCH', at, { valid: false })).json.status_code, 2001);
  });

  test(`SC13 OCPI 2.12-13 OCPI ${version} ChargingProfiles, CPO side: one object as answer, an unknown session is UNKNOWN_SESSION with 1000`, async (t) => {
    const calls: unknown[] = [];
    const answer = (sessionId: string) =>
      done({
        result: sessionId === 's-1001' ? ('ACCEPTED' as const) : ('UNKNOWN_SESSION' as const),
        timeout: 30,
      });
    const receiver: ChargingProfilesReceiver = {
      get: async (_caller, sessionId, durationS, url) => {
        calls.push(['get', durationS, url]);
        return answer(sessionId);
      },
      put: async (_caller, sessionId, request) => {
        calls.push(['put', request]);
        return answer(sessionId);
      },
      delete: async (_caller, sessionId, url) => {
        calls.push(['delete', url]);
        return answer(sessionId);
      },
    };
    const { ask } = await serve(t, { version, ports: { chargingprofiles: { receiver } } });
    const at = (id: string) => `/receiver/chargingprofiles/${id}`;
    const url = 'http://127.0.0.1:9/results/1';
    const query = `response_url=${encodeURIComponent(url)}`;
    const request = { charging_profile: chargingProfile, response_url: url };
    assert.deepEqual((await ask('PUT', at('s-1001'), request)).json.data, {
      result: 'ACCEPTED',
      timeout: 30,
    });
    for (const [method, target, body] of [
      ['PUT', at('s-9'), request],
      ['GET', `${at('s-9')}?duration=900&${query}`, undefined],
      ['DELETE', `${at('s-9')}?${query}`, undefined],
    ] as const) {
      const { status, json } = await ask(method, target, body);
      assert.deepEqual(
        [status, json.status_code, json.data],
        [200, 1000, { result: 'UNKNOWN_SESSION', timeout: 30 }],
      );
    }
    assert.deepEqual(calls, [
      ['put', request],
      ['put', request],
      ['get', 900, url],
      ['delete', url],
    ]);
    assert.equal((await ask('GET', `${at('s-1001')}?${query}`)).json.status_code, 2001);
    const negative = { ...chargingProfile, charging_profile_period: [{ start_period: 0, limit: -5000 }] };
    const refusal = await ask('PUT', at('s-1001'), { ...request, charging_profile: negative });
    assert.equal(refusal.json.status_code, 2001);
    assert.match(refusal.json.status_message ?? '', /charging_profile_period\/0\/limit must not be below 0/);
  });

  test(`D1.5-§2.3.1.1-CPc D1.5-§2.3.1.1-CPd OCPI ${version} ChargingProfiles, SCSP side: every kind of result has a path of its own`, async (t) => {
    const calls: unknown[] = [];
    const record =
      (kind: string) =>
      async (_caller: unknown, id: string, body: unknown): Promise<ReturnType<typeof done<undefined>>> => {
        calls.push([kind, id, body]);
        return done(undefined);
      };
    const sender: ChargingProfilesSender = {
      profileResult: record('profile'),
      clearResult: record('clear'),
      activeProfileResult: record('active result'),
      activeProfile: record('active'),
    };
    const { ask } = await serve(t, { version, ports: { chargingprofiles: { sender } } });
    const path = (kind: Parameters<typeof responseUrl>[1]) =>
      responseUrl('/sender/chargingprofiles/', kind, 'a1-b2');
    const active = { start_date_time: LATER, charging_profile: chargingProfile };
    const bare = { result: 'REJECTED' };
    const answers = [
      await ask('POST', path('ChargingProfileResult'), bare),
      await ask('POST', path('ClearProfileResult'), bare),
      await ask('POST', path('ActiveChargingProfileResult'), { result: 'ACCEPTED', profile: active }),
      await ask('PUT', '/sender/chargingprofiles/s-1001', active),
    ];
    assert.deepEqual(
      answers.map((answer) => [answer.status, answer.json.status_code]),
      answers.map(() => [200, 1000]),
    );
    assert.deepEqual(calls, [
      ['profile', 'a1-b2', bare],
      ['clear', 'a1-b2', bare],
      ['active result', 'a1-b2', { result: 'ACCEPTED', profile: active }],
      ['active', 's-1001', active],
    ]);
    assert.equal(
      (await ask('POST', path('ChargingProfileResult'), { result: 'MAYBE' })).json.status_code,
      2001,
    );
  });

  test(`D1.5-R4-1 X56 OCPI ${version}: V2G fields of a profile need the agreement v2x`, async (t) => {
    const seen: unknown[] = [];
    const sender = {
      activeProfile: async (
        _caller: unknown,
        _id: string,
        body: { charging_profile: { charging_profile_period?: unknown } },
      ) => {
        seen.push(body.charging_profile.charging_profile_period);
        return done(undefined);
      },
    } as unknown as ChargingProfilesSender;
    const period = { start_period: 0, limit: 0, discharge_limit: 7000, setpoint: -5000 };
    const body = {
      start_date_time: LATER,
      charging_profile: { charging_rate_unit: 'W', charging_profile_period: [period] },
    };
    for (const agreements of [['v2x'], []]) {
      const { ask } = await serve(t, { version, ports: { chargingprofiles: { sender } }, agreements });
      assert.equal((await ask('PUT', '/sender/chargingprofiles/s-1001', body)).json.status_code, 1000);
    }
    assert.deepEqual(seen, [[period], [{ start_period: 0, limit: 0 }]]);
  });

  test(`SMC_014 OCPI ${version}: only what has a port is advertised, with its role`, async (t) => {
    const { ask } = await serve(t, {
      version,
      ports: { sessions: { receiver: new MemoryObjects<Session>() } },
    });
    const { endpoints } = (await ask('GET', '')).json.data as {
      endpoints: { identifier: string; role: string }[];
    };
    const functional = endpoints.filter((endpoint) => endpoint.identifier !== 'credentials');
    assert.deepEqual(
      functional.map(({ identifier, role }) => [identifier, role]),
      [['sessions', 'RECEIVER']],
    );
  });
}
