import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChargingProfile } from '@smac/ocpi';
import { eachDatabase } from '../../store/testing/index.ts';
import { createSetters } from './setters.ts';

const profile: ChargingProfile = {
  charging_rate_unit: 'W',
  charging_profile_period: [{ start_period: 0, limit: 7_000 }],
};
const party = { countryCode: 'NL', partyId: 'SMC' };

eachDatabase('setters', (database) => {
  test('D1.5-§2.3.1.1-MIX who set a profile, and which, is known after a restart and until it is taken back; ids count without case', async () => {
    const setters = createSetters(database.store);
    await setters.put({ sessionId: 'S-1', peerId: 'p', party, profile }, 1);
    await setters.put({ sessionId: 'S-2', peerId: 'p', party, profile }, 2);
    await setters.put({ sessionId: 's-1', peerId: 'q', party, profile }, 3);
    await setters.remove('s-2');
    const restarted = createSetters(database.store);
    assert.equal(restarted.of('S-1'), undefined);
    const [kept, ...others] = await restarted.load();
    assert.deepEqual(others, []);
    assert.deepEqual(kept, { sessionId: 's-1', peerId: 'q', party, profile });
    assert.deepEqual(restarted.of('S-1'), kept);
    await restarted.remove('S-1');
    assert.deepEqual(await createSetters(database.store).load(), []);
  });
});
