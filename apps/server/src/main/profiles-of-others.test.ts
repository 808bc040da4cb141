/** A smart charging provider on real OCPI, a station on a real OCPP socket, this server between them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  type ActiveChargingProfile,
  type ChargingProfile,
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  done,
  MemoryPeerStore,
  type OcpiClient,
  type OcpiPlatform,
  ownEndpoint,
  responseUrl,
  serveNode,
  silentLog,
} from '@smac/ocpi';
import { systemClock } from '../time/clock.ts';
import { type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { provider as mobilityProvider } from './testing/provider.ts';
import { cookieIn, type Fields, PASSWORD, plainCall } from './testing/signed-in.ts';

let server: OwnServer;
let provider: { readonly platform: OcpiPlatform; close(): Promise<void> };
let client: OcpiClient;
let peerId = '';
const results: [kind: string, id: string, body: { readonly result: string; readonly profile?: unknown }][] =
  [];
const pushed: [sessionId: string, profile: ActiveChargingProfile][] = [];

before(async () => {
  server = await ownServer({ SMAC_OCPI_ALLOW_PRIVATE: 'true' });
  provider = await smartChargingProvider();
  const invitation = await server.scsp.parties.invite({ role: 'SCSP', country: 'NL', party: 'SMC' });
  assert.ok(invitation.ok);
  peerId = invitation.data.peerId;
  const made = await createRegistrar(provider.platform).register(invitation.data, {
    name: 'SMAC',
    parties: [],
    allowPrivateAddresses: true,
  });
  assert.ok(made.ok, JSON.stringify(made));
  client = createOcpiClient(provider.platform, made.data.id);
});
after(async () => {
  await provider?.close();
  await server?.close();
});

async function smartChargingProvider() {
  let platform: OcpiPlatform | undefined;
  const hear = (kind: string) => async (_caller: unknown, id: string, body: { readonly result: string }) => {
    results.push([kind, id, body]);
    return done(undefined);
  };
  const served = await serveNode((origin) => {
    platform = {
      baseUrl: `${origin}/ocpi`,
      parties: [{ countryCode: 'NL', partyId: 'SMC', role: 'SCSP', businessDetails: { name: 'SMC' } }],
      peers: new MemoryPeerStore(),
      clock: systemClock,
      randomBytes,
      log: silentLog,
      http: createHttpCaller(),
      ports: {
        chargingprofiles: {
          sender: {
            profileResult: hear('set'),
            clearResult: hear('clear'),
            activeProfileResult: hear('read'),
            activeProfile: async (_caller, sessionId, profile) => {
              pushed.push([sessionId, profile]);
              return done(undefined);
            },
          },
        },
      },
    };
    return createOcpiHandler(platform);
  });
  return { platform: platform!, close: () => served.close() };
}

const url = (kind: Parameters<typeof responseUrl>[1], id: string) =>
  responseUrl(ownEndpoint(provider.platform, '2.3.0', 'chargingprofiles', 'SENDER'), kind, id);

const limited = (limit: number, unit: 'A' | 'W' = 'W', duration = 3_600): ChargingProfile => ({
  start_date_time: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
  duration,
  charging_rate_unit: unit,
  charging_profile_period: [{ start_period: 0, limit }],
});

async function set(sessionId: string, charging_profile: ChargingProfile, id: string): Promise<string> {
  const answer = await client.receiver.chargingprofiles.put(sessionId, {
    charging_profile,
    response_url: url('ChargingProfileResult', id),
  });
  assert.ok(answer.ok, JSON.stringify(answer));
  if (answer.data.result !== 'ACCEPTED') return answer.data.result;
  return until(() => results.find(([kind, of]) => kind === 'set' && of === id)?.[2].result);
}

async function session(station: Played) {
  return until(async () => {
    const { stationId } = station;
    const [transaction] = await server.backOffice.transactions.list({ stationId, state: 'active' });
    const known = transaction && (await server.sites.session({ peerId: 'own', sessionId: transaction.id }));
    return known?.sessionId;
  });
}

/** The limits of the newest profile for the transaction, in A. */
function lastLimits(station: Played): readonly number[] {
  const [schedule] = [station.profiles('TxProfile').at(-1)?.chargingSchedule].flat() as {
    chargingRateUnit: string;
    chargingSchedulePeriod: { limit: number }[];
  }[];
  return schedule?.chargingSchedulePeriod.map(({ limit }) => limit) ?? [];
}

