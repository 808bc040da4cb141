import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

/** Where pages find the archive, below the path of the public address; in it lie streets and names, nothing of this platform. */
export const MAP_TILES_URL = '/map/region.pmtiles';
const MAGIC = 'PMTiles\u0003';
const DAY_S = 86_400;
/** A tile or a directory of an archive has some kilobytes; nobody takes the whole of it, which has gigabytes. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Of one network: a page with a map that is moved asks for some hundreds, and many people may sit behind one address. */
const RANGES_PER_MINUTE = 6_000;

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
    {
      config: { permission: 'public', rateLimit: { max: RANGES_PER_MINUTE, timeWindow: 60_000 } },
      schema: { hide: true },
    },
    (request, reply) => {
      refuseMuch(request.headers.range);
      // Who has an older copy would be sent the whole archive instead of the range.
      delete request.raw.headers['if-range'];
      return reply.type('application/vnd.pmtiles').sendFile(basename(file));
    },
  );
}

function refuseMuch(range: string | undefined): void {
  const advice = `ask for one range of at most ${MOST_BYTES} bytes, like Range: bytes=0-16383`;
  if (range === undefined)
    throw new HttpProblem(400, `The archive is not sent as a whole: ${advice}, or copy the file itself.`);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const bytes = Number(last) - Number(first) + 1;
  if (!(bytes >= 1 && bytes <= MOST_BYTES)) throw new HttpProblem(416, `This is not sent: ${advice}.`);
}
