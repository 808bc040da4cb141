import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const FILES = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page/status.css', file: 'status.css', type: 'text/css; charset=utf-8' },
  { url: '/page/status.js', file: 'status.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/chart.js', file: 'chart.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/words.js', file: 'words.js', type: 'text/javascript; charset=utf-8' },
  { url: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
] as const;

/** The status page's files. They hold no data, so they need no key; what they show comes from `/api/status`. */
export function pageRoutes(app: FastifyInstance): void {
  for (const { url, file, type } of FILES) {
    const content = readFileSync(new URL(`./page/${file}`, import.meta.url));
    app.get(url, { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content),
    );
  }
}
