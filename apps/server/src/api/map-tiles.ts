import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where pages find the archive, below the path of the public address; in it lie streets and names, nothing of this platform. */
export const MAP_TILES_URL = '/map/region.pmtiles';
const MAGIC = 'PMTiles\u0003';
const DAY_S = 86_400;

/** Whether a file is an archive of map tiles (PMTiles version 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md). */
export function isTileArchive(path: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(MAGIC.length);
    readSync(file, head, 0, head.length, 0);
    return head.toString('latin1') === MAGIC;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * The archive of map tiles for anybody who may see a page, by ranges: a page asks for some kilobytes of it at a time. A fresh copy of
 * the file shows after a day at the latest.
 */
export async function mapTileRoutes(app: FastifyInstance, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const file = resolve(path);
  await app.register(fastifyStatic, {
    root: dirname(file),
    serve: false,
    cacheControl: true,
    maxAge: DAY_S * 1000,
  });
  app.get(
    MAP_TILES_URL,
    { config: { permission: 'public', rateLimit: false }, schema: { hide: true } },
    (_request, reply) => reply.type('application/vnd.pmtiles').sendFile(basename(file)),
  );
}
