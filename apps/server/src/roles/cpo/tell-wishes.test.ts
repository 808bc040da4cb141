import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, type OcpiPorts } from '@smac/ocpi';
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
