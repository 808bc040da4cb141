import type { FastifyInstance } from 'fastify';
import type { ApiSurroundings } from './surroundings.ts';

/** The OSCP handler refuses more than 1 MiB in its own words; beyond this the server does not read on. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Hands everything below `/oscp` to the grid room as raw bytes: authentication, segments and messages are its own. What OSCP sends in answer
 * begins when the 204 is out.
 * @param prefix path of the public address, which OSCP knows and this server does not.
 */
export function mountOscp(app: FastifyInstance, around: ApiSurroundings, prefix: string): void {
  void app.register(async (oscp) => {
    oscp.removeAllContentTypeParsers();
    oscp.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    oscp.route({
      method: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
      url: '/oscp/*',
      bodyLimit: MOST_BYTES,
      config: { permission: 'ocpi', rateLimit: false },
      schema: { hide: true },
      async handler(request, reply) {
        const answer = await around.grid.handle({
          method: request.method,
          url: `${prefix}${request.raw.url ?? request.url}`,
          headers: request.headers,
          body: Buffer.isBuffer(request.body) ? request.body : '',
        });
        const { afterwards } = answer;
        if (afterwards !== undefined) {
          reply.raw.once('close', () => {
            afterwards().catch((error: unknown) =>
              around.log.error({ error }, 'An answer to a grid operator failed unexpectedly'),
            );
          });
        }
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  });
}
