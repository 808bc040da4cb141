import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { outside } from '../outside.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { describes, PrintableText } from './schemas.ts';
import { HeldProfiles } from './station-schemas.ts';

const StationParams = Type.Object({ stationId: PrintableText(48) });

/** What a station was told to hold, what it answered, and where its own schedule differs. */
export function stationProfileRoutes(
  app: FastifyInstance,
  { profiles, drift, handMade }: ApiSurroundings,
): void {
  app.get<{ Params: Static<typeof StationParams> }>(
    '/api/stations/:stationId/profiles',
    {
      config: { permission: 'stations:read' },
      schema: describes({
        tag: 'stations',
        summary:
          'Charging profiles the station was given, its answers, and how far its composite schedule drifts',
        params: StationParams,
        answer: HeldProfiles,
      }),
    },
    async ({ params: { stationId } }) => ({
      profiles: outside(await profiles.of(stationId)),
      byHand: outside(handMade.of(stationId)),
      drift: outside(await drift.of(stationId)),
    }),
  );
}
