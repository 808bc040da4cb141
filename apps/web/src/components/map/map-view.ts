/** Where a map looks: web mercator, positions as shares of the world (0..1, y to the south). */

export interface Position {
  /** Degrees, WGS 84. */
  readonly longitude: number;
  readonly latitude: number;
}
export interface WorldPoint {
  readonly x: number;
  readonly y: number;
}
export interface MapView extends WorldPoint {
  /** Every step doubles the lengths; at 0 the world is one tile of 256 px. May be between two steps. */
  readonly zoom: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const TILE_PX = 256;
const LEAST_ZOOM = 2;
/** About 0.3 m per pixel: sockets of one street stand apart. */
export const MOST_ZOOM = 19;
/** From here on the outlines of the world (Natural Earth 1:50 m) are less true than a mark is wide. */
export const OUTLINES_END = 8.5;
/** One place alone is shown with its streets, not with its kerb. */
const ZOOM_OF_ONE = 15;
const EDGE_PX = 48;
/** Beyond it the projection runs to infinity. */
const MOST_LATITUDE = 85;
const EQUATOR_M = 40_075_016;

export const worldPx = (zoom: number): number => TILE_PX * 2 ** zoom;

export function worldOf({ longitude, latitude }: Position): WorldPoint {
  const within = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  return {
    x: (longitude + 180) / 360,
    y: (1 - Math.asinh(Math.tan((within * Math.PI) / 180)) / Math.PI) / 2,
  };
}

/** Where on the earth a point of the world is; the way back from `worldOf`. */
export const positionOf = ({ x, y }: WorldPoint): Position => ({
  longitude: x * 360 - 180,
  latitude: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
});

const clamped = (view: MapView): MapView => ({
  x: Math.max(0, Math.min(1, view.x)),
  y: Math.max(0, Math.min(1, view.y)),
  zoom: Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, view.zoom)),
});

/** Everything at once, with an edge around it; the whole of Europe where there is nothing. */
export function viewOf(points: readonly WorldPoint[], { width, height }: Size): MapView {
  if (points.length === 0) return { ...worldOf({ longitude: 10, latitude: 50 }), zoom: 4 };
  let [west, east, north, south] = [1, 0, 1, 0];
  for (const { x, y } of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  const fits = (px: number, share: number) => Math.log2(Math.max(64, px - 2 * EDGE_PX) / (share * TILE_PX));
  const zoom = Math.min(ZOOM_OF_ONE, fits(width, east - west), fits(height, south - north));
  return clamped({ x: (west + east) / 2, y: (north + south) / 2, zoom });
}

/** Moved so that what is under the pointer follows it, px. */
export function moved(view: MapView, rightPx: number, downPx: number): MapView {
  const px = worldPx(view.zoom);
  return clamped({ ...view, x: view.x - rightPx / px, y: view.y - downPx / px });
}

/** Nearer or farther by steps; the place `at` (px from the middle) stays where it is. */
export function zoomed(view: MapView, steps: number, at: { x: number; y: number } = { x: 0, y: 0 }): MapView {
  const next = clamped({ ...view, zoom: view.zoom + steps });
  const shift = 1 / worldPx(view.zoom) - 1 / worldPx(next.zoom);
  return clamped({ ...next, x: view.x + at.x * shift, y: view.y + at.y * shift });
}

/** Where a position is drawn, px from the top left. */
export function placed(point: WorldPoint, view: MapView, { width, height }: Size): { x: number; y: number } {
  const px = worldPx(view.zoom);
  return { x: width / 2 + (point.x - view.x) * px, y: height / 2 + (point.y - view.y) * px };
}

/** A round length (1, 2 or 5 times a power of ten) that fills at most so many pixels. */
export function scaleBar(view: MapView, mostPx: number): { readonly metres: number; readonly px: number } {
  const { latitude } = positionOf(view);
  const metresPerPx = (EQUATOR_M * Math.cos((latitude * Math.PI) / 180)) / worldPx(view.zoom);
  const most = metresPerPx * mostPx;
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((digit) => digit * ten).find((length) => length <= most) ?? ten;
  return { metres, px: metres / metresPerPx };
}
