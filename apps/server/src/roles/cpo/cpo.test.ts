import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ChargingProfile,
  collect,
  commandResponseUrl,
  done,
  ownEndpoint,
  responseUrl,
} from '@smac/ocpi';
import type { CommandExecutor, ProfileExecutor } from './executors.ts';
import { PROFILES_AGREEMENT } from './rooms.ts';
import { cpoRigs, NOW_MS, ownSession } from './testing/cpo-rig.ts';
import { card, EMSP, emsp, quietHubClientInfo, SCSP } from './testing/emsp.ts';

const cpoRig = cpoRigs();

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`BI11 BI17 SC4 OCPI ${version} a roaming session from the token to the CDR: push, authorise, start, session, stop, bill`, async (t) => {
    const started: unknown[] = [];
    const commands: Partial<CommandExecutor> = {
      start: async ({ place, token }) => {
        started.push([place.stationId, place.evseId, token.uid]);
        return { result: 'ACCEPTED' };
      },
      stop: async (sessionId) => {
        started.push(sessionId);
        return { result: 'ACCEPTED' };
      },
    };
    const rig = await cpoRig(t, { commands });
    const { heard, ports } = emsp();
    const them = await rig.other(EMSP, ports, { version });
    const { receiver, sender } = them.client;
    await rig.billing.tariffs.draft(
      {
        id: 'day',
        currency: 'EUR',
        tax_included: 'NO',
        elements: [{ price_components: [{ type: 'ENERGY', price: 0.4, vat: 25.5, step_size: 1 }] }],
      },
      [{}],
      'key:ann',
    );
    assert.ok((await rig.billing.tariffs.approve('day', 1, undefined, 'key:ben')).ok);
    const tariffs = await collect(sender.tariffs.list());
    assert.deepEqual(
      tariffs.objects.map(({ id }) => id),
      ['day'],
    );
    const locations = await collect(sender.locations.list());
    assert.deepEqual(locations.objects[0]?.evses?.[0]?.connectors[0]?.tariff_ids, ['day']);
    const connector = await sender.locations.get({ locationId: 'QUAY', evseUid: 'quay-1', connectorId: '1' });
    assert.ok(connector.ok);

    assert.ok((await receiver.tokens.put(card('04TNM00001', { whitelist: 'NEVER' }))).ok);
    assert.ok((await receiver.tokens.put(card('04TNM0000B', { whitelist: 'NEVER' }))).ok);
    const at = { stationId: 'st-1', evseId: 1 };
    const allowed = await rig.tokens.authorise({ uid: '04TNM00001', type: 'ISO14443' }, at);
    assert.deepEqual(
      [allowed.status, allowed.method, allowed.reference],
      ['Accepted', 'AUTH_REQUEST', 'auth-7'],
    );
    assert.equal((await rig.tokens.authorise({ uid: '04TNM0000B', type: 'ISO14443' }, at)).status, 'Blocked');

    const endpoint = ownEndpoint(them.platform, version, 'commands', 'SENDER');
    const response_url = commandResponseUrl(endpoint, 'START_SESSION', 'cb-1');
    const place = { location_id: 'quay', evse_uid: 'quay-1' };
    const start = await receiver.commands.startSession({
      response_url,
      token: card('app-1', { type: 'APP_USER' }),
      ...place,
    });
    assert.deepEqual(start.ok && start.data.result, 'ACCEPTED');
    await rig.activity.idle();
    assert.deepEqual(started, [['st-1', 1, 'app-1']]);
    assert.deepEqual(heard.results, [['START_SESSION', 'cb-1', { result: 'ACCEPTED' }]]);

    const session = ownSession('s-1', { country: 'NL', party: 'TNM' });
    assert.ok((await rig.sites.putSession(rig.network.owner, session)).ok);
    rig.cpo.sessionChanged(session);
    rig.cpo.sessionChanged(ownSession('s-2', { country: 'DE', party: 'ALL' }));
    await rig.activity.idle();
    assert.deepEqual(heard.sessions, [session]);
    const more = { kwh: 2, last_updated: new Date(NOW_MS + 1000).toISOString() };
    rig.cpo.sessionChanged({ ...session, ...more });
    await rig.activity.idle();
    assert.deepEqual([heard.sessions.length, heard.patches], [1, [more]]);
    const listed = await collect(sender.sessions.list({ dateFromMs: NOW_MS - 1000 }));
    assert.deepEqual(listed.objects, [session]);

    const unknown = await receiver.commands.stopSession({ response_url, session_id: 'nobody' });
    assert.deepEqual(unknown.ok && unknown.data.result, 'UNKNOWN_SESSION');
    const stop = await receiver.commands.stopSession({ response_url, session_id: 's-1' });
    assert.deepEqual(stop.ok && stop.data.result, 'ACCEPTED');
    await rig.activity.idle();
    assert.deepEqual(started.at(-1), 's-1');

    const location = await rig.network.locations();
    const closed = await rig.billing.cdrs.closeSession({
      sessionId: 's-1',
      startMs: NOW_MS - 60_000,
      endMs: NOW_MS + 3_540_000,
      usage: [
        {
          startMs: NOW_MS - 60_000,
          endMs: NOW_MS + 3_540_000,
          activity: 'charging',
          importedWh: 11_000,
          exportedWh: 0,
        },
      ],
      location: location[0]!,
      evseUid: 'quay-1',
      connectorId: '1',
      token: session.cdr_token,
      authMethod: 'AUTH_REQUEST',
      authorizationReference: 'auth-7',
    });
    assert.ok(closed.ok, JSON.stringify(closed));
    await rig.activity.idle();
    assert.equal(heard.cdrs.length, 1);
    assert.equal(heard.cdrs[0]?.id, closed.data.id);
    const pulled = await collect(sender.cdrs.list());
    assert.deepEqual(
      pulled.objects.map(({ id }) => id),
      [closed.data.id],
    );
    const delivery = await rig.store.db.selectFrom('cdr_delivery').selectAll().executeTakeFirst();
    assert.deepEqual([delivery?.peer_id, delivery?.problem], [them.peerId, null]);
    assert.match(delivery?.location ?? '', /cdrs/);
    assert.equal(rig.lines.join('\n').includes('04TNM'), false);
  });
}

