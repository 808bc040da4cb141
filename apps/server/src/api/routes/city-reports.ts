import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { CityReports } from '../../insight/city/index.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import { describes, Moment, PrintableText } from './schemas.ts';

const Name = PrintableText(80, 'What the list shows');
const Named = Type.Object({ name: Name });
const Body = Type.Object(
  {
    query: Type.String({
      maxLength: 2000,
      pattern: '^[\\x20-\\x7e]*$',
      description: 'What stands after ? in the address',
    }),
  },
  { additionalProperties: false },
);
const List = Type.Array(Type.Object({ name: Name, query: Type.String(), made: Moment('Kept') }));

/** Reports that operators and the city share: each finds what the other named (D4.2 US-ii-1). */
export function cityReportRoutes(
  app: FastifyInstance,
  { cityReports }: { readonly cityReports: CityReports },
): void {
  const tag = 'city';
  const config = { permission: 'insight:read' } as const;

  app.get(
    '/api/city/reports',
    {
      config,
      schema: describes({
        tag,
        summary: 'Reports by name, for everybody who sees the figures',
        answer: List,
      }),
    },
    async () => outside(await cityReports.list()),
  );

  app.put<{ Params: Static<typeof Named>; Body: Static<typeof Body> }>(
    '/api/city/reports/:name',
    {
      config,
      schema: describes({
        tag,
        summary: 'Keep a report for everybody',
        params: Named,
        body: Body,
        answer: List,
      }),
    },
    async (request) => {
      const { name } = request.params;
      const kept = await cityReports.keep(name, request.body.query, personOf(request).id);
      if (kept === 'taken')
        throw new HttpProblem(409, `Somebody else keeps a report ${name}: choose another name.`);
      if (kept === 'full')
        throw new HttpProblem(409, 'You keep 20 reports, or there are 100 already: remove one first.');
      return outside(await cityReports.list());
    },
  );

  app.delete<{ Params: Static<typeof Named> }>(
    '/api/city/reports/:name',
    {
      config,
      schema: describes({
        tag,
        summary: 'Remove a report of one’s own; an admin any',
        params: Named,
        answer: List,
      }),
    },
    async (request) => {
      const { name } = request.params;
      if (!(await cityReports.drop(name, personOf(request))))
        throw new HttpProblem(404, `You keep no report ${name}.`);
      return outside(await cityReports.list());
    },
  );
}

function personOf({ person }: FastifyRequest) {
  if (person === null) throw new HttpProblem(404, 'An API key keeps no reports: sign in as a person.');
  return person.session.account;
}
