import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MAP_TILES_URL } from './map-tiles.ts';

/** The three entries of the web pages; every address below one of them is a page of it. */
export const ENTRIES = ['operator', 'drive', 'city'] as const;
export type Entry = (typeof ENTRIES)[number];

/** What a page is told of the server it comes from. */
export interface PagePlace {
  /** Path of the public address, '' at the root of a host. */
  readonly prefix: string;
  /** Whether it has map tiles of its region. */
  readonly hasTiles: boolean;
}

/** A built file as it leaves: plain, and compressed where the build did that. */
export interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly br?: Buffer;
  readonly gzip?: Buffer;
}

export interface BuiltPages {
  readonly entries: ReadonlyMap<Entry, string>;
  /** By name below `/assets/`; the name holds a hash of the content. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const DIST = fileURLToPath(new URL('../../../web/dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** What `scripts/build-web.mjs` built, read once. Undefined where nothing was built yet. */
export function readBuiltPages(place: PagePlace, dist = DIST): BuiltPages | undefined {
  if (!ENTRIES.every((entry) => existsSync(`${dist}${entry}.html`))) return undefined;
  const entries = new Map(
    ENTRIES.map((entry) => [entry, atPlace(readFileSync(`${dist}${entry}.html`, 'utf8'), place)]),
  );
  const assets = new Map<string, PageFile>();
  for (const name of globSync('*', { cwd: `${dist}assets` })) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const path = `${dist}assets/${name}`;
    assets.set(name, {
      type,
      plain: readFileSync(path),
      ...(existsSync(`${path}.br`) ? { br: readFileSync(`${path}.br`) } : {}),
      ...(existsSync(`${path}.gz`) ? { gzip: readFileSync(`${path}.gz`) } : {}),
    });
  }
  return { entries, assets };
}

/** Pages lie at any depth (`/operator/sites/1`), so what they load is named from the root. */
function atPlace(html: string, { prefix, hasTiles }: PagePlace): string {
  return html
    .replaceAll('"./', `"${prefix}/`)
    .replaceAll('"/favicon', `"${prefix}/favicon`)
    .replaceAll('"/drive', `"${prefix}/drive`)
    .replace('<meta name="smac-base" content="">', `<meta name="smac-base" content="${prefix}">`)
    .replace(
      '<meta name="smac-tiles" content="">',
      `<meta name="smac-tiles" content="${hasTiles ? MAP_TILES_URL : ''}">`,
    );
}

/** The form a browser takes, by its `accept-encoding`. */
export function encoded(
  { plain, br, gzip }: PageFile,
  accepted: string,
): { readonly content: Buffer; readonly encoding?: 'br' | 'gzip' } {
  if (br && /\bbr\b/.test(accepted)) return { content: br, encoding: 'br' };
  if (gzip && /\bgzip\b/.test(accepted)) return { content: gzip, encoding: 'gzip' };
  return { content: plain };
}
