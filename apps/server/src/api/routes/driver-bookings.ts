import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { socketKey } from '../../drivers/accounts/index.ts';
import type { Booking } from '../../drivers/bookings/index.ts';
import { OWN_PEER } from '../../network/index.ts';
import { networkOf } from '../../operators/index.ts';
import type { Preferences } from '../../sites/index.ts';
import { accountIdOf, driverOf, momentOf } from '../driver-answers.ts';
import { isSeen, socketAt } from '../driver-sockets.ts';
import { outlookOf } from '../outlook-of-charge.ts';
import { outside } from '../outside.ts';
import { HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { BookedPlace, BookingParams, BookingState } from './booking-schemas.ts';
import { Outlook } from './driver-plan-schemas.ts';
import { WishesBody } from './driver-schemas.ts';
import { describes, Moment, PrintableText } from './schemas.ts';

const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time' });
const NewBooking = Type.Object(
  {
    locationId: PrintableText(36),
    evseUid: PrintableText(36),
    arrival: Moment('When one comes: from now on to three hours ahead'),
    wishes: WishesBody,
  },
  { additionalProperties: false },
);
const BookingRow = Type.Object({
  ...BookedPlace,
  maxW: Type.Number(),
  ...BookingState,
  now: Time,
  arrival: Time,
  expires: Time,
  profileType: Maybe(Type.String()),
  outlook: Maybe(Outlook),
});

/** Guests are nobody: a new one is made with each look at the map, so they count by where they come from (ASVS 2.4.1). */
const WITHIN_MS = 3_600_000;
const whoBooks = ({ standing, actor, ip }: FastifyRequest) =>
  standing === 'guest' ? `guests:${networkOf(ip)}` : actor;

/** Poles booked by a driver or guest, each with its provisional plan (X20). */
export function driverBookingRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { driverAccounts: drivers, network, planning, sites, clock, audit } = around;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;

  async function shown(booking: Booking) {
    const { locationId, evseUid, wishes, madeMs: _, sessionId, ...rest } = booking;
    const { label, place, timeZone, maxW } = await socketAt(around, booking);
    const session =
      booking.state === 'open' ? await sites.session({ peerId: OWN_PEER, sessionId }) : undefined;
    const record = session && (await planning.latest(session.contextId));
    const outlook = session && record && (await outlookOf(around, session, record, record.plan));
    const profileType = wishes.profileType ?? null;
    const where = { locationId, evseUid, label, place, timeZone, maxW };
    return outside({ ...rest, ...where, nowMs: clock.now(), profileType, outlook: outlook ?? null });
  }

  app.get(
    '/api/drivers/me/bookings',
    {
      config,
      schema: describes({
        tag,
        summary: 'One’s bookings, newest first, the open one with its provisional plan and price',
        answer: Type.Array(BookingRow),
      }),
    },
    async (request) => Promise.all((await drivers.bookings.list(accountIdOf(request))).map(shown)),
  );

  app.post<{ Body: Static<typeof NewBooking> }>(
    '/api/drivers/me/bookings',
    {
      config: { ...config, rateLimit: { max: 10, timeWindow: WITHIN_MS, keyGenerator: whoBooks } },
      schema: describes({
        tag,
        summary: 'Hold a pole until one comes, and plan the charge provisionally',
        description:
          'The station is asked to reserve (OCPP ReserveNow); where it cannot, this server refuses other cards. One booking at a time.',
        body: NewBooking,
        answer: BookingRow,
        status: 201,
      }),
    },
    async (request, reply) => {
      const { session } = driverOf(request);
      const { locationId, evseUid, arrival, wishes } = request.body;
      const place = network.find(locationId, evseUid);
      const isAllowed =
        place !== undefined &&
        (session.evseKey === null
          ? await isSeen(around, place, await drivers.placesSeenBy(session.account.id))
          : session.evseKey === socketKey(place));
      if (place === undefined || !isAllowed)
        throw new HttpProblem(404, 'There is no such socket you may use.', [], 'unknown-socket');
      if ((await socketAt(around, place)).status !== 'AVAILABLE')
        throw new HttpProblem(409, 'This pole is not free now: choose another one.', [], 'socket-taken');
      const { departure, dischargeAllowed = false, ...said } = wishes;
      const booked = unwrap(
        await drivers.bookings.book(session.account.id, session.account.role === 'guest', {
          locationId,
          evseUid,
          arrivalMs: momentOf('body.arrival', arrival),
          wishes: {
            ...(said as Omit<Preferences, 'dischargeAllowed'>),
            dischargeAllowed,
            ...(departure === undefined ? {} : { departureMs: momentOf('body.wishes.departure', departure) }),
          },
        }),
      );
      await audit.record({
        actor: request.actor,
        action: 'pole.booked',
        subject: `station:${place.stationId}`,
        detail: { evseId: place.evseId, booking: booked.id },
      });
      return reply.code(201).send(await shown(booked));
    },
  );

  app.delete<{ Params: Static<typeof BookingParams> }>(
    '/api/drivers/me/bookings/:bookingId',
    {
      config,
      schema: describes({ tag, summary: 'Cancel a booking: the pole is free again', params: BookingParams }),
    },
    async (request) => {
      const { bookingId } = request.params;
      unwrap(await drivers.bookings.cancel(accountIdOf(request), bookingId));
      await audit.record({
        actor: request.actor,
        action: 'pole.given_free',
        subject: `booking:${bookingId}`,
        detail: {},
      });
      return { cancelled: bookingId };
    },
  );
}
