/** Three parties at a hub (D4.2 section 4): operators, this platform as the provider that plans, and an app; none of them knows another's address. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collect, createOcpiClient, formatDateTime } from '@smac/ocpi';
import { context, location, session } from '../roles/scsp/testing/objects.ts';
import { TestCpo } from '../roles/scsp/testing/test-cpo.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { until } from './testing/played-stations.ts';
import { type TestServer, testServer } from './testing/test-server.ts';

const clock = new LeapingClock();
const SMAC = { countryCode: 'NL', partyId: 'SMC' };
const TURKU = { countryCode: 'FI', partyId: 'TKU' };
const ROME = { countryCode: 'IT', partyId: 'ENX' };
const owned = { country_code: 'FI', party_id: 'TKU' };
/** A card of the app's. */
const card = {
  country_code: 'ES',
  party_id: 'APP',
  uid: 'CARD-1',
  type: 'RFID',
  contract_id: 'ES-APP-C1',
} as const;
const SUPPLY = 'smartchargingoptimisation';

let hub: TestServer;
let smac: TestServer;
let turku: TestCpo;
let rome: TestCpo;
let app: TestCpo;
/** How the provider knows the hub, and the hub the provider. */
let hubPeer = '';
let smacPeer = '';

before(async () => {
  const local = { SMAC_OCPI_ALLOW_PRIVATE: 'true' };
  const party = (country: string, id: string) => ({ SMAC_COUNTRY_CODE: country, SMAC_PARTY_ID: id });
  hub = await testServer({ ...local, ...party('EU', 'HUB'), SMAC_ROLES: 'hub' }, {}, clock);
  smac = await testServer({ ...local, ...party('NL', 'SMC') }, {}, clock);
  turku = await TestCpo.start(clock, 'FI', 'TKU');
  rome = await TestCpo.start(clock, 'IT', 'ENX');
  app = await TestCpo.start(clock, 'ES', 'APP', 'EMSP');
  for (const [cpo, country, id, role] of [
    [turku, 'FI', 'TKU', 'CPO'],
    [rome, 'IT', 'ENX', 'CPO'],
    [app, 'ES', 'APP', 'EMSP'],
  ] as const) {
    const invited = await hub.scsp.parties.invite({ role, country, party: id });
    assert.ok(invited.ok, JSON.stringify(invited));
    await cpo.register(invited.data);
  }
  const invited = await hub.scsp.parties.invite({
    role: 'SCSP',
    furtherRoles: ['CPO'],
    country: 'NL',
    party: 'SMC',
    agreements: [SUPPLY],
  });
  assert.ok(invited.ok, JSON.stringify(invited));
  smacPeer = invited.data.peerId;
  const joined = await smac.scsp.parties.join(invited.data, { role: 'HUB', country: 'EU', party: 'HUB' });
  assert.ok(joined.ok, JSON.stringify(joined));
  hubPeer = joined.data.peerId;
  // Whoever types the same once more reads what is so, and nothing changes.
  const again = await smac.scsp.parties.join(invited.data, { role: 'HUB', country: 'EU', party: 'HUB' });
  assert.match(again.ok ? '' : again.detail, /^We are registered with EU-HUB already, .* ask for a new one/);
  assert.deepEqual(
    (await smac.scsp.parties.list()).map(({ state }) => state),
    ['REGISTERED'],
  );
  // These take no messages about others: they read the list.
  for (const cpo of [turku, rome, app]) {
    const infos = await collect(cpo.client.sender.hubclientinfo.list());
    assert.equal(infos.failure, undefined);
    const reachable = infos.objects.map(({ country_code, party_id }) => ({
      countryCode: country_code,
      partyId: party_id,
    }));
    const peer = await cpo.platform.peers.byId(cpo.peerId);
    assert.ok(peer && (await cpo.platform.peers.save({ ...peer, reachable })));
  }
});

after(async () => {
  for (const cpo of [turku, rome, app]) await cpo?.close();
  await smac?.close();
  await hub?.close();
});

