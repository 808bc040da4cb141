import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes, PrintableText } from './schemas.ts';

const Register = Type.String({ pattern: '^[a-z][a-z-]{0,39}$', description: 'Name of the table, like cdrs' });
const View = Type.Object(
  {
    name: PrintableText(80, 'What the owner calls it'),
    query: Type.String({
      maxLength: 4000,
      pattern: '^[^\\u0000-\\u001f]*$',
      description: 'What stands after ? in the address',
    }),
  },
  { additionalProperties: false },
);
const Params = Type.Object({ register: Register });
const Named = Type.Object({ register: Register, name: PrintableText(80) });

/** Named filters of a table, per person: nobody sees another one's. */
export function savedViewRoutes(app: FastifyInstance, { accounts }: ApiSurroundings): void {
  const tag = 'auth';
  const config = { permission: 'account:own' } as const;
  const answer = Type.Array(View);

  app.get<{ Params: Static<typeof Params> }>(
    '/api/me/views/:register',
    { config, schema: describes({ tag, summary: 'One’s named filters of a table', params: Params, answer }) },
    async (request) => accounts.savedViews(ownerOf(request), request.params.register),
  );

  app.put<{ Params: Static<typeof Params>; Body: Static<typeof View> }>(
    '/api/me/views/:register',
    {
      config,
      schema: describes({
        tag,
        summary: 'Keep a named filter, or replace the one of that name',
        params: Params,
        body: View,
        answer,
      }),
    },
    async (request) => {
      const owner = ownerOf(request);
      const { register } = request.params;
      if (!(await accounts.keepView(owner, register, request.body)))
        throw new HttpProblem(
          409,
          'There are 50 views of this table, or 500 in all, already: remove one first.',
        );
      return accounts.savedViews(owner, register);
    },
  );

  app.delete<{ Params: Static<typeof Named> }>(
    '/api/me/views/:register/:name',
    { config, schema: describes({ tag, summary: 'Forget a named filter', params: Named, answer }) },
    async (request) => {
      const owner = ownerOf(request);
      const { register, name } = request.params;
      if (!(await accounts.dropView(owner, register, name)))
        throw new HttpProblem(404, `You have no view ${name} of this table.`);
      return accounts.savedViews(owner, register);
    },
  );
}

function ownerOf({ person }: FastifyRequest): string {
  if (person === null) throw new HttpProblem(404, 'An API key has no views of its own: sign in as a person.');
  return person.session.account.id;
}