test('D1.5-§2.3.1.1-TOPa a provider without the agreement sets nothing', async () => {
  const station = await server.play('2.0.1', 'others-none');
  await station.boot();
  await station.start();
  assert.equal(await set(await session(station), limited(5_000), 'stranger'), 'REJECTED');
  await station.stop(0);
  assert.ok((await server.scsp.parties.setAgreements(peerId, ['charging_profiles'])).ok);
});

for (const version of ['1.6', '2.1'] as const) {
  test(`SC13 SC14 D1.5-§2.3.1.1-MIX ${version}: a profile of a provider reaches the station by OCPP below the site's limit; its result, what is in force and every change come back by OCPI`, {
    timeout: 300_000,
  }, async () => {
    const station = await server.play(version, `others-${version}`);
    await station.boot();
    await station.start();
    const sessionId = await session(station);
    await until(() => station.profiles('TxProfile').length > 0);

    assert.equal(await set(sessionId, limited(8, 'A'), `set-${version}`), 'ACCEPTED');
    assert.deepEqual(lastLimits(station).slice(0, 1), [8]);
    const row = await server.store.db
      .selectFrom('cpo_profile')
      .select(['peer_id', 'party_id'])
      .where('session_id', '=', sessionId.toLowerCase())
      .executeTakeFirst();
    assert.deepEqual(row, { peer_id: peerId, party_id: 'SMC' });

    // Planning leaves the session alone.
    const [context] = (await server.sites.contexts()).filter(({ id }) => /supply/.test(id));
    assert.ok(context);
    await server.planning.planNow(context.id);
    await server.activity.idle();
    const count = station.profiles('TxProfile').length;
    await server.planning.planNow(context.id);
    await server.activity.idle();
    assert.equal(station.profiles('TxProfile').length, count);

    // Asked for, what is in force is read.
    const read = await client.receiver.chargingprofiles.get(
      sessionId,
      900,
      url('ActiveChargingProfileResult', `read-${version}`),
    );
    assert.deepEqual(read.ok && read.data.result, 'ACCEPTED');
    const found = await until(() =>
      results.find(([kind, of]) => kind === 'read' && of === `read-${version}`),
    );
    const active = found[2].profile as ActiveChargingProfile;
    assert.ok(Math.abs((active.charging_profile.charging_profile_period?.[0]?.limit ?? 0) - 5_520) <= 70);

    // The grid operator's limit always wins, and the provider is told.
    const before = pushed.length;
    const limit = [{ startMs: Date.now() - 60_000, durationMs: 3_600_000, value: 4_200 }];
    await server.sites.putSeries(context.id, 'cap', limit, { source: 'dso' });
    const [, told] = await until(() =>
      pushed
        .slice(before)
        .find(
          ([id, profile]) =>
            id === sessionId && (profile.charging_profile.charging_profile_period?.[0]?.limit ?? 0) <= 4_200,
        ),
    );
    assert.equal(told.charging_profile.charging_rate_unit, 'W');
    assert.ok((lastLimits(station)[0] ?? 99) <= 6.1);
    await server.sites.putSeries(context.id, 'cap', [], { source: 'dso' });
    await until(() => lastLimits(station)[0] === 8);

    // Taken back: the plan rules again.
    const cleared = await client.receiver.chargingprofiles.delete(
      sessionId,
      url('ClearProfileResult', `clear-${version}`),
    );
    assert.deepEqual(cleared.ok && cleared.data.result, 'ACCEPTED');
    await until(() => results.find(([kind, of]) => kind === 'clear' && of === `clear-${version}`));
    await until(() => lastLimits(station)[0] !== 8);

    // What the station refuses is refused.
    station.answers.SetChargingProfile = { status: 'Rejected' };
    assert.equal(await set(sessionId, limited(4_500), `refused-${version}`), 'REJECTED');
    station.answers.SetChargingProfile = { status: 'Accepted' };
    await station.stop(0);
    await until(
      async () => (await server.sites.session({ peerId: 'own', sessionId }))?.status === 'COMPLETED',
    );
    assert.equal(await set(sessionId, limited(4_500), `over-${version}`), 'UNKNOWN_SESSION');
  });
}

