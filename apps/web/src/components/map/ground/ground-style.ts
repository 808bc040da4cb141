import outlinesUrl from 'virtual:world-outlines';
import { layers, namedFlavor } from '@protomaps/basemaps';
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { OUTLINES_END } from '../map-view.ts';

/** In zooms of 512 px tiles. */
const OUTLINES_UP_TO = OUTLINES_END - 1;
export type Shade = 'light' | 'dark';

/** Vector tiles of a region in the Protomaps schema. */
export interface Region {
  /** `pmtiles://…` */
  readonly url: string;
  /** Names of the layers that are in it; a style that asks for others is refused. */
  readonly layers: ReadonlySet<string>;
}

/**
 * What the ground looks like: land, sea and borders of the world, and above them the streets of a region where the server has them.
 * @param language of the names on it
 */
export function groundStyle(shade: Shade, language: string, region?: Region): StyleSpecification {
  const flavor = namedFlavor(shade);
  const world: LayerSpecification[] = [
    {
      id: 'sea',
      type: 'background',
      paint: { 'background-color': ['step', ['zoom'], flavor.water, OUTLINES_UP_TO, flavor.earth] },
    },
    {
      id: 'land',
      type: 'fill',
      source: 'world',
      maxzoom: OUTLINES_UP_TO,
      filter: ['==', ['get', 'is'], 'land'],
      paint: { 'fill-color': flavor.earth },
    },
    {
      id: 'borders',
      type: 'line',
      source: 'world',
      maxzoom: OUTLINES_UP_TO,
      filter: ['==', ['get', 'is'], 'border'],
      paint: { 'line-color': flavor.boundaries, 'line-width': 1 },
    },
  ];
  const streets =
    region === undefined
      ? []
      : layers('region', flavor, { lang: language })
          .filter((layer) => 'source-layer' in layer && region.layers.has(layer['source-layer'] ?? ''))
          .map(withoutIcons);
  return {
    version: 8,
    sources: {
      world: { type: 'geojson', data: outlinesUrl },
      ...(region === undefined ? {} : { region: { type: 'vector' as const, url: region.url } }),
    },
    layers: [...world, ...streets],
  };
}

/** Names say what a sign would: pictures of shops and road signs would stand beside marks that mean something. */
function withoutIcons(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== 'symbol') return layer;
  const { 'icon-image': _sign, ...layout } = layer.layout ?? {};
  return { ...layer, layout };
}
