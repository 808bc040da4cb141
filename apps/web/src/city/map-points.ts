import type { Feature } from './city-query.ts';

export interface Point {
  readonly feature: Feature;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const LEAST_RADIUS = 5;
const MOST_RADIUS = 22;
const EDGE = 64;
/** Between sockets of one place, and how far they may stand away from it. */
const STEP = 16;
const MOST_AWAY = 40;
/** About 200 m: one site alone does not fill the map. */
const LEAST_SPAN = 0.002;

/**
 * Places EVSEs on a picture, north up, with the true ratio of lengths at their latitude. The area of a point beyond the smallest grows
 * with the energy; sockets at the same place stand in a spiral around it.
 */
export function pointsOf(features: readonly Feature[], width: number, height: number): Point[] {
  const placed = features.flatMap((feature) => {
    const [longitude, latitude] = feature.geometry?.coordinates ?? [];
    return longitude === undefined || latitude === undefined ? [] : [{ feature, longitude, latitude }];
  });
  if (placed.length === 0) return [];
  const middle = (values: readonly number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  const span = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const latitude = middle(placed.map((one) => one.latitude));
  const longitude = middle(placed.map((one) => one.longitude));
  const narrowing = Math.max(0.05, Math.cos((latitude * Math.PI) / 180));
  const wide = Math.max(LEAST_SPAN, span(placed.map((one) => one.longitude)) * narrowing);
  const high = Math.max(LEAST_SPAN, span(placed.map((one) => one.latitude)));
  const scale = Math.min((width - 2 * EDGE) / wide, (height - 2 * EDGE) / high);
  const mostWh = Math.max(1, ...placed.map(({ feature }) => feature.properties.energyWh ?? 0));
  const placeOf = (one: { longitude: number; latitude: number }) => `${one.longitude} ${one.latitude}`;
  const sockets = new Map<string, number>();
  for (const one of placed) sockets.set(placeOf(one), (sockets.get(placeOf(one)) ?? 0) + 1);
  const atPlace = new Map<string, number>();
  return placed
    .map((one) => {
      const place = placeOf(one);
      const nth = atPlace.get(place) ?? 0;
      atPlace.set(place, nth + 1);
      const away = Math.min(STEP, MOST_AWAY / Math.sqrt(sockets.get(place) ?? 1)) * Math.sqrt(nth);
      const turn = nth * 2.4;
      const share = Math.sqrt((one.feature.properties.energyWh ?? 0) / mostWh);
      return {
        feature: one.feature,
        x: width / 2 + (one.longitude - longitude) * narrowing * scale + away * Math.cos(turn),
        y: height / 2 - (one.latitude - latitude) * scale + away * Math.sin(turn),
        radius: LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * share,
      };
    })
    .sort((a, b) => b.radius - a.radius);
}
