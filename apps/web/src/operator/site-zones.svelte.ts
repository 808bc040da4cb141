import { call } from '../api/client.ts';

let zones = $state.raw<ReadonlyMap<string, string>>(new Map());
let reading: Promise<void> | undefined;

/** Reads in which zone each own location lies, once for all pages; without the right or the answer, times are those of who looks. */
export function readSiteZones(): Promise<void> {
  reading ??= call('GET /api/network/locations').then(
    ({ locations }) => {
      const told = locations as unknown as readonly { readonly id: string; readonly time_zone: string }[];
      zones = new Map(told.map(({ id, time_zone }) => [id.toLowerCase(), time_zone]));
    },
    () => {
      reading = undefined;
    },
  );
  return reading;
}

/** Where a location is not ours, the clock of who looks. */
export const zoneOfLocation = (locationId: string): string =>
  zones.get(locationId.toLowerCase()) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
