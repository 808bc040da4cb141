import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { seesPublished } from '../../drivers/accounts/index.ts';
import { driverOf } from '../driver-answers.ts';
import { isSeen, socketAt, socketsOf } from '../driver-sockets.ts';
import { outside } from '../outside.ts';
import { featuresOf } from '../place-features.ts';
import { priceOfCharge } from '../price-of-charge.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import {
  PlaceQuery,
  PlacesAnswer,
  PriceAnswer,
  PriceQuery,
  SocketQuery,
  UsableSocketRow,
} from './driver-plan-schemas.ts';
import { describes } from './schemas.ts';

/** Everybody asks the same: one reading of places and tariffs serves all for so long. */
const FRESH_MS = 5_000;
const LOOKS_PER_MINUTE = 120;
const MOST_RUNNING = 1_000;
type Sockets = Awaited<ReturnType<typeof socketsOf>>;

/** Where one may charge, with what is free and what it costs before charging: for drivers, and for anybody who asks (BI21, BI24). */
export function driverSocketRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const tag = 'drivers';
  const { driverAccounts, clock, network, transactions } = around;
  const open = { permission: 'public' as const, rateLimit: { max: LOOKS_PER_MINUTE, timeWindow: 60_000 } };
  let kept: { readonly atMs: number; readonly sockets: Promise<Sockets> } | undefined;

  function published(): Promise<Sockets> {
    const nowMs = clock.now();
    if (kept === undefined || nowMs - kept.atMs >= FRESH_MS || nowMs < kept.atMs) {
      const reading = { atMs: nowMs, sockets: socketsOf(around) };
      kept = reading;
      reading.sockets.catch(() => {
        if (kept === reading) kept = undefined;
      });
    }
    return kept.sockets;
  }

  /** Nobody can start where a charge runs; where a cable is plugged and none runs it may be one's own. */
  async function withCharges(sockets: Sockets) {
    const running = await transactions.list({ state: 'active', limit: MOST_RUNNING });
    return sockets.map((socket) => {
      const place = network.find(socket.locationId, socket.evseUid);
      const charge = running.find(
        ({ stationId, evseId }) => stationId === place?.stationId && evseId === place.evseId,
      );
      return {
        ...socket,
        chargingSince: charge === undefined ? null : new Date(charge.startMs).toISOString(),
      };
    });
  }

  const named = (text: string | undefined) => {
    const wanted = (text ?? '').toLowerCase();
    return ({ place, address, city, label }: Sockets[number]) =>
      `${place} ${address} ${city} ${label}`.toLowerCase().includes(wanted);
  };

  app.get<{ Querystring: Static<typeof PlaceQuery> }>(
    '/api/places',
    {
      config: open,
      schema: describes({
        tag,
        summary: 'Sockets for everybody: place, free or busy, power, connectors, price',
        description: 'No key is needed. At most 5 s old; locations that are not published are not here.',
        querystring: PlaceQuery,
        answer: PlacesAnswer,
      }),
    },
    async ({ query: { text, free = false, minPowerW = 0, connector, format } }, reply) => {
      const sockets = (await published())
        .filter(named(text))
        .filter(({ status }) => !free || status === 'AVAILABLE')
        .filter(({ maxW }) => maxW >= minPowerW)
        .filter(
          ({ connectors }) => connector === undefined || connectors.some((one) => one.standard === connector),
        );
      if (format === 'geojson')
        return reply
          .type('application/geo+json')
          .serializer(String)
          .send(JSON.stringify(featuresOf(sockets)));
      return outside({ nowMs: clock.now(), sockets });
    },
  );

  app.get<{ Querystring: Static<typeof PriceQuery> }>(
    '/api/places/price',
    {
      config: open,
      schema: describes({
        tag,
        summary: 'What a charge costs at a socket before it begins, by the tariff that the bill will use',
        querystring: PriceQuery,
        answer: PriceAnswer,
      }),
    },
    async ({ query }) => {
      if (!(await isSeen(around, query, seesPublished)))
        throw new HttpProblem(404, 'There is no such socket.', [], 'unknown-socket');
      return outside(await priceOfCharge(around, query));
    },
  );

  app.get<{ Querystring: Static<typeof SocketQuery> }>(
    '/api/drivers/me/sockets',
    {
      config: { permission: 'charge:own' },
      schema: describes({
        tag,
        summary: 'Sockets one may use: place, free or busy, power, price',
        description:
          'A guest sees the one socket whose code was scanned. Private locations are here for those they name.',
        querystring: SocketQuery,
        answer: Type.Array(UsableSocketRow),
      }),
    },
    async (request) => {
      const { evseKey, account } = driverOf(request).session;
      if (evseKey !== null) {
        const [locationId, evseUid] = JSON.parse(evseKey) as [string, string];
        return withCharges([await socketAt(around, { locationId, evseUid })]);
      }
      const sees = await driverAccounts.placesSeenBy(account.id);
      return withCharges((await socketsOf(around, sees)).filter(named(request.query.text)));
    },
  );

  app.get<{ Querystring: Static<typeof PriceQuery> }>(
    '/api/drivers/me/price',
    {
      config: { permission: 'charge:own' },
      schema: describes({
        tag,
        summary: 'What a charge costs at a socket one may use, before it begins',
        querystring: PriceQuery,
        answer: PriceAnswer,
      }),
    },
    async (request) => {
      const sees = await driverAccounts.placesSeenBy(driverOf(request).session.account.id);
      if (!(await isSeen(around, request.query, sees)))
        throw new HttpProblem(404, 'There is no such socket.', [], 'unknown-socket');
      return outside(await priceOfCharge(around, request.query));
    },
  );
}
