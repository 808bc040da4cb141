/** Poles that drivers book: held at the station, planned provisionally, used by the charge they were for. */
export type { Booking, BookingState, Bookings, Holds, NewBooking } from './booking.ts';
export { type BookingRoom, createBookings } from './create-bookings.ts';
