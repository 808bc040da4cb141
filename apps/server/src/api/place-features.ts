import type { socketsOf } from './driver-sockets.ts';

type Socket = Awaited<ReturnType<typeof socketsOf>>[number];

/** Sockets as a GeoJSON FeatureCollection (RFC 7946), which every map and city platform reads (BI10); one without coordinates has no geometry. */
export function featuresOf(sockets: readonly Socket[]) {
  return {
    type: 'FeatureCollection',
    features: sockets.map(({ latitude, longitude, ...properties }) => ({
      type: 'Feature',
      id: `${properties.locationId}/${properties.evseUid}`,
      // Longitude first, WGS 84 (RFC 7946, 3.1.1 and 4).
      geometry:
        latitude === null || longitude === null
          ? null
          : { type: 'Point', coordinates: [longitude, latitude] },
      properties,
    })),
  };
}
