import type { FastifyReply, FastifyRequest } from 'fastify';

/** A comment line keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15_000;

/** What is written to one listener. */
export interface Listener {
  /** A reader that does not keep up misses pictures instead of filling the memory. */
  picture(text: string): void;
  /** A word that must not be missed: a reader that does not keep up is cut off, comes back and reads everything anew. */
  word(text: string): void;
}

/**
 * Server-sent events for one page, for as long as whoever asked may see them: signing out, a revoked key, a removed account or a
 * smaller role end the stream within 15 s (ASVS 7.4.1, 7.4.2).
 * @param open every open stream of the route, as what closes it
 * @param listen starts to tell; returns what stops it, called once
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  open: Set<() => void>,
  listen: (to: Listener) => () => void,
): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  let blocked = false;
  raw.on('drain', () => {
    blocked = false;
  });
  const picture = (text: string) => {
    // What was still being read when the stream was closed is written nowhere: a second write after the end would end the server.
    if (raw.writableEnded || raw.destroyed) return;
    if (!blocked) blocked = !raw.write(text);
  };
  const word = (text: string) => {
    if (blocked) raw.destroy();
    else picture(text);
  };
  word(': open\n\n');
  const stop = listen({ picture, word });
  const alive = setInterval(() => {
    picture(': alive\n\n');
    // Who cannot be asked about any more (the database is away) sees nothing either.
    request.mayStill().then(
      (may) => {
        if (!may) close();
      },
      () => close(),
    );
  }, KEEP_ALIVE_MS).unref();
  const close = () => {
    if (!open.delete(close)) return;
    clearInterval(alive);
    stop();
    raw.end();
  };
  open.add(close);
  raw.on('close', close);
  // Who went while we looked who they are is told to nobody any more: their place would be taken for ever.
  if (raw.destroyed) close();
}
