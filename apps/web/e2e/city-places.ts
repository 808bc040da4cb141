import assert from 'node:assert/strict';
import { VirtualClock } from '@smac/simulator';
import { type TestServer, testServer } from '../../server/src/main/testing/test-server.ts';
import { evseKey } from '../../server/src/sites/owner.ts';
import { aLocation, anEvse } from '../../server/src/sites/testing/fixtures.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in Amsterdam at the beginning of June. */
const JUNE_MS = Date.parse('2026-05-31T22:00:00Z');
export const DAYS = 14;

interface Place {
  readonly id: string;
  readonly party: 'NL-TNM' | 'NL-CIT';
  readonly name: string;
  readonly postalCode: string;
  readonly at: readonly [latitude: number, longitude: number];
  readonly evses: number;
  /** Cars per socket and day. */
  readonly cars: number;
}

const PLACES: readonly Place[] = [
  { id: 'DAM', party: 'NL-TNM', name: 'Dam', postalCode: '1012', at: [52.373, 4.892], evses: 4, cars: 3 },
  { id: 'ZUID', party: 'NL-TNM', name: 'Zuidas', postalCode: '1077', at: [52.338, 4.873], evses: 6, cars: 2 },
  {
    id: 'OOST',
    party: 'NL-CIT',
    name: 'Oosterpark',
    postalCode: '1091',
    at: [52.36, 4.92],
    evses: 3,
    cars: 2,
  },
  {
    id: 'NOORD',
    party: 'NL-CIT',
    name: 'Noord ferry',
    postalCode: '1021',
    at: [52.39, 4.91],
    evses: 2,
    cars: 1,
  },
];

/** A city with two operators and four places in June 2026: cars come in the day and charge when energy is cheap. */
export async function cityServer(
  days = DAYS,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: TestServer; readonly clock: VirtualClock }> {
  const clock = new VirtualClock(JUNE_MS + days * DAY_MS - HOUR_MS);
  // A proxy in front: nothing is open without signing in.
  const server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1', ...settings }, {}, clock);
  for (const place of PLACES) await open(server, place, days);
  return { server, clock };
}

async function open(server: TestServer, place: Place, days: number): Promise<void> {
  const { id, party, name, at, evses } = place;
  const [countryCode = '', partyId = ''] = party.split('-');
  const owner = { peerId: party.toLowerCase(), party: { countryCode, partyId } };
  const uids = Array.from({ length: evses }, (_, n) => `${id}-${n + 1}`);
  const location = aLocation(
    id,
    uids.map((uid, n) => anEvse(uid, { status: n === 1 ? 'OUTOFORDER' : 'AVAILABLE' })),
    {
      country_code: countryCode,
      party_id: partyId,
      name,
      city: 'Amsterdam',
      postal_code: place.postalCode,
      coordinates: { latitude: String(at[0]), longitude: String(at[1]) },
      last_updated: '2026-05-01T00:00:00Z',
    },
  );
  assert.ok((await server.sites.putLocation(owner, location)).ok);
  const made = await server.sites.createContext(owner, `${id}-context`, {
    statics: {
      evses: uids.map((evseUid) => ({
        locationId: id,
        evseUid,
        connectors: [{ connectorId: '1', chargeW: 11_000, dischargeW: 0 }],
      })),
      currency: 'EUR',
      maxImportW: 100_000,
    },
    shadow: false,
  });
  assert.ok(made.ok, JSON.stringify(made));
  const contextId = made.data.id;
  const prices = Array.from({ length: days * 24 }, (_, n) => ({
    startMs: JUNE_MS + n * HOUR_MS,
    durationMs: HOUR_MS,
    value: n % 24 >= 17 && n % 24 < 21 ? 0.34 : 0.12,
  }));
  assert.ok((await server.sites.putSeries(contextId, 'price', prices, { source: 'market' })).ok);
  await sessions(server, place, owner.peerId, contextId, uids, days);
}

/** Straight into the tables: a month of pushes would be most of the test. */
async function sessions(
  { store }: TestServer,
  { id, party, cars }: Place,
  peer_id: string,
  context_id: string,
  uids: readonly string[],
  days: number,
): Promise<void> {
  const all = Array.from({ length: days }, (_, day) =>
    uids.flatMap((uid, socket) =>
      Array.from({ length: cars }, (_, nth) => {
        const startMs = JUNE_MS + day * DAY_MS + (6 + 6 * nth + (socket % 3)) * HOUR_MS;
        // Who comes in the evening waits for cheaper energy.
        const waitMs = [HOUR_MS, 0, 3 * HOUR_MS][nth] ?? 0;
        const energyWh = 8_000 + 3_000 * ((day + socket + nth) % 4);
        const fullMs = startMs + waitMs + (energyWh / 11_000) * HOUR_MS;
        return {
          uid,
          key: `s-${uid}-${day}-${nth}`,
          startMs,
          waitMs,
          energyWh,
          fullMs,
          endMs: startMs + 5 * HOUR_MS,
        };
      }),
    ),
  ).flat();
  await store.db
    .insertInto('charging_session')
    .values(
      all.map(({ uid, key, startMs, energyWh, endMs }, n) => ({
        peer_id,
        session_key: key,
        session_id: key,
        party,
        location_id: id,
        evse_uid: uid,
        evse_key: evseKey({ locationId: id, evseUid: uid }),
        connector_id: '1',
        context_id,
        status: 'COMPLETED',
        live: false,
        start_ms: startMs,
        end_ms: endMs,
        energy_wh: energyWh,
        energy_at_ms: endMs,
        power_w: null,
        preferences: '{}',
        vehicle: '{}',
        station_limit: null,
        token_uid: `PEDROSCARD${n % 40}`,
        token_key: `pedroscard${n % 40}`,
        last_updated_ms: endMs,
        object: '{}',
      })),
    )
    .execute();
  await store.db
    .insertInto('session_reading')
    .values(
      all.flatMap(({ key, startMs, waitMs, energyWh, fullMs, endMs }) =>
        [
          { at_ms: startMs, energy_wh: 0 },
          ...(waitMs === 0 ? [] : [{ at_ms: startMs + waitMs, energy_wh: 0 }]),
          { at_ms: Math.round(fullMs), energy_wh: energyWh },
          { at_ms: endMs, energy_wh: energyWh },
        ].map((reading) => ({ peer_id, session_key: key, context_id, power_w: null, ...reading })),
      ),
    )
    .execute();
}
