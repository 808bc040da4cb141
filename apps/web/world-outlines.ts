import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, mesh } from 'topojson-client';
import type { Plugin } from 'vite';

type Topology = Parameters<typeof mesh>[0];
type Ring = number[][];
type Polygon = Ring[];
type Shape = NonNullable<Parameters<typeof mesh>[1]>;

const NAME = 'virtual:world-outlines';
const RESOLVED = `\0${NAME}`;
/** Natural Earth 1:50 m is true to about a kilometre; 0.01 degrees is that. */
const DECIMALS = 2;
/** Degrees: Antarctica has no charging points, and no edge that a flat map could draw. */
const SOUTHERNMOST = -60;

/**
 * Land and borders of the world as a file that the map's own thread fetches and reads: `import url from 'virtual:world-outlines'` is its
 * address. Made when the pages are built, from Natural Earth (public domain) as world-atlas packs it.
 */
export function worldOutlines(): Plugin {
  return {
    name: 'world-outlines',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      const file = this.emitFile({ type: 'asset', name: 'world-outlines.json', source: outlines() });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}

function outlines(): string {
  const path = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const atlas = JSON.parse(readFileSync(path, 'utf8')) as Topology & {
    objects: { countries: Shape; land: Shape };
  };
  const { countries, land } = atlas.objects;
  const features = [
    {
      type: 'Feature',
      properties: { is: 'land' },
      geometry: { type: 'MultiPolygon', coordinates: flat(atlas, land) },
    },
    {
      type: 'Feature',
      properties: { is: 'border' },
      geometry: mesh(atlas, countries, (one, other) => one !== other),
    },
  ];
  return JSON.stringify({ type: 'FeatureCollection', features }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(DECIMALS)) : value,
  );
}

/** Polygons of a globe laid flat: those that lie on both sides of 180° go on beyond it, and what lies around the pole is left out. */
function flat(atlas: Topology, shape: Shape): Polygon[] {
  const drawn = feature(atlas, shape);
  return ('features' in drawn ? drawn.features : [drawn])
    .flatMap(({ geometry }): Polygon[] =>
      geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : geometry.type === 'Polygon'
          ? [geometry.coordinates]
          : [],
    )
    .filter(([outer = []]) => outer.some(([, latitude = 0]) => latitude > SOUTHERNMOST))
    .map((rings) => rings.map(unwound));
}

/** A step of more than half the world is one across 180°. */
function unwound(ring: Ring): Ring {
  let turn = 0;
  return ring.map(([longitude = 0, latitude = 0], n) => {
    const [before = longitude] = ring[n - 1] ?? [];
    if (Math.abs(longitude - before) > 180) turn += longitude < before ? 360 : -360;
    return [longitude + turn, latitude];
  });
}
