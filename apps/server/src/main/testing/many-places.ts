import { aLocation, anEvse } from '../../sites/testing/fixtures.ts';
import type { RunningServer } from '../start-server.ts';

const ACROSS = 20;
const EVSES_AT_ONE = 5;
const STATES = ['AVAILABLE', 'CHARGING', 'AVAILABLE', 'OUTOFORDER', 'AVAILABLE'] as const;

/** Charging points of another operator all over a city, five at each place, steady: the same ones each time. */
export async function manyPlaces({ sites }: Pick<RunningServer, 'sites'>, evses: number): Promise<void> {
  const owner = { peerId: 'nl-tnm', party: { countryCode: 'NL', partyId: 'TNM' } };
  for (let place = 0; place < evses / EVSES_AT_ONE; place += 1) {
    const id = `P${place}`;
    const row = Math.floor(place / ACROSS);
    // Streets are not a grid: every place stands a little away from its corner.
    const latitude = 52.3 + row * 0.006 + ((place * 7) % 10) * 0.0004;
    const longitude = 4.8 + (place % ACROSS) * 0.01 + ((place * 3) % 10) * 0.0007;
    const told = await sites.putLocation(
      owner,
      aLocation(
        id,
        STATES.map((status, n) => anEvse(`${id}-${n + 1}`, { status })),
        {
          country_code: 'NL',
          party_id: 'TNM',
          last_updated: '2026-01-01T00:00:00Z',
          name: `Street ${place}`,
          city: 'Amsterdam',
          postal_code: `10${row}`,
          coordinates: { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) },
        },
      ),
    );
    if (!told.ok) throw new Error(JSON.stringify(told));
  }
}
