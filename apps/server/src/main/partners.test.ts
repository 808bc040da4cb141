import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartyOverview } from '../roles/scsp/index.ts';
import { partnersOf } from './partners.ts';

const party = (change: Partial<PartyOverview>): PartyOverview => ({
  peerId: 'p1',
  name: 'One',
  state: 'REGISTERED',
  parties: [{ role: 'SCSP', country: 'DE', party: 'ONE' }],
  behind: [],
  version: '2.3.0',
  agreements: ['charging_profiles'],
  unitProfile: 'd42-tables',
  shadow: false,
  health: 'up',
  lastSeenMs: null,
  lastError: null,
  lastErrorAtMs: null,
  downSinceMs: null,
  lastPullMs: null,
  ...change,
});
const at = (role: string, code: string, isUp = true) => ({ role, country: 'ES', party: code, isUp });

test('a driver may choose providers with the agreement to set profiles, and those that a hub with it reaches; operators plan for nobody', () => {
  const hub = party({
    peerId: 'hub',
    name: 'Hub',
    parties: [{ role: 'HUB', country: 'EU', party: 'HUB' }],
    behind: [at('EMSP', 'APP'), at('SCSP', 'FAR', false), at('CPO', 'CAR')],
  });
  assert.deepEqual(partnersOf([party({}), hub]), [
    { peerId: 'p1', name: 'One', isUp: true },
    { peerId: 'hub/ES-APP', name: 'ES-APP', isUp: true },
    { peerId: 'hub/ES-FAR', name: 'ES-FAR', isUp: false },
  ]);
  assert.deepEqual(partnersOf([{ ...hub, agreements: [] }, party({ state: 'SUSPENDED' })]), []);
  const silent = partnersOf([{ ...hub, health: 'down' }]);
  assert.ok(
    silent.every(({ isUp }) => !isUp),
    'a hub that is away reaches nobody',
  );
});
