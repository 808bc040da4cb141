import { type Refused, refused } from '@smac/ocpi';

/** What the app says in the language of the driver; the English sentence is for everybody else. */
export type DriverRefusalCode =
  | 'socket-taken'
  | 'station-away'
  | 'no-answer'
  | 'station-refused'
  | 'booked-already'
  | 'late-arrival'
  | 'bookings-unused'
  | 'place-held'
  | 'unknown-socket'
  | 'unknown-card'
  | 'charge-running'
  | 'charge-over';

/** A refusal that a driver meets on screen. */
export interface DriverRefusal extends Refused {
  readonly code: DriverRefusalCode;
}

export const refusedAs = (
  code: DriverRefusalCode,
  error: Refused['error'],
  detail: string,
): DriverRefusal => ({ ...refused(error, detail), code });
