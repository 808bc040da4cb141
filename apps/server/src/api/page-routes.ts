import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { ENTRIES, encoded, type PagePlace, readBuiltPages } from './page-files.ts';
import { HttpProblem } from './problem.ts';

const FILES = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page/status.css', file: 'status.css', type: 'text/css; charset=utf-8' },
  { url: '/page/status.js', file: 'status.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/chart.js', file: 'chart.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/words.js', file: 'words.js', type: 'text/javascript; charset=utf-8' },
  { url: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
  // What makes the driver app one that can be installed; the worker stands above `/drive`, its scope.
  { url: '/drive.webmanifest', file: 'drive.webmanifest', type: 'application/manifest+json' },
  { url: '/drive-worker.js', file: 'drive-worker.js', type: 'text/javascript; charset=utf-8' },
  { url: '/drive-icon-192.png', file: 'drive-icon-192.png', type: 'image/png' },
  { url: '/drive-icon-512.png', file: 'drive-icon-512.png', type: 'image/png' },
] as const;
const OPEN = { config: { permission: 'public' }, schema: { hide: true } } as const;
/** Files of the pages are asked for by the dozen and cost nothing. */
const UNCOUNTED = { config: { permission: 'public', rateLimit: false }, schema: { hide: true } } as const;
const NOT_BUILT =
  'The web pages are not built yet: run `node scripts/build-web.mjs` where SMAC is installed, then start it again.';

/**
 * The status page, and the pages of apps/web. They hold no data, so they need no key; what they show comes from `/api`.
 */
export function pageRoutes(app: FastifyInstance, place: PagePlace): void {
  for (const { url, file, type } of FILES) {
    const content = readFileSync(new URL(`./page/${file}`, import.meta.url));
    app.get(url, OPEN, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content),
    );
  }
  const built = readBuiltPages(place);
  for (const entry of ENTRIES) {
    const html = built?.entries.get(entry);
    for (const url of [`/${entry}`, `/${entry}/*`])
      app.get(url, OPEN, async (_request, reply) => {
        if (html === undefined) throw new HttpProblem(503, NOT_BUILT);
        return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
      });
  }
  app.get<{ Params: { '*': string } }>('/assets/*', UNCOUNTED, async (request, reply) => {
    const file = built?.assets.get(request.params['*']);
    if (file === undefined) throw new HttpProblem(404, 'There is no such file: reload the page.');
    const { content, encoding } = encoded(file, String(request.headers['accept-encoding'] ?? ''));
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply
      .type(file.type)
      .header('vary', 'accept-encoding')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(content);
  });
}
