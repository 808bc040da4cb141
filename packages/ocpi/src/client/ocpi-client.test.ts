import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../exchange/outcome.ts';
import { done } from '../exchange/outcome.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import {
  chargingProfile,
  clientInfo,
  connector,
  evse,
  location,
  scOptimisation,
  session,
  tariff,
  token,
} from '../model/fixtures/objects.ts';
import type { ChargingPreferences, Location, ScOptimisation, Session, Tariff } from '../model/index.ts';
import { responseUrl } from '../modules/charging-profiles/result-paths.ts';
import { foreignServer } from '../testing/foreign-server.ts';
import { MemoryObjects } from '../testing/memory-ports.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../testing/platforms.ts';
import { ownEndpoint } from '../versions/offer.ts';
import type { CallResult } from './call-result.ts';
import { collect } from './listing.ts';
import { createOcpiClient } from './ocpi-client.ts';
import { reconcileAfterFailedPatch } from './reconcile.ts';

type After = { after(fn: () => Promise<void>): void };
const AGREED = {
  atHost: { agreements: ['smartchargingoptimisation'] },
  atClient: { agreements: ['smartchargingoptimisation'] },
};
const owner = { countryCode: 'FI', partyId: 'TKU' };

/** What every call left behind: the module, the arguments and who called. */
type Seen = [what: string, ...args: unknown[]][];

/** A CPO and an SCSP with all modules of theirs, registered with each other. */
async function pair(t: After, version: OcpiVersion) {
  const seen: Seen = [];
  const callers: Caller[] = [];
  const note =
    <T>(what: string, answer: T) =>
    async (caller: Caller, ...args: unknown[]) => {
      callers.push(caller);
      seen.push([what, ...args]);
      return done(answer);
    };
  const kept = {
    sessions: new MemoryObjects<Session>(),
    tariffs: new MemoryObjects<Tariff>(),
    optimisations: new MemoryObjects<ScOptimisation>(),
    ownLocations: new MemoryObjects<Location>(),
    ownSessions: new MemoryObjects<Session>(),
    ownTariffs: new MemoryObjects<Tariff>(),
    ownOptimisations: new MemoryObjects<ScOptimisation>(),
  };
  const accepted = { result: 'ACCEPTED', timeout: 30 } as const;
  const part = async (caller: Caller, key: { readonly evseUid?: string; readonly connectorId?: string }) => {
    callers.push(caller);
    return done(key.connectorId !== undefined ? connector : key.evseUid !== undefined ? evse : location);
  };
  const scspPorts: OcpiPorts = {
    locations: {
      receiver: { get: part, put: note('putLocation', undefined), patch: note('patchLocation', undefined) },
    },
    sessions: {
      receiver: kept.sessions,
      sender: { setChargingPreferences: note('preferences', 'ACCEPTED' as const) },
    },
    tariffs: { receiver: kept.tariffs },
    tokens: {
      receiver: {
        get: async () => done(token),
        put: note('putToken', undefined),
        patch: note('patchToken', undefined),
      },
    },
    chargingprofiles: {
      sender: {
        profileResult: note('profileResult', undefined),
        clearResult: note('clearResult', undefined),
        activeProfileResult: note('activeProfileResult', undefined),
        activeProfile: note('activeProfile', undefined),
      },
    },
    smartchargingoptimisation: { receiver: kept.optimisations },
    hubclientinfo: {
      receiver: { get: async () => done(clientInfo), put: note('putClientInfo', undefined) },
    },
  };
  const cpoPorts: OcpiPorts = {
    locations: { sender: { list: kept.ownLocations.list, get: part } },
    sessions: {
      sender: {
        list: kept.ownSessions.list,
        setChargingPreferences: note('preferences', 'DEPARTURE_REQUIRED' as const),
      },
    },
    tariffs: { sender: kept.ownTariffs },
    tokens: { sender: { list: async () => done({ items: [token], totalCount: 1 }) } },
    chargingprofiles: {
      receiver: {
        get: note('getProfile', accepted),
        put: note('putProfile', accepted),
        delete: note('deleteProfile', accepted),
      },
    },
    smartchargingoptimisation: { sender: kept.ownOptimisations },
    hubclientinfo: { sender: { list: async () => done({ items: [clientInfo], totalCount: 1 }) } },
  };
  const scsp = await startPlatform({ party: SCSP, ports: scspPorts, limits: { maxPageSize: 3 } });
  const cpo = await startPlatform({
    party: CPO,
    ports: cpoPorts,
    versions: [version],
    limits: { maxPageSize: 3 },
  });
  t.after(async () => {
    await scsp.served.close();
    await cpo.served.close();
  });
  const ids = await registerAt(scsp, cpo, AGREED);
  return {
    scsp,
    cpo,
    seen,
    callers,
    kept,
    toScsp: createOcpiClient(cpo.platform, ids.atClient),
    toCpo: createOcpiClient(scsp.platform, ids.atHost),
  };
}