test('D1.5-§2.3.1-CDR T-LEAK a party sees neither CDRs nor sessions of another, and no card that is not its own', async (t) => {
  const rig = await cpoRig(t);
  const them = await rig.other(EMSP, emsp().ports);
  const planner = await rig.other(
    SCSP,
    { hubclientinfo: { receiver: quietHubClientInfo } },
    { agreements: [PROFILES_AGREEMENT] },
  );
  const stranger = await rig.other(
    { ...SCSP, partyId: 'XXX' },
    { hubclientinfo: { receiver: quietHubClientInfo } },
  );
  const session = ownSession('s-1', { country: 'DE', party: 'ALL' });
  await rig.sites.putSession(rig.network.owner, session);
  const seen = async (one: typeof them) =>
    (await collect(one.client.sender.sessions.list({ dateFromMs: 0 }))).objects.map(
      ({ cdr_token }) => cdr_token.uid,
    );
  assert.deepEqual(await seen(them), []);
  assert.deepEqual(await seen(stranger), []);
  assert.deepEqual(await seen(planner), ['****99AB']);
  assert.deepEqual((await collect(them.client.sender.cdrs.list())).objects, []);
  const foreign = await them.client.receiver.tokens.get({
    owner: { countryCode: 'DE', partyId: 'ALL' },
    uid: '04C0FFEE99AB',
    type: 'RFID',
  });
  assert.equal(foreign.ok, false);
});

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`SC13 D1.5-§2.3.1.1-CPa D1.5-§2.3.1.1-CPb D1.5-§2.3.1.1-CPc D1.5-§2.3.1.1-CPd D1.5-§2.3.1.1-MIX OCPI ${version}: a foreign SCSP sets, reads and clears a profile; a second one is rejected; changes are told to the setter only`, async (t) => {
    const calls: unknown[] = [];
    const active = {
      start_date_time: new Date(NOW_MS).toISOString(),
      charging_profile: {
        charging_rate_unit: 'W' as const,
        charging_profile_period: [{ start_period: 0, limit: 7000 }],
      },
    };
    const profiles: ProfileExecutor = {
      set: async (sessionId, profile) => {
        calls.push(['set', sessionId, profile]);
        return 'ACCEPTED';
      },
      clear: async (sessionId) => {
        calls.push(['clear', sessionId]);
        return 'ACCEPTED';
      },
      resume: async () => {},
      active: async (_sessionId, durationS) => {
        calls.push(['active', durationS]);
        return active;
      },
    };
    const rig = await cpoRig(t, { profiles });
    const heard: unknown[] = [];
    const hear = (kind: string) => async (_caller: unknown, id: string, body: unknown) => {
      heard.push([kind, id, body]);
      return done(undefined);
    };
    const sender = {
      profileResult: hear('profile'),
      clearResult: hear('clear'),
      activeProfileResult: hear('active result'),
      activeProfile: hear('active'),
    };
    const agreements = [PROFILES_AGREEMENT];
    const scsp = await rig.other(SCSP, { chargingprofiles: { sender } }, { version, agreements });
    const second = await rig.other(
      { ...SCSP, partyId: 'TWO' },
      { chargingprofiles: { sender } },
      { version, agreements },
    );
    const stranger = await rig.other(
      { ...SCSP, partyId: 'XXX' },
      { chargingprofiles: { sender } },
      { version },
    );
    await rig.sites.putSession(rig.network.owner, ownSession('s-1', { country: 'DE', party: 'ALL' }));
    const profile: ChargingProfile = {
      charging_rate_unit: 'W',
      charging_profile_period: [{ start_period: 0, limit: 11000 }],
    };
    const url = (of: typeof scsp, kind: Parameters<typeof responseUrl>[1]) =>
      responseUrl(ownEndpoint(of.platform, version, 'chargingprofiles', 'SENDER'), kind, 'cb');
    const set = async (of: typeof scsp, sessionId = 's-1') => {
      const answer = await of.client.receiver.chargingprofiles.put(sessionId, {
        charging_profile: profile,
        response_url: url(of, 'ChargingProfileResult'),
      });
      await rig.activity.idle();
      return answer.ok && answer.data.result;
    };
    rig.cpo.activeChanged('s-1');
    await rig.activity.idle();
    assert.deepEqual([heard, calls], [[], []]);
    assert.equal(await set(stranger), 'REJECTED');
    assert.equal(await set(scsp, 's-9'), 'UNKNOWN_SESSION');
    assert.equal(await set(scsp), 'ACCEPTED');
    assert.equal(await set(second), 'REJECTED');
    assert.deepEqual(calls, [['set', 's-1', profile]]);
    assert.deepEqual(heard, [['profile', 'cb', { result: 'ACCEPTED' }]]);
    rig.cpo.activeChanged('S-1');
    await rig.activity.idle();
    assert.deepEqual(heard.at(-1), ['active', 'S-1', active]);
    const read = await scsp.client.receiver.chargingprofiles.get(
      's-1',
      900,
      url(scsp, 'ActiveChargingProfileResult'),
    );
    assert.deepEqual(read.ok && read.data.result, 'ACCEPTED');
    await rig.activity.idle();
    assert.deepEqual(heard.at(-1), ['active result', 'cb', { result: 'ACCEPTED', profile: active }]);
    await scsp.client.receiver.chargingprofiles.delete('s-1', url(scsp, 'ClearProfileResult'));
    await rig.activity.idle();
    assert.deepEqual(heard.at(-1), ['clear', 'cb', { result: 'ACCEPTED' }]);
    const count = heard.length;
    rig.cpo.activeChanged('s-1');
    await rig.activity.idle();
    assert.equal(heard.length, count);
    assert.equal(await set(second), 'ACCEPTED');
  });
}
