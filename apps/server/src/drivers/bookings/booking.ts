import type { Outcome, Token } from '@smac/ocpi';
import type { Placed } from '../../network/index.ts';
import type { Preferences, SessionState } from '../../sites/index.ts';

export type BookingState = 'open' | 'used' | 'cancelled' | 'expired' | 'lost';

/** A pole held for a driver, with a provisional plan for the charge that is to come (X20). */
export interface Booking {
  readonly id: string;
  readonly locationId: string;
  readonly evseUid: string;
  /** The provisional session: planned with the others, its profile is sent to nobody. */
  readonly sessionId: string;
  /** Who keeps others away: the station, or this server when another card is shown there. */
  readonly heldBy: 'station' | 'server';
  readonly wishes: Preferences;
  readonly madeMs: number;
  readonly arrivalMs: number;
  /** Until then nobody else may charge there. */
  readonly expiresMs: number;
  readonly state: BookingState;
  readonly endedMs: number | null;
}

export interface NewBooking {
  readonly locationId: string;
  readonly evseUid: string;
  readonly arrivalMs: number;
  readonly wishes: Preferences;
}

/** Holds a pole at its station; see `roles/cpo/pole-holds.ts`. */
export interface Holds {
  hold(request: {
    readonly key: string;
    readonly place: Placed;
    readonly token: Token;
    readonly expiresMs: number;
  }): Promise<
    | { readonly held: true; readonly number: number; readonly by: 'station' | 'server' }
    | { readonly held: false; readonly why: 'taken' | 'out-of-order' | 'no-answer' | 'refused' }
  >;
  letGo(place: Placed, number: number): Promise<void>;
  isHeld(key: string): Promise<boolean>;
}

/** Poles held for drivers. Every call of a driver names the account: nothing of another one can be reached by it. */
export interface Bookings {
  /** One at a time for each account. The provisional plan follows within seconds, as after any change. */
  book(accountId: string, isGuest: boolean, wanted: NewBooking): Promise<Outcome<Booking>>;
  /** Newest first, at most 20. */
  list(accountId: string): Promise<readonly Booking[]>;
  cancel(accountId: string, bookingId: string): Promise<Outcome<undefined>>;
  /** Of every driver and guest, for those who run the poles: whose they are is not told. Newest first. */
  made(fromMs: number): Promise<readonly Booking[]>;
  /** The operator needs the pole: it is free again, and the driver hears of it. */
  withdraw(bookingId: string): Promise<Outcome<Booking>>;
  /** A charge of this account began: the wishes of its booking there, which is used by it. */
  begun(accountId: string, session: SessionState): Promise<Preferences | undefined>;
  /** Looks after bookings that nobody came for, and those their station gave up. @returns ends it */
  start(): () => void;
}
