import assert from 'node:assert/strict';
import { formatDateTime, type Location } from '@smac/ocpi';
import type { BrowserContext } from 'playwright-core';
import { type SignedIn, signedIn } from '../../server/src/main/testing/signed-in.ts';
import { type TestServer, testServer } from '../../server/src/main/testing/test-server.ts';
import { location, session } from '../../server/src/roles/scsp/testing/objects.ts';
import { TestCpo } from '../../server/src/roles/scsp/testing/test-cpo.ts';
import { systemClock } from '../../server/src/time/clock.ts';

/** A Saturday at noon in Barcelona: the day bands hold. */
const NOON_MS = Date.parse('2026-06-20T10:00:00Z');
export const AMB = { countryCode: 'ES', partyId: 'AMB' };
/** CHAdeMO, Combo and five Mennekes of the station in the D4.2 story. */
export const DC = ['CHAdeMO', 'Combo'] as const;
export const AC = ['M1', 'M2', 'M3', 'M4', 'M5'] as const;

export interface Barcelona {
  readonly server: TestServer;
  readonly clock: typeof systemClock;
  readonly cpo: TestCpo;
  readonly anna: SignedIn;
  /** From now on it is so much later. */
  later(ms: number): void;
  close(): Promise<void>;
}

/** Anna's operator AMB and another one, both connected over real OCPI; each shared its charging points. */
export async function atBarcelona(): Promise<Barcelona> {
  let aheadMs = NOON_MS - systemClock.now();
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  // A proxy in front: nothing is open without signing in.
  const env = { SMAC_OCPI_ALLOW_PRIVATE: 'true', SMAC_TRUSTED_PROXIES: '127.0.0.1' };
  const server = await testServer(env, {}, clock);
  const cpo = await join(server, clock, 'ES', 'AMB', station(clock.now()));
  const other = await join(server, clock, 'NL', 'TNM', location(clock.now()));
  const peers = await server.scsp.parties.list();
  const peerId = peers.find(({ parties }) => parties.some(({ party }) => party === 'AMB'))?.peerId;
  assert.ok(peerId);
  return {
    server,
    clock,
    cpo,
    anna: await signedIn(server, 'operator', clock.now(), 'anna@amb.example.org', peerId),
    later: (ms) => {
      aheadMs += ms;
    },
    async close() {
      await cpo.close();
      await other.close();
      await server.close();
    },
  };
}

async function join(
  server: TestServer,
  clock: typeof systemClock,
  country: string,
  party: string,
  shared: Location,
): Promise<TestCpo> {
  const cpo = await TestCpo.start(clock, country, party);
  const invited = await server.scsp.parties.invite({ role: 'CPO', country, party });
  assert.ok(invited.ok);
  await cpo.register(invited.data);
  const owner = { countryCode: country, partyId: party };
  const put = await cpo.client.receiver.locations.put({ owner, locationId: shared.id }, shared);
  assert.ok(put.ok, JSON.stringify(put));
  return cpo;
}

function station(nowMs: number): Location {
  const last_updated = formatDateTime(nowMs);
  const connector = { id: '1', last_updated, format: 'CABLE' as const };
  return {
    ...location(nowMs),
    country_code: 'ES',
    party_id: 'AMB',
    id: 'glories',
    name: 'Glòries',
    address: 'Plaça de les Glòries 1',
    city: 'Barcelona',
    country: 'ESP',
    coordinates: { latitude: '41.4036', longitude: '2.1874' },
    time_zone: 'Europe/Madrid',
    evses: [...DC, ...AC].map((uid) => ({
      uid,
      physical_reference: uid,
      status: 'AVAILABLE',
      capabilities: ['CHARGING_PROFILE_CAPABLE', 'CHARGING_PREFERENCES_CAPABLE'],
      connectors: [
        (DC as readonly string[]).includes(uid)
          ? {
              ...connector,
              standard: uid === 'Combo' ? 'IEC_62196_T2_COMBO' : 'CHADEMO',
              power_type: 'DC',
              max_voltage: 500,
              max_amperage: 100,
              max_electric_power: 50_000,
            }
          : {
              ...connector,
              standard: 'IEC_62196_T2',
              power_type: 'AC_1_PHASE',
              max_voltage: 230,
              max_amperage: 32,
              max_electric_power: 7_360,
            },
      ],
      last_updated,
    })),
  };
}

/** Every socket taken at once, as on the worst noon. */
export async function everySocketTaken({ cpo, clock }: Barcelona): Promise<void> {
  for (const uid of [...DC, ...AC]) {
    const owned = { country_code: 'ES', party_id: 'AMB', location_id: 'glories', evse_uid: uid };
    const put = await cpo.client.receiver.sessions.put(session(`S-${uid}`, clock.now(), owned));
    assert.ok(put.ok, JSON.stringify(put));
  }
}

/** The browser of somebody who is signed in. */
export async function asPerson(context: BrowserContext, url: string, { cookie }: SignedIn): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url }]);
  await context.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
}
