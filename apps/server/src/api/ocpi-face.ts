import type { FastifyInstance } from 'fastify';
import type { ApiSurroundings } from './surroundings.ts';

/** The OCPI handler refuses more than 1 MiB in OCPI's own words; beyond this the server does not read on. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Hands everything below `/ocpi` to the OCPI role as raw bytes: authentication, strict JSON and the OCPI envelope are the role's.
 * @param prefix path of the public address, which OCPI knows and this server does not.
 */
export function mountOcpi(app: FastifyInstance, around: ApiSurroundings, prefix: string): void {
  void app.register(async (ocpi) => {
    ocpi.removeAllContentTypeParsers();
    ocpi.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    ocpi.route({
      method: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
      url: '/ocpi/*',
      bodyLimit: MOST_BYTES,
      config: { permission: 'ocpi', rateLimit: false },
      schema: { hide: true },
      async handler(request, reply) {
        const answer = await around.ocpi({
          method: request.method,
          url: `${prefix}${request.raw.url ?? request.url}`,
          headers: request.headers,
          body: Buffer.isBuffer(request.body) ? request.body : '',
        });
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  });
}