test('D1.5-R4-2: a provider outranks this operator: its profile takes the place of one that a person set by hand, which the station is told to let go of; priority charging of the driver stays', {
  timeout: 300_000,
}, async () => {
  const station = await server.play('2.1', 'others-ranks');
  await station.boot();
  const ref = await station.start();
  const sessionId = await session(station);
  await until(() => station.profiles('TxProfile').length > 0);
  const byHand = (id: number, chargingProfilePurpose: string) => {
    const startSchedule = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
    return server.stations.call(
      station.stationId,
      'SetChargingProfile',
      {
        evseId: 1,
        chargingProfile: {
          id,
          stackLevel: 1,
          chargingProfilePurpose,
          chargingProfileKind: 'Absolute',
          ...(chargingProfilePurpose === 'TxProfile' ? { transactionId: ref } : {}),
          chargingSchedule: [
            {
              id,
              startSchedule,
              duration: 3_600,
              chargingRateUnit: 'A',
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 7 }],
            },
          ],
        },
      },
      { actor: 'key:operator' },
    );
  };
  const held = () => server.backOffice.handMade.of(station.stationId).map(({ profile }) => profile.id);
  assert.equal((await byHand(900, 'TxProfile')).kind, 'result');
  await until(() => held().includes(900));
  assert.equal(await set(sessionId, limited(9, 'A'), 'ranks'), 'ACCEPTED');
  assert.deepEqual(held(), []);
  const cleared = station.heard.findLast(({ action }) => action === 'ClearChargingProfile');
  assert.equal(cleared?.payload.chargingProfileId, 900);
  assert.deepEqual(lastLimits(station).slice(0, 1), [9]);

  assert.equal((await byHand(901, 'PriorityCharging')).kind, 'result');
  await until(() => held().includes(901));
  assert.equal(await set(sessionId, limited(8, 'A'), 'below-the-driver'), 'REJECTED');
  assert.deepEqual(held(), [901]);
  await station.stop(0);
});

