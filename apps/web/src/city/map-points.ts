import type { MapPoint, Tone } from '../components/map/clusters.ts';
import type { Feature } from './city-query.ts';

/** OCPI states as marks: what is not here is not known. */
const TONES: Readonly<Record<string, Tone>> = {
  AVAILABLE: 'good',
  CHARGING: 'busy',
  RESERVED: 'busy',
  BLOCKED: 'busy',
  OUTOFORDER: 'bad',
  INOPERATIVE: 'bad',
};

/** EVSEs as marks, the larger the more energy; what has no place is in the list alone. */
export function pointsOf(
  features: readonly Feature[],
  labelOf: (feature: Feature) => string,
): readonly MapPoint[] {
  const mostWh = Math.max(1, ...features.map(({ properties }) => properties.energyWh ?? 0));
  return features.flatMap((feature): MapPoint[] => {
    const [longitude, latitude] = feature.geometry?.coordinates ?? [];
    if (longitude === undefined || latitude === undefined) return [];
    const { status, energyWh } = feature.properties;
    const weight = (energyWh ?? 0) / mostWh;
    return [
      {
        id: feature.id,
        longitude,
        latitude,
        label: labelOf(feature),
        tone: TONES[status] ?? 'quiet',
        weight,
      },
    ];
  });
}
