import { actionsOf, mayInitiate, schemaOf } from '@smac/ocpp';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { found } from '../problem.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';

const tag = 'stations';
const Version = Type.Union([Type.Literal('1.6'), Type.Literal('2.0.1'), Type.Literal('2.1')]);
const VersionParams = Type.Object({ version: Version });
const MessageParams = Type.Object({ version: Version, action: PrintableText(64) });

/** What a back office may say to a station of a version: for forms of commands. */
export function ocppMessageRoutes(app: FastifyInstance): void {
  const config = { permission: 'stations:read' } as const;

  app.get<{ Params: Static<typeof VersionParams> }>(
    '/api/ocpp-messages/:version',
    {
      config,
      schema: describes({
        tag,
        summary: 'Every message that a back office may send in a version of OCPP',
        params: VersionParams,
        answer: Type.Object({ version: Type.String(), actions: Type.Array(Type.String()) }),
      }),
    },
    async ({ params: { version } }) => ({
      version,
      actions: actionsOf(version)
        .filter((action) => mayInitiate(version, action, 'csms'))
        .toSorted(),
    }),
  );

  app.get<{ Params: Static<typeof MessageParams> }>(
    '/api/ocpp-messages/:version/:action',
    {
      config,
      schema: describes({
        tag,
        summary: 'The JSON schema of the payload of one message',
        params: MessageParams,
        answer: Type.Object({ action: Type.String(), schema: AnyObject }),
      }),
    },
    async ({ params: { version, action } }) => {
      const schema = mayInitiate(version, action, 'csms') ? schemaOf(version, action, 'request') : null;
      return { action, schema: found(schema ?? undefined, `message ${action} of OCPP ${version}`) };
    },
  );
}
