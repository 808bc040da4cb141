import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, done, type OcpiPorts, type PartyId, partyName } from '@smac/ocpi';
import { providerBehind } from './chosen-provider.ts';
import type { ProfileExecutor } from './executors.ts';
import { PROFILES_AGREEMENT } from './rooms.ts';
import { cpoRigs, ownSession } from './testing/cpo-rig.ts';
import { SCSP } from './testing/emsp.ts';

const cpoRig = cpoRigs();

test('what a driver wishes is told to the provider they chose and to nobody else; where nobody chose, to all who plan here', async (t) => {
  const rig = await cpoRig(t);
  const heard: string[] = [];
  const hears = (name: string): OcpiPorts => ({
    sessions: {
      sender: {
        setChargingPreferences: async (_caller, _id, wish) => {
          heard.push(`${name} ${wish.profile_type}`);
          return done<'ACCEPTED'>('ACCEPTED');
        },
      },
    },
  });
  const agreements = [PROFILES_AGREEMENT];
  const one = await rig.other(SCSP, hears('one'), { agreements });
  await rig.other({ ...SCSP, partyId: 'TWO' }, hears('two'), { agreements });
  const session = ownSession('s-1', { country: 'DE', party: 'ALL' });
  await rig.sites.putSession(rig.network.owner, session);
  const ref = { peerId: rig.network.owner.peerId, sessionId: 's-1' };
  const wished = async (profileType: 'CHEAP' | 'GREEN' | 'FAST', provider: string | undefined) => {
    heard.length = 0;
    assert.ok((await rig.sites.setProvider(ref, provider)).ok);
    assert.ok((await rig.sites.setPreferences(ref, { profileType, dischargeAllowed: false })).ok);
    rig.cpo.sessionChanged(session);
    await rig.activity.idle();
    return heard.toSorted();
  };
  assert.deepEqual(await wished('CHEAP', undefined), ['one CHEAP', 'two CHEAP']);
  assert.deepEqual(await wished('GREEN', one.peerId), ['one GREEN']);
  assert.deepEqual(await wished('FAST', 'own'), []);
  assert.deepEqual(await wished('CHEAP', 'none'), []);
});

test('a provider behind a hub that a driver chose hears the session without its card, and the wishes; nobody else behind that hub does, and only its profile is taken', async (t) => {
  const taken: string[] = [];
  const profiles: ProfileExecutor = {
    set: async (sessionId) => {
      taken.push(sessionId);
      return 'ACCEPTED';
    },
    clear: async () => 'ACCEPTED',
    resume: async () => {},
    active: async () => undefined,
  };
  const rig = await cpoRig(t, { profiles });
  const heard: string[] = [];
  const to = ({ to: receiver }: Caller) => (receiver === undefined ? '' : partyName(receiver));
  const hubParty = { countryCode: 'EU', partyId: 'HUB' };
  const [near, far] = [
    { countryCode: 'DE', partyId: 'ONE' },
    { countryCode: 'DE', partyId: 'TWO' },
  ];
  const hub = await rig.other(
    { ...hubParty, role: 'HUB', businessDetails: { name: 'Hub' } },
    {
      sessions: {
        receiver: {
          put: async (caller, _key, session) => {
            heard.push(`${to(caller)} ${session.cdr_token.uid}`);
            return done(undefined);
          },
        },
        sender: {
          setChargingPreferences: async (caller, _id, wish) => {
            heard.push(`${to(caller)} ${wish.profile_type}`);
            return done<'ACCEPTED'>('ACCEPTED');
          },
        },
      },
    } as OcpiPorts,
    { agreements: [PROFILES_AGREEMENT], behind: [near, far].map((party) => ({ ...SCSP, ...party })) },
  );
  const { peers } = rig.platform();
  const known = await peers.byId(hub.peerId);
  const parties = known?.parties.filter(({ role }) => role === 'HUB') ?? [];
  assert.ok(known && (await peers.save({ ...known, parties, hubParty, reachable: [near, far] })));
  const session = ownSession('s-1', { country: 'FI', party: 'TKU' });
  await rig.sites.putSession(rig.network.owner, session);
  const ref = { peerId: rig.network.owner.peerId, sessionId: 's-1' };
  assert.ok((await rig.sites.setProvider(ref, providerBehind(hub.peerId, far))).ok);
  assert.ok((await rig.sites.setPreferences(ref, { profileType: 'GREEN', dischargeAllowed: false })).ok);
  rig.cpo.sessionChanged(session);
  await rig.activity.idle();
  assert.deepEqual(
    heard.filter((line) => line.startsWith('DE-')),
    ['DE-TWO ****99AB', 'DE-TWO GREEN'],
  );
  const put = async (from: PartyId) => {
    const answer = await hub.client.receiver.chargingprofiles.put(
      's-1',
      {
        charging_profile: {
          charging_rate_unit: 'W',
          charging_profile_period: [{ start_period: 0, limit: 7_000 }],
        },
        response_url: `${hub.platform.baseUrl}/result`,
      },
      { from },
    );
    await rig.activity.idle();
    return answer.ok ? answer.data.result : answer.detail;
  };
  assert.equal(await put(near), 'REJECTED');
  assert.equal(await put(far), 'ACCEPTED');
  assert.deepEqual(taken, ['s-1']);
  assert.deepEqual(rig.cpo.setterOf('s-1')?.party, far);

  // The hub itself plans, too: who chose it chose nobody behind it.
  assert.ok((await rig.sites.setProvider(ref, hub.peerId)).ok);
  assert.equal(await put(far), 'REJECTED');
  assert.equal(await put(hubParty), 'ACCEPTED');
  // Where nobody chose, the first one keeps it, behind one hub as anywhere.
  assert.ok((await rig.sites.setProvider(ref, undefined)).ok);
  assert.equal(await put(near), 'REJECTED');
  assert.equal(await put(hubParty), 'ACCEPTED');
});