function assertDone(result: { readonly ok: boolean }): asserts result is { readonly ok: true } {
  assert.ok(result.ok, JSON.stringify(result));
}

async function dataOf<T>(call: Promise<CallResult<unknown>>): Promise<T> {
  const result = await call;
  if (!result.ok) assert.fail(JSON.stringify(result));
  return result.data as T;
}

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`SMC_019 D1.5-§2.3.1.1-TOPc OCPI ${version}: CPO and SCSP work peer to peer, every push of the CPO arrives`, async (t) => {
    const { toScsp, seen, kept, callers } = await pair(t, version);
    const { sessions, tariffs, smartchargingoptimisation: optimisations } = toScsp.receiver;

    const created = await sessions.put(session);
    assertDone(created);
    assert.equal(created.httpStatus, 201);
    assertDone(
      await sessions.patch({ owner, id: session.id }, { kwh: 4, last_updated: session.last_updated }),
    );
    assert.equal((await dataOf<Session>(sessions.get({ owner, id: session.id }))).kwh, 4);
    assert.equal(kept.sessions.objects.size, 1);

    assertDone(await tariffs.put(tariff));
    assert.equal((await dataOf<Tariff>(tariffs.get({ owner, id: 'night' }))).currency, 'EUR');
    assertDone(await tariffs.delete({ owner, id: 'night' }));
    const gone = await tariffs.get({ owner, id: 'night' });
    assert.equal(gone.ok === false && gone.httpStatus, 404);

    assertDone(await optimisations.put(scOptimisation));
    assertDone(
      await optimisations.patch(
        { owner, id: scOptimisation.id },
        { max_power: 50_000, last_updated: scOptimisation.last_updated },
      ),
    );
    const context = await dataOf<ScOptimisation>(optimisations.get({ owner, id: scOptimisation.id }));
    assert.equal(context.max_power, 50_000);
    assertDone(await optimisations.delete({ owner, id: scOptimisation.id }));

    const key = { owner, locationId: 'quay' };
    assertDone(await toScsp.receiver.locations.put(key, location));
    assertDone(await toScsp.receiver.locations.put({ ...key, evseUid: 'quay-3' }, evse));
    assertDone(
      await toScsp.receiver.locations.put({ ...key, evseUid: 'quay-3', connectorId: '1' }, connector),
    );
    const patch = { status: 'CHARGING', last_updated: '2026-11-21T08:10:00Z' } as const;
    assertDone(await toScsp.receiver.locations.patch({ ...key, evseUid: 'quay-3' }, patch));
    assert.equal((await dataOf<{ id: string }>(toScsp.receiver.locations.get(key))).id, 'quay');
    assert.equal(
      (await dataOf<{ uid: string }>(toScsp.receiver.locations.get({ ...key, evseUid: 'quay-3' }))).uid,
      'quay-3',
    );
    assert.equal(seen.filter(([what]) => what.endsWith('Location')).length, 4);

    assertDone(await toScsp.receiver.hubclientinfo.put(clientInfo));
    assert.equal(
      (await dataOf<{ status: string }>(toScsp.receiver.hubclientinfo.get(owner))).status,
      'CONNECTED',
    );
    for (const caller of callers) {
      assert.deepEqual(caller.from, owner);
      assert.equal(caller.version, version);
    }
  });

  test(`D1.5-§2.3.1.1-CPa SMC_014 OCPI ${version}: profile, asynchronous results and active profile go both ways`, async (t) => {
    const { toCpo, toScsp, seen, scsp, callers } = await pair(t, version);
    const endpoint = ownEndpoint(scsp.platform, version, 'chargingprofiles', 'SENDER');
    const url = (kind: Parameters<typeof responseUrl>[1]) => responseUrl(endpoint, kind, 'cb-1');
    const set = { charging_profile: chargingProfile, response_url: url('ChargingProfileResult') };
    const answer = await toCpo.receiver.chargingprofiles.put('s-1001', set);
    assertDone(answer);
    assert.deepEqual(answer.data, { result: 'ACCEPTED', timeout: 30 });
    assertDone(await toCpo.receiver.chargingprofiles.get('s-1001', 900, url('ActiveChargingProfileResult')));
    assertDone(await toCpo.receiver.chargingprofiles.delete('s-1001', url('ClearProfileResult')));
    assert.deepEqual(seen.splice(0), [
      ['putProfile', 's-1001', set],
      ['getProfile', 's-1001', 900, url('ActiveChargingProfileResult')],
      ['deleteProfile', 's-1001', url('ClearProfileResult')],
    ]);

    const active = { start_date_time: '2026-11-21T08:15:00Z', charging_profile: chargingProfile };
    assertDone(await toScsp.sender.chargingprofiles.putActiveProfile('s-1001', active));
    for (const result of [
      { kind: 'ChargingProfileResult', result: { result: 'ACCEPTED' } },
      { kind: 'ClearProfileResult', result: { result: 'UNKNOWN' } },
      { kind: 'ActiveChargingProfileResult', result: { result: 'ACCEPTED', profile: active } },
    ] as const) {
      assertDone(await toScsp.postResult(url(result.kind), result, { correlationId: 'c-1' }));
    }
    assert.deepEqual(seen, [
      ['activeProfile', 's-1001', active],
      ['profileResult', 'cb-1', { result: 'ACCEPTED' }],
      ['clearResult', 'cb-1', { result: 'UNKNOWN' }],
      ['activeProfileResult', 'cb-1', { result: 'ACCEPTED', profile: active }],
    ]);
    assert.equal(callers.at(-1)?.correlationId, 'c-1');
    assert.deepEqual(callers.at(-1)?.from, owner);
    assert.deepEqual(callers.at(-1)?.to, { countryCode: 'NL', partyId: 'SMC' });
  });

  test(`D4.2-T24-SES X39 OCPI ${version}: charging preferences reach the Sessions SENDER of the SCSP and of the CPO`, async (t) => {
    const { toCpo, toScsp, seen } = await pair(t, version);
    const preferences: ChargingPreferences = {
      profile_type: 'GREEN',
      departure_time: '2026-11-21T17:00:00Z',
      energy_need: 12.5,
    };
    const atScsp = await toScsp.sender.sessions.setChargingPreferences('s/1 001', preferences);
    assertDone(atScsp);
    assert.equal(atScsp.data, 'ACCEPTED');
    const atCpo = await toCpo.sender.sessions.setChargingPreferences('s-1001', preferences);
    assertDone(atCpo);
    assert.equal(atCpo.data, 'DEPARTURE_REQUIRED');
    assert.deepEqual(seen, [
      ['preferences', 's/1 001', preferences],
      ['preferences', 's-1001', preferences],
    ]);
  });

  test(`D4.2-§5.1.2.1.1-page D4.2-§5.1.1.2 OCPI ${version}: a pull follows the pages to the end, filtered or not`, async (t) => {
    const { toCpo, kept } = await pair(t, version);
    const minute = (index: number) => `2026-11-21T08:${String(index).padStart(2, '0')}:00Z`;
    for (let index = 10; index < 20; index += 1) {
      const last_updated = minute(index);
      kept.ownOptimisations.objects.set(`${index}`, { ...scOptimisation, id: `c-${index}`, last_updated });
      kept.ownSessions.objects.set(`${index}`, { ...session, id: `s-${index}`, last_updated });
      kept.ownTariffs.objects.set(`${index}`, { ...tariff, id: `t-${index}`, last_updated });
      kept.ownLocations.objects.set(`${index}`, { ...location, id: `l-${index}`, last_updated });
    }
    const ids = Array.from({ length: 10 }, (_, index) => `${index + 10}`);
    const { sender } = toCpo;
    for (const [listing, prefix] of [
      [sender.smartchargingoptimisation.list(), 'c-'],
      [sender.sessions.list(), 's-'],
      [sender.tariffs.list({ limit: 2 }), 't-'],
      [sender.locations.list({ limit: 50 }), 'l-'],
    ] as const) {
      const all = await collect<{ id: string }>(listing);
      assert.equal(all.failure, undefined);
      assert.deepEqual(
        all.objects.map(({ id }) => id),
        ids.map((id) => prefix + id),
      );
    }
    const between = { dateFromMs: Date.parse(minute(12)), dateToMs: Date.parse(minute(17)) };
    const some = await collect(sender.smartchargingoptimisation.list(between));
    assert.deepEqual(
      some.objects.map(({ id }) => id),
      ['c-12', 'c-13', 'c-14', 'c-15', 'c-16'],
    );
    assert.equal((await collect(sender.tokens.list())).objects[0]?.uid, token.uid);
    assert.equal((await collect(sender.hubclientinfo.list())).objects[0]?.status, 'CONNECTED');
    const cut = await collect(sender.tariffs.list({ maxPages: 2 }));
    assert.equal(cut.objects.length, 6);
    assert.match(cut.failure?.detail ?? '', /more than 2 pages/);
  });

  test(`OCPI 2.12-5 ${version}: the endpoint is picked by module and role, not by module alone`, async (t) => {
    const { scsp, cpo, toCpo, kept } = await pair(t, version);
    kept.ownTariffs.objects.set('1', { ...tariff });
    const peer = (await scsp.platform.peers.list())[0]!;
    const decoy = (role: 'SENDER' | 'RECEIVER') => ({
      identifier: 'tariffs',
      role,
      url: `${cpo.platform.baseUrl}/decoy`,
    });
    await scsp.platform.peers.save({ ...peer, endpoints: [decoy('RECEIVER'), ...peer.endpoints] });
    assert.equal((await collect(toCpo.sender.tariffs.list())).objects.length, 1);
    const wrong = await toCpo.receiver.sessions.get({ owner, id: '1' });
    assert.equal(wrong.ok === false && wrong.error, 'no-endpoint');
    assert.match(wrong.ok ? '' : wrong.detail, /offers no sessions as RECEIVER/);
  });

  test(`OCPI 2.12-8 ${version}: requests carry from and to, configuration modules carry none`, async (t) => {
    const { toScsp, cpo } = await pair(t, version);
    const peer = (await cpo.platform.peers.list())[0]!;
    const requests = await foreignServer(t, () => ({ data: [], status_code: 1000, timestamp: 'x' }));
    const endpoints = peer.endpoints.map((endpoint) => ({ ...endpoint, url: requests.url }));
    await cpo.platform.peers.save({ ...peer, endpoints });
    await toScsp.receiver.sessions.put(session);
    await toScsp.receiver.hubclientinfo.put(clientInfo);
    const [put, info] = requests.seen;
    assert.equal(put?.headers['ocpi-from-country-code'], 'FI');
    assert.equal(put?.headers['ocpi-from-party-id'], 'TKU');
    assert.equal(put?.headers['ocpi-to-country-code'], 'NL');
    assert.equal(put?.headers['ocpi-to-party-id'], 'SMC');
    assert.equal(info?.headers['ocpi-from-party-id'], undefined);
    assert.equal(info?.headers['ocpi-to-party-id'], undefined);
    assert.notEqual(put?.headers['x-request-id'], info?.headers['x-request-id']);
    assert.ok(put?.headers['x-correlation-id']);
    assert.equal(
      put?.headers.authorization,
      `Token ${Buffer.from(peer.outboundToken ?? '').toString('base64')}`,
    );
  });
}

