import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { momentOf } from '../driver-answers.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, Moment } from './schemas.ts';

const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'What the key is for' }),
    role: Type.Union([Type.Literal('admin'), Type.Literal('operator'), Type.Literal('viewer')]),
  },
  { additionalProperties: false },
);
const KeyParams = Type.Object({ keyId: Type.String({ pattern: '^[0-9a-f]{12}$' }) });
const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only rows with a smaller id' })),
  from: Type.Optional(Moment('From here on')),
  to: Type.Optional(Moment('Before')),
});

export function operatorRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { apiKeys, audit } = around;

  app.get(
    '/api/keys',
    {
      config: { permission: 'keys:manage' },
      schema: describes({
        tag: 'operators',
        summary: 'API keys, without the keys themselves',
        answer: Type.Array(AnyObject),
      }),
    },
    async () => outside(await apiKeys.list()),
  );

  app.post<{ Body: Static<typeof NewKey> }>(
    '/api/keys',
    {
      config: { permission: 'keys:manage' },
      schema: describes({
        tag: 'operators',
        summary: 'Make an API key; the key is shown once',
        body: NewKey,
        status: 201,
      }),
    },
    async (request, reply) =>
      reply.code(201).send(outside(await apiKeys.create(request.body, request.actor))),
  );

  app.delete<{ Params: Static<typeof KeyParams> }>(
    '/api/keys/:keyId',
    {
      config: { permission: 'keys:manage' },
      schema: describes({ tag: 'operators', summary: 'Revoke an API key', params: KeyParams }),
    },
    async (request) => {
      if (!(await apiKeys.revoke(request.params.keyId, request.actor))) {
        throw new HttpProblem(404, `There is no key ${request.params.keyId} in use.`);
      }
      return { revoked: request.params.keyId };
    },
  );

  app.get<{ Querystring: Static<typeof Page> }>(
    '/api/audit',
    {
      config: { permission: 'audit:read' },
      schema: describes({
        tag: 'operators',
        summary: 'The audit trail, newest first',
        querystring: Page,
        answer: Type.Array(AnyObject),
      }),
    },
    async (request) => {
      const { limit = 100, before, from, to } = request.query;
      const rows = await audit.list({
        limit,
        ...(before === undefined ? {} : { beforeId: before }),
        ...(from === undefined ? {} : { fromMs: momentOf('query.from', from) }),
        ...(to === undefined ? {} : { toMs: momentOf('query.to', to) }),
      });
      return outside(rows);
    },
  );

  app.get(
    '/api/audit/verify',
    {
      config: { permission: 'audit:read' },
      schema: describes({ tag: 'operators', summary: 'Recompute the chain of the audit trail' }),
    },
    async () => audit.verify(around.auditAnchors()),
  );

  app.get(
    '/api/database/backup',
    {
      config: { permission: 'database:copy' },
      schema: describes({
        tag: 'operators',
        summary: 'The whole database as one file (smac backup)',
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      await audit.record({
        actor: request.actor,
        action: 'database.copied',
        subject: 'database:all',
        detail: {},
      });
      return reply.type('application/octet-stream').send(ReadableStream.from(around.backup()));
    },
  );
}
