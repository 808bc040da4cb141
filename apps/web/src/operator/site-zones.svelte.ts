import { call } from '../api/client.ts';
import { oneAtATime } from '../api/in-turn.ts';

let zones = $state.raw<ReadonlyMap<string, string>>(new Map());

/** Reads in which zone each own location lies; without the right or the answer, times are by what was read before, or those of who looks. */
export const readSiteZones = oneAtATime(async () => {
  try {
    const { locations } = await call('GET /api/network/locations');
    const told = locations as unknown as readonly { readonly id: string; readonly time_zone: string }[];
    zones = new Map(told.map(({ id, time_zone }) => [id.toLowerCase(), time_zone]));
  } catch {
    // What was read before holds.
  }
});

/** Where a location is not ours, the clock of who looks. */
export const zoneOfLocation = (locationId: string): string =>
  zones.get(locationId.toLowerCase()) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
