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

const Time = Type.String({ format: 'date-time' });
const MaybeTime = Type.Union([Time, Type.Null()]);
const KeyRow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.String(),
  created: Time,
  lastUsed: MaybeTime,
  revoked: MaybeTime,
});
const TrailRow = Type.Object({
  id: Type.Integer(),
  at: Time,
  actor: Type.String({ description: '`staff:<id>`, `key:<id>`, `driver:<id>`, `local` or a part of SMAC' }),
  actorName: Type.Union([Type.String(), Type.Null()], {
    description: 'E-mail of the colleague or name of the key, where it is still known',
  }),
  action: Type.String(),
  subject: Type.String(),
  detail: AnyObject,
  hash: Type.String(),
});
const Verdict = Type.Object(
  {
    ok: Type.Boolean(),
    rows: Type.Integer({ description: 'Looked at' }),
    brokenId: Type.Optional(Type.Integer()),
    sentence: Type.Optional(Type.String({ description: 'What is wrong, and where' })),
  },
  { additionalProperties: true },
);

export function operatorRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { apiKeys, audit } = around;

  app.get(
    '/api/keys',
    {
      config: { permission: 'keys:manage' },
      schema: describes({
        tag: 'operators',
        summary: 'API keys, without the keys themselves',
        answer: Type.Array(KeyRow),
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
        answer: Type.Object({ ...KeyRow.properties, key: Type.String({ description: 'Shown once' }) }),
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
        answer: Type.Array(TrailRow),
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
      const nameOf = await actorNames(around);
      return outside(rows.map((row) => ({ ...row, actorName: nameOf(row.actor) })));
    },
  );

  app.get(
    '/api/audit/verify',
    {
      config: { permission: 'audit:read' },
      schema: describes({
        tag: 'operators',
        summary: 'Recompute the chain of the audit trail',
        answer: Verdict,
      }),
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

  app.get(
    '/api/reports/export',
    {
      config: { permission: 'database:copy' },
      schema: describes({
        tag: 'reports',
        summary: 'All usage data as gzipped JSON lines, for somebody else (smac export)',
        answer: Type.String(),
      }),
    },
    async (request, reply) => {
      await audit.record({
        actor: request.actor,
        action: 'data.exported',
        subject: 'data:usage',
        detail: {},
      });
      return reply.type('application/octet-stream').send(ReadableStream.from(around.usageExport()));
    },
  );
}

/** The trail keeps ids: an account that was erased has no name any more, and the chain stays whole. */
async function actorNames({ accounts, apiKeys }: ApiSurroundings): Promise<(actor: string) => string | null> {
  const [staff, keys] = await Promise.all([accounts.listStaff(), apiKeys.list()]);
  const names = new Map<string, string | null>([
    ...staff.map(({ id, email }) => [`staff:${id}`, email] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, name] as const),
  ]);
  return (actor) => names.get(actor) ?? null;
}
