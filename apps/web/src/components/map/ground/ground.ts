import { addProtocol, Map as GroundMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { PMTiles, Protocol } from 'pmtiles';
import { type MapView, positionOf } from '../map-view.ts';
import { groundStyle, type Region, type Shade } from './ground-style.ts';

/** What lies below the marks of a map: it is looked at, nothing on it is pressed. */
export interface Ground {
  /** Follows the marks. */
  show(view: MapView): void;
  wear(look: Look): void;
  close(): void;
}

const MOST_THANKS = 200;

setWorkerUrl(workerUrl);
const archives = new Protocol();
addProtocol('pmtiles', archives.tile);

/** How it looks: theme, and language of the names on it. */
export interface Look {
  readonly shade: Shade;
  readonly language: string;
}

/** What becomes of it. */
export interface Told {
  /** It can be seen. */
  readonly drawn: () => void;
  /** Its streets are known; whom the archive thanks for them, as text, may be empty. Never where it cannot be read. */
  readonly streets: (thanks: string) => void;
  /** The browser took the graphics away. */
  readonly lost: () => void;
}

/**
 * Draws the ground into `node`, which must have a size: land and sea at once, streets when it is known what the archive holds.
 * @throws where the browser has no WebGL 2
 */
export function openGround(
  node: HTMLElement,
  view: MapView,
  first: Look,
  /** Path of an archive of vector tiles on this server; undefined where there is none. */
  tilesPath: string | undefined,
  told: Told,
): Ground {
  let look = first;
  let region: Region | undefined;
  let isClosed = false;
  const map = new GroundMap({
    container: node,
    style: groundStyle(look.shade, look.language),
    ...cameraOf(view),
    interactive: false,
    attributionControl: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    // So that it is printed with what stands on it.
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  map.getCanvas().tabIndex = -1;
  map.on('load', told.drawn);
  map.on('webglcontextlost', told.lost);
  map.on('webglcontextrestored', told.drawn);
  const draw = () => map.setStyle(groundStyle(look.shade, look.language, region));
  if (tilesPath !== undefined)
    void readArchive(new URL(tilesPath, location.href).href).then(
      (archive) => {
        if (isClosed) return;
        region = archive.region;
        draw();
        told.streets(archive.thanks);
      },
      () => {},
    );
  return {
    show: (next) => map.jumpTo(cameraOf(next)),
    wear(next) {
      look = next;
      draw();
    },
    close() {
      isClosed = true;
      map.remove();
    },
  };
}

/** Its tiles are 512 px wide, those of the marks 256. */
const cameraOf = (view: MapView) => {
  const { longitude, latitude } = positionOf(view);
  return { center: [longitude, latitude] as [number, number], zoom: view.zoom - 1 };
};

/** @throws where there is no archive, or one of other tiles */
async function readArchive(address: string): Promise<{ readonly region: Region; readonly thanks: string }> {
  const archive = new PMTiles(address);
  const metadata = (await archive.getMetadata()) as {
    vector_layers?: readonly { id: string }[];
    attribution?: string;
  };
  archives.add(archive);
  const ids = (metadata.vector_layers ?? []).map(({ id }) => id);
  return {
    region: { url: `pmtiles://${address}`, layers: new Set(ids) },
    thanks: textOf(metadata.attribution ?? '').slice(0, MOST_THANKS),
  };
}

/** Thanks are HTML in an archive; only their text is shown. */
const textOf = (html: string) =>
  new DOMParser().parseFromString(html, 'text/html').body.textContent?.trim() ?? '';
