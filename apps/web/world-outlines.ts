import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { feature, mesh } from 'topojson-client';
import type { Plugin } from 'vite';

type Topology = Parameters<typeof mesh>[0];
type Shape = NonNullable<Parameters<typeof mesh>[1]>;

const NAME = 'virtual:world-outlines';
const RESOLVED = `\0${NAME}`;
/** Natural Earth 1:50 m is true to about a kilometre; 0.01 degrees is that. */
const DECIMALS = 2;

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
  const borders = mesh(atlas, countries, (one, other) => one !== other);
  const grounds = feature(atlas, land);
  const features = [
    ...('features' in grounds ? grounds.features : [grounds]).map(({ geometry }) => ({
      type: 'Feature',
      properties: { is: 'land' },
      geometry,
    })),
    { type: 'Feature', properties: { is: 'border' }, geometry: borders },
  ];
  return JSON.stringify({ type: 'FeatureCollection', features }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(DECIMALS)) : value,
  );
}
