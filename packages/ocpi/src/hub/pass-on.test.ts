import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { codecOf } from '../bridge/codecs.ts';
import type { Peer } from '../exchange/peer.ts';
import { silentLog } from '../exchange/surroundings.ts';
import { session } from '../model/fixtures/objects.ts';
import { route } from '../server/module-definition.ts';
import { createHttpCaller } from '../transport/node-http-caller.ts';
import { passOn } from './pass-on.ts';

const peer: Peer = {
  id: 'p1',
  state: 'REGISTERED',
  name: 'Turku',
  inboundTokens: [],
  outboundToken: 'a'.repeat(64),
  version: '2.3.0',
  endpoints: [],
  parties: [{ countryCode: 'FI', partyId: 'TKU', role: 'CPO' }],
  agreements: [],
  unitProfile: 'si',
  rawToken: false,
  allowPrivateAddresses: true,
  updatedMs: 0,
};
const platform = { http: createHttpCaller({ timeoutMs: 2_000 }), randomBytes, log: silentLog };
const passage = {
  route: route({
    method: 'PUT',
    path: '/:session_id',
    body: codecOf('Session'),
    call: async () => undefined,
  }),
  // Port 1 of this machine: nobody listens there.
  url: 'http://127.0.0.1:1/sessions/s-1001',
  peer,
  from: { countryCode: 'NL', partyId: 'SMC' },
  to: { countryCode: 'FI', partyId: 'TKU' },
  body: session,
  correlationId: 'c-1',
};

test('D4.2-§4-hub who was not asked is not taken for away: only a request that found nobody says so', async () => {
  const reachedBy = async (change: Partial<typeof passage>) => {
    const passed = await passOn(platform, { ...passage, ...change });
    assert.ok(!passed.ok);
    return passed.reached;
  };
  assert.equal(await reachedBy({}), false, 'nobody listens');
  assert.equal(await reachedBy({ body: { ...session, kwh: Number.NaN } }), undefined, 'nothing was sent');
  const { outboundToken: _, ...unregistered } = peer;
  assert.equal(await reachedBy({ peer: unregistered }), undefined);
});