const reachable = async () =>
  ((await smac.scsp.parties.peer(hubPeer))?.reachable ?? []).map(({ partyId }) => partyId).sort();
const told = { to: SMAC };

test('D4.2-§4-hub a party hears from the hub who else is there, and how each is doing', async () => {
  await until(async () => (await reachable()).join() === 'APP,ENX,TKU');
  const ofRome = async () => {
    const answer = await createOcpiClient(hub.scsp.platform, smacPeer).receiver.hubclientinfo.get(ROME);
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer.data.status;
  };
  assert.equal(await ofRome(), 'CONNECTED');
  rome.down = true;
  // Silent for five minutes, it is asked whether it is there; after three times without an answer it is not.
  const later = async () => {
    clock.leap(6 * 60_000);
    await hub.activity.idle();
    clock.leap(2_000);
    await hub.activity.idle();
    return ofRome();
  };
  await until(async () => (await later()) === 'OFFLINE');
  rome.down = false;
  await until(async () => (await later()) === 'CONNECTED');
});

test('D4.2-§3.3.3 D4.2-T24-SCO UC-005 UC-006 inputs come to the provider through the hub, and its profile goes to the operator that owns the session only', async () => {
  const { receiver } = turku.client;
  const nowMs = clock.now();
  const at = { owner: TURKU, locationId: 'quay' };
  const put = await receiver.locations.put(at, location(nowMs, owned), told);
  assert.ok(put.ok, JSON.stringify(put));
  const supply = await receiver.smartchargingoptimisation.put(
    context(nowMs, { ...owned, max_power: 9_000 }),
    told,
  );
  assert.ok(supply.ok, JSON.stringify(supply));
  const started = await receiver.sessions.put(session('S1', nowMs, { ...owned, cdr_token: card }), told);
  assert.ok(started.ok, JSON.stringify(started));
  assert.equal((await smac.sites.session({ peerId: hubPeer, sessionId: 'S1' }))?.locationId, 'quay');

  await until(() => turku.inForce.has('S1'));
  const limits = turku.inForce.get('S1')?.charging_profile_period?.map(({ limit }) => limit) ?? [];
  assert.ok(limits.length > 0 && Math.max(...limits) <= 9_000, `${limits}`);
  const [sent] = turku.requests;
  assert.ok(sent?.responseUrl.startsWith(hub.url), 'the operator answers the hub, not a stranger');
  await turku.posted();
  const held = () =>
    smac.store.db.selectFrom('dispatch_profile').select('state').where('session_id', '=', 'S1').execute();
  await until(async () => (await held()).some(({ state }) => state === 'ACCEPTED'));
  assert.equal(rome.requests.length, 0);
  assert.deepEqual(await hub.sites.contexts(), [], 'the hub keeps nothing of what it passes on');
});

test('D4.2-§3.3.1-4 a wish of the driver goes from the app to the hub and on to the provider, and the plan follows it', async () => {
  const departureMs = clock.now() + 2 * 3_600_000;
  const answer = await createOcpiClient(app.platform, app.peerId).sender.sessions.setChargingPreferences(
    'S1',
    { profile_type: 'FAST', departure_time: formatDateTime(departureMs), energy_need: 4 },
    { ...told, correlationId: 'trace-of-the-app' },
  );
  assert.ok(answer.ok, JSON.stringify(answer));
  assert.equal(answer.data, 'ACCEPTED');
  const [contextState] = (await smac.sites.contexts()).filter(({ objectId }) => objectId === 'supply');
  await until(async () => {
    const plan = await smac.planning.latest(contextState!.id);
    return plan?.plan.sessions.some(
      ({ planned_end }) => planned_end !== null && Date.parse(planned_end) <= departureMs,
    );
  });
});

test('GET All via Hub: what the operators have is pulled through the hub, each object under its owner', async () => {
  rome.locations.push(location(clock.now(), { country_code: 'IT', party_id: 'ENX', id: 'colombo' }));
  const [report] = await smac.scsp.pull(hubPeer);
  assert.equal(report?.taken.locations, 1, JSON.stringify(report));
});