test('OCPI 2.12-2 still-alive: the versions of the peer are read with the token it issued', async (t) => {
  const { toCpo, scsp, cpo } = await pair(t, '2.3.0');
  assert.equal((await toCpo.stillAlive()).ok, true);
  const peer = (await scsp.platform.peers.list())[0]!;
  await scsp.platform.peers.save({ ...peer, outboundToken: 'stale' });
  const refused = await toCpo.stillAlive();
  assert.equal(refused.ok === false && refused.httpStatus, 401);
  await cpo.served.close();
  const gone = await toCpo.stillAlive();
  assert.equal(gone.ok === false && gone.error, 'unreachable');
});

test('X40 OCPI PATCH: after a failure the peer is asked what it holds and gets the whole object if it differs', async (t) => {
  const { toScsp, kept } = await pair(t, '2.3.0');
  const key = { owner, id: session.id };
  const calls = toScsp.receiver.sessions;
  const patch = await calls.patch(key, { kwh: 9, last_updated: session.last_updated });
  assert.equal(patch.ok, false);
  const current = { ...session, kwh: 9 };
  const reconcile = () =>
    reconcileAfterFailedPatch(
      () => calls.get(key),
      (theirs) => theirs.kwh === 9,
      () => calls.put(current),
    );
  assert.equal((await reconcile()).ok, true);
  assert.equal([...kept.sessions.objects.values()][0]?.kwh, 9);
  const before = kept.sessions.callers.length;
  assert.equal((await reconcile()).ok, true);
  assert.equal(kept.sessions.callers.length, before + 1, 'what is current is not sent again');
  const down = await reconcileAfterFailedPatch<Session>(
    async () => ({ ok: false, error: 'unreachable', detail: 'down' }),
    () => false,
    () => calls.put(current),
  );
  assert.equal(down.ok, false);
});
