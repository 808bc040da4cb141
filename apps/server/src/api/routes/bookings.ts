import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Booking } from '../../drivers/bookings/index.ts';
import { momentOf } from '../driver-answers.ts';
import { socketAt } from '../driver-sockets.ts';
import { outside } from '../outside.ts';
import { unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { BookedPlace, BookingParams, BookingState } from './booking-schemas.ts';
import { describes, Moment } from './schemas.ts';

const tag = 'sessions';
const Time = Type.String({ format: 'date-time' });
const From = Type.Object(
  { from: Type.Optional(Moment('Bookings made since then; default: the last 30 days')) },
  { additionalProperties: false },
);
const BookingLine = Type.Object({
  ...BookedPlace,
  ...BookingState,
  made: Time,
  arrival: Time,
  expires: Time,
  ended: Type.Union([Time, Type.Null()]),
});
const PERIOD_MS = 30 * 86_400_000;

/** Poles that are held for drivers, for those who run them: what, where and when, never for whom. */
export function bookingRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { driverAccounts, clock, audit } = around;

  function line(booking: Booking, { label, place, timeZone }: Awaited<ReturnType<typeof socketAt>>) {
    const { id, locationId, evseUid, state, heldBy, ...times } = booking;
    const { madeMs, arrivalMs, expiresMs, endedMs } = times;
    const where = { locationId, evseUid, label, place, timeZone };
    return outside({ id, ...where, state, heldBy, madeMs, arrivalMs, expiresMs, endedMs });
  }

  app.get<{ Querystring: Static<typeof From> }>(
    '/api/bookings',
    {
      config: { permission: 'sessions:read' },
      schema: describes({
        tag,
        summary: 'Bookings of poles by drivers, newest first, without who they are',
        querystring: From,
        answer: Type.Array(BookingLine),
      }),
    },
    async ({ query: { from } }) => {
      const fromMs = from === undefined ? clock.now() - PERIOD_MS : momentOf('query.from', from);
      const bookings = await driverAccounts.bookings.made(fromMs);
      // A pole is looked up once, however often it was booked.
      const poles = Map.groupBy(bookings, ({ locationId, evseUid }) => `${locationId} ${evseUid}`);
      const lines = new Map<Booking, unknown>();
      for (const [first, ...others] of poles.values()) {
        const at = await socketAt(around, first as Booking);
        for (const one of [first as Booking, ...others]) lines.set(one, line(one, at));
      }
      return bookings.map((one) => lines.get(one));
    },
  );

  app.delete<{ Params: Static<typeof BookingParams> }>(
    '/api/bookings/:bookingId',
    {
      config: { permission: 'stations:operate' },
      schema: describes({
        tag,
        summary: 'Withdraw a booking: the pole is free again, and its driver is told',
        params: BookingParams,
        answer: BookingLine,
      }),
    },
    async ({ params: { bookingId }, actor }) => {
      const withdrawn = unwrap(await driverAccounts.bookings.withdraw(bookingId));
      await audit.record({ actor, action: 'booking.withdrawn', subject: `booking:${bookingId}`, detail: {} });
      return line(withdrawn, await socketAt(around, withdrawn));
    },
  );
}
