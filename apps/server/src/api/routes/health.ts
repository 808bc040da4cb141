import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { sendProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes } from './schemas.ts';

export function healthRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  app.get(
    '/healthz',
    {
      config: { permission: 'public', rateLimit: false },
      schema: describes({
        tag: 'health',
        summary: 'Is the process alive?',
        answer: Type.Object({ status: Type.Literal('ok') }),
      }),
    },
    async () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    {
      config: { permission: 'public', rateLimit: false },
      schema: describes({
        tag: 'health',
        summary: 'Can it do its work?',
        description: '503 with the reasons while the database does not answer or the server is stopping.',
        answer: Type.Object({ status: Type.Literal('ready') }),
      }),
    },
    async (_request, reply) => {
      const faults = await around.faults();
      return faults.length === 0 ? { status: 'ready' } : sendProblem(reply, 503, faults.join(' '));
    },
  );
  app.get(
    '/metrics',
    {
      config: { permission: 'metrics:read', rateLimit: false },
      schema: describes({ tag: 'health', summary: 'Prometheus metrics', answer: Type.String() }),
    },
    async (_request, reply) => {
      const text = await around.metrics.text();
      return reply.type(around.metrics.contentType).serializer(String).send(text);
    },
  );
}
