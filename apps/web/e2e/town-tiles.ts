import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { zxyToTileId } from 'pmtiles';

const LAST_ZOOM = 14;
const HEADER_BYTES = 127;
const [UNCOMPRESSED, VECTOR] = [1, 1];

type Geometry =
  | { readonly type: 'Polygon'; readonly coordinates: number[][][] }
  | { readonly type: 'LineString'; readonly coordinates: number[][] }
  | { readonly type: 'Point'; readonly coordinates: number[] };
interface Feature {
  readonly type: 'Feature';
  readonly geometry: Geometry;
  readonly properties: Record<string, string | number>;
}

/**
 * A PMTiles archive (version 3) in the Protomaps schema with a town that is not there: a square of streets with names around a canal, so
 * that what draws tiles has some to draw without a network.
 * @param middle degrees, WGS 84
 */
export function townTiles([longitude, latitude]: readonly [number, number]): Buffer {
  const features = layersAround(longitude, latitude);
  const cuts = Object.entries(features).map(
    ([layer, within]) =>
      [
        layer,
        new GeoJSONVT({ type: 'FeatureCollection', features: within }, { maxZoom: LAST_ZOOM }),
      ] as const,
  );
  const tiles: { readonly id: number; readonly content: Uint8Array }[] = [];
  for (let z = 0; z <= LAST_ZOOM; z += 1) {
    const [west, north] = tileAt(longitude - 0.08, latitude + 0.05, z);
    const [east, south] = tileAt(longitude + 0.08, latitude - 0.05, z);
    for (let x = west; x <= east; x += 1)
      for (let y = north; y <= south; y += 1) {
        const within = cuts.flatMap(([layer, cut]) => {
          const tile = cut.getTile(z, x, y);
          return tile === null ? [] : [[layer, tile] as const];
        });
        if (within.length > 0)
          tiles.push({
            id: zxyToTileId(z, x, y),
            content: fromGeojsonVt(Object.fromEntries(within), { version: 2 }),
          });
      }
  }
  return archive(
    tiles.sort((a, b) => a.id - b.id),
    { longitude, latitude },
    Object.keys(features),
  );
}

function layersAround(longitude: number, latitude: number): Record<string, Feature[]> {
  const at = (east: number, north: number) => [longitude + east * 0.08, latitude + north * 0.05];
  const feature = (geometry: Geometry, properties: Record<string, string | number>): Feature => ({
    type: 'Feature',
    geometry,
    properties,
  });
  const line = (coordinates: number[][], properties: Record<string, string | number>) =>
    feature({ type: 'LineString', coordinates }, properties);
  const square = (half: number) => [
    at(-half, -half),
    at(half, -half),
    at(half, half),
    at(-half, half),
    at(-half, -half),
  ];
  const shares = [-0.9, -0.6, -0.3, 0.3, 0.6, 0.9];
  return {
    earth: [feature({ type: 'Polygon', coordinates: [square(1)] }, { kind: 'earth' })],
    water: [
      feature(
        { type: 'Polygon', coordinates: [[at(-1, -0.1), at(1, 0), at(1, 0.12), at(-1, 0.05), at(-1, -0.1)]] },
        { kind: 'river', name: 'Canal' },
      ),
    ],
    landuse: [
      feature(
        {
          type: 'Polygon',
          coordinates: [[at(-0.85, 0.35), at(-0.35, 0.35), at(-0.35, 0.8), at(-0.85, 0.8), at(-0.85, 0.35)]],
        },
        { kind: 'park' },
      ),
    ],
    roads: shares.flatMap((share) => [
      line([at(-1, share), at(1, share)], {
        kind: 'major_road',
        kind_detail: 'primary',
        name: 'Long street',
      }),
      line([at(share, -1), at(share, 1)], {
        kind: 'minor_road',
        kind_detail: 'residential',
        name: 'Cross street',
      }),
    ]),
    places: [
      feature(
        { type: 'Point', coordinates: at(0.1, 0.4) },
        { kind: 'locality', kind_detail: 'town', name: 'Town', population_rank: 9, min_zoom: 6 },
      ),
    ],
  };
}

const tileAt = (longitude: number, latitude: number, zoom: number): [number, number] => {
  const turned = (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;
  return [Math.floor(((longitude + 180) / 360) * 2 ** zoom), Math.floor(turned * 2 ** zoom)];
};

function archive(
  tiles: readonly { readonly id: number; readonly content: Uint8Array }[],
  middle: { readonly longitude: number; readonly latitude: number },
  layers: readonly string[],
): Buffer {
  const directory = Buffer.from([
    ...varint(tiles.length),
    ...tiles.flatMap(({ id }, n) => varint(id - (tiles[n - 1]?.id ?? 0))),
    ...tiles.flatMap(() => varint(1)),
    ...tiles.flatMap(({ content }) => varint(content.length)),
    // 0 means right after the one before.
    ...tiles.flatMap((_tile, n) => varint(n === 0 ? 1 : 0)),
  ]);
  const metadata = Buffer.from(
    JSON.stringify({
      attribution: '<a href="https://example.org">© Surveyors of the town</a>',
      vector_layers: layers.map((id) => ({ id, fields: {} })),
    }),
  );
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles\u0003', 'latin1');
  const data = Buffer.concat(tiles.map(({ content }) => content));
  const [directoryAt, metadataAt] = [HEADER_BYTES, HEADER_BYTES + directory.length];
  const dataAt = metadataAt + metadata.length;
  const numbers = [
    directoryAt,
    directory.length,
    metadataAt,
    metadata.length,
    dataAt,
    0,
    dataAt,
    data.length,
  ];
  for (const [n, value] of [...numbers, tiles.length, tiles.length, tiles.length].entries())
    header.writeBigUInt64LE(BigInt(value), 8 + 8 * n);
  header.set([1, UNCOMPRESSED, UNCOMPRESSED, VECTOR, 0, LAST_ZOOM], 96);
  const degrees = (value: number) => Math.round(value * 1e7);
  header.writeInt32LE(degrees(middle.longitude - 0.08), 102);
  header.writeInt32LE(degrees(middle.latitude - 0.05), 106);
  header.writeInt32LE(degrees(middle.longitude + 0.08), 110);
  header.writeInt32LE(degrees(middle.latitude + 0.05), 114);
  header.writeUInt8(LAST_ZOOM, 118);
  header.writeInt32LE(degrees(middle.longitude), 119);
  header.writeInt32LE(degrees(middle.latitude), 123);
  return Buffer.concat([header, directory, metadata, data]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