test('D1.5-R2-2 D1.5-§1.1-2 Emma chooses in the app who plans her charges: only that party sets profiles for her, she switches at once and as often as she likes, and takes her data along', {
  timeout: 300_000,
}, async (t) => {
  const other = await mobilityProvider({ countryCode: 'DE', partyId: 'EMP' });
  t.after(() => other.close());
  await other.join(server);
  assert.ok((await server.scsp.parties.setAgreements(other.peerId(), ['charging_profiles'])).ok);
  const station = await server.play('2.0.1', 'others-chosen');
  await station.boot();

  const entry = await plainCall<{ csrfToken: string }>(`${server.url}/api/drivers/sign-up`, 'POST', {
    email: 'emma@example.org',
    password: PASSWORD,
  });
  const headers = { cookie: cookieIn(entry), 'x-csrf-token': entry.json.csrfToken };
  const emma = <T = Fields>(method: string, path: string, body?: unknown) =>
    plainCall<T>(`${server.url}/api/drivers/me${path}`, method, body, headers);
  const choose = (provider: string) => emma('PUT', '/provider', { provider });
  const charging = async () => {
    const place = { locationId: 'LOC1', evseUid: station.evseUid };
    assert.deepEqual((await emma('POST', '/charging', place)).json, { accepted: true });
    const asked = station.heard.findLast(({ action }) => action === 'RequestStartTransaction')!;
    await station.start((asked.payload.idToken as { idToken: string }).idToken);
    return session(station);
  };
  const plannedBy = async (sessionId: string) =>
    (
      await emma<{ provider: { chosen: string; name: string | null; setBy: string | null } }>(
        'GET',
        `/sessions/${sessionId}/plan`,
      )
    ).json.provider;
  const byEmp = async (sessionId: string) => {
    const answer = await other.client().receiver.chargingprofiles.put(sessionId, {
      charging_profile: limited(7, 'A'),
      response_url: responseUrl(
        ownEndpoint(other.platform, '2.3.0', 'chargingprofiles', 'SENDER'),
        'ChargingProfileResult',
        'emp',
      ),
    });
    return answer.ok && answer.data.result;
  };

  // Who may be chosen: those that are connected and may set profiles.
  const { json: offered } = await emma<{ provider: string; partners: { id: string }[] }>('GET', '/provider');
  assert.equal(offered.provider, 'site');
  assert.deepEqual(offered.partners.map(({ id }) => id).sort(), [peerId, other.peerId()].sort());
  assert.equal((await choose('somebody')).status, 422);

  const first = await charging();
  assert.deepEqual(await plannedBy(first), { chosen: 'site', name: null, setBy: null });
  assert.equal((await choose(peerId)).status, 200);
  assert.equal(await byEmp(first), 'REJECTED');
  assert.equal(await set(first, limited(8, 'A'), 'chosen'), 'ACCEPTED');
  await until(() => lastLimits(station)[0] === 8);
  assert.deepEqual(await plannedBy(first), { chosen: peerId, name: 'NL-SMC', setBy: 'NL-SMC' });

  // She changes her mind while the car stands there: what the provider set ends, and it sets nothing more.
  assert.equal((await choose('own')).status, 200);
  await until(() => lastLimits(station)[0] !== 8);
  assert.deepEqual(await plannedBy(first), { chosen: 'own', name: null, setBy: null });
  assert.equal(await set(first, limited(8, 'A'), 'over'), 'REJECTED');
  assert.equal((await choose('none')).status, 200);
  assert.equal(await set(first, limited(8, 'A'), 'none'), 'REJECTED');
  assert.equal(await byEmp(first), 'REJECTED');
  await until(async () => {
    const at = await server.sites.session({ peerId: 'own', sessionId: first });
    const record = at && (await server.planning.latest(at.contextId));
    const planned = record?.sessions.find(({ ref }) => ref.sessionId === first);
    return planned?.policy.startsWith('the driver chose no smart charging');
  });
  await station.stop(0);
  await until(async () => (await server.sites.session({ peerId: 'own', sessionId: first }))?.endMs);

  // The choice holds for the next charge, whoever was chosen before.
  assert.equal((await choose(other.peerId())).status, 200);
  const second = await charging();
  await until(async () => (await plannedBy(second)).chosen === other.peerId());
  assert.equal(await set(second, limited(8, 'A'), 'second'), 'REJECTED');
  assert.equal(await byEmp(second), 'ACCEPTED');
  await until(async () => (await plannedBy(second)).setBy === 'DE-EMP');
  await until(() => other.heard.profileResults.get('emp') === 'ACCEPTED');

  // Nothing holds her: the choice can be taken back, and her data goes with her.
  const { json: kept } = await emma<{ provider: Fields; sessions: Fields[] }>('GET', '/export');
  assert.equal(kept.provider.provider, other.peerId());
  assert.equal(kept.sessions.length, 2);
  assert.equal((await choose('site')).json.provider, 'site');
  assert.equal((await plannedBy(second)).chosen, 'site');
  await station.stop(0);
  const trail = await server.store.db
    .selectFrom('audit')
    .select('detail')
    .where('action', '=', 'provider.chosen')
    .orderBy('id')
    .execute();
  assert.deepEqual(
    trail.map(({ detail }) => (detail as { provider: string }).provider),
    [peerId, 'own', 'none', other.peerId(), 'site'],
  );
});
