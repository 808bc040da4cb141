import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { driverOf } from '../driver-answers.ts';
import { socketAt, socketsOf } from '../driver-sockets.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { SocketQuery, SocketRow } from './driver-plan-schemas.ts';
import { describes } from './schemas.ts';

/** Where one may charge, with what is free and what it costs before charging. */
export function driverSocketRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  app.get<{ Querystring: Static<typeof SocketQuery> }>(
    '/api/drivers/me/sockets',
    {
      config: { permission: 'charge:own' },
      schema: describes({
        tag: 'drivers',
        summary: 'Sockets one may use: place, free or busy, power, price',
        description: 'A guest sees the one socket whose code was scanned.',
        querystring: SocketQuery,
        answer: Type.Array(SocketRow),
      }),
    },
    async (request) => {
      const { evseKey } = driverOf(request).session;
      if (evseKey !== null) {
        const [locationId, evseUid] = JSON.parse(evseKey) as [string, string];
        return [await socketAt(around, { locationId, evseUid })];
      }
      const text = (request.query.text ?? '').toLowerCase();
      return (await socketsOf(around)).filter(({ place, city, label }) =>
        `${place} ${city} ${label}`.toLowerCase().includes(text),
      );
    },
  );
}
