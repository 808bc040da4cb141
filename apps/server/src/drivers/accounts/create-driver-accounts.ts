import type { Outcome } from '@smac/ocpi';
import type { Mail } from '../../mail/index.ts';
import type { Network } from '../../network/index.ts';
import type { AccountOutcome, Whereabouts } from '../../operators/index.ts';
import type { Preferences, SessionState, Sites } from '../../sites/index.ts';
import type { Activity } from '../../time/activity.ts';
import { type Bookings, createBookings, type Holds } from '../bookings/index.ts';
import { createDriverMail, type DriverMail } from '../mail/index.ts';
import { createNoticeBook, type NoticeBook } from '../notices/index.ts';
import type { Push } from '../push/index.ts';
import { appUid, cardsOf, claimCard, type DriverCard, releaseCard } from './cards.ts';
import { giveConsent, revokeConsent } from './change-consent.ts';
import { type Consent, consentsOf, type Purpose } from './consent.ts';
import { applyCar, applyDefaults, type DriverDefaults, defaultsOf, setDefaults } from './defaults.ts';
import { eraseDriver } from './erase.ts';
import { addVehicle, changeVehicle, removeVehicle, vehiclesOf } from './garage.ts';
import { removeOldGuests } from './old-guests.ts';
import { exportOf } from './own-data.ts';
import { allowedWishes, type DriverSession, ownSession, sessionsOf, wishFor } from './own-sessions.ts';
import { chooseProvider, type Partner, type ProviderChoice, providerOf } from './provider.ts';
import { type DriverRoom, OWN_SESSIONS } from './room.ts';
import { type NewDriver, signInAsGuest, signUp } from './sign-up.ts';
import { openSocketLinks, type Socket, type SocketLinks } from './socket-link.ts';
import type { DriverVehicle, KnownVehicle } from './vehicle.ts';
import { placesSeenBy, type SeesPlace } from './visible-places.ts';

/** What drivers have here. Every call names the account: nothing of another one can be reached by it (ASVS 8.2.2). */
export interface DriverAccounts {
  readonly socketLinks: SocketLinks;
  readonly bookings: Bookings;
  readonly notices: NoticeBook;
  readonly push: Push;
  readonly mail: DriverMail;
  signUp(driver: NewDriver, where: Whereabouts): Promise<AccountOutcome<{ readonly cookie: string }>>;
  signInAsGuest(socket: Socket, where: Whereabouts): Promise<{ readonly cookie: string }>;
  vehicles(accountId: string): Promise<readonly KnownVehicle[]>;
  addVehicle(accountId: string, vehicle: DriverVehicle): Promise<Outcome<KnownVehicle>>;
  changeVehicle(accountId: string, vehicleId: string, vehicle: DriverVehicle): Promise<Outcome<KnownVehicle>>;
  removeVehicle(accountId: string, vehicleId: string): Promise<Outcome<undefined>>;
  defaults(accountId: string): Promise<DriverDefaults>;
  setDefaults(accountId: string, defaults: DriverDefaults): Promise<void>;
  provider(accountId: string): Promise<ProviderChoice>;
  /** Those of this moment a driver may choose besides this platform. */
  partners(): Promise<readonly Partner[]>;
  chooseProvider(accountId: string, provider: string): Promise<Outcome<ProviderChoice>>;
  consents(accountId: string): Promise<readonly Consent[]>;
  giveConsent(
    accountId: string,
    purpose: Purpose,
    floorSoc: number | undefined,
  ): Promise<Outcome<readonly Consent[]>>;
  revokeConsent(accountId: string, purpose: Purpose): Promise<readonly Consent[]>;
  cards(accountId: string): Promise<readonly DriverCard[]>;
  claimCard(
    accountId: string,
    card: { readonly uid: string; readonly contractId: string },
  ): Promise<Outcome<readonly DriverCard[]>>;
  releaseCard(accountId: string, tokenId: string): Promise<Outcome<undefined>>;
  /** Which locations they may see: those for everybody, and those that name one of their tokens. */
  placesSeenBy(accountId: string): Promise<SeesPlace>;
  /** The UID the app charges with. */
  appUid(accountId: string, isGuest: boolean): Promise<Outcome<string>>;
  sessions(
    accountId: string,
    page: { readonly limit: number; readonly beforeMs?: number },
  ): Promise<readonly DriverSession[]>;
  session(accountId: string, sessionId: string): Promise<SessionState | undefined>;
  wish(accountId: string, sessionId: string, wishes: Preferences): Promise<Outcome<undefined>>;
  export(accountId: string): Promise<unknown>;
  erase(accountId: string): Promise<Outcome<undefined>>;
  /** Ends guests whose time is over. @returns how many */
  removeOldGuests(): Promise<number>;
  /** Removes messages that nobody needs any more. @returns how many */
  removeOldNotices(): Promise<number>;
  /** From now on a charge of a driver begins with their car and usual wishes. @returns ends it */
  follow(): () => void;
}

export interface DriverAccountsOptions extends Omit<DriverRoom, 'sites'> {
  readonly sites: DriverRoom['sites'] & Pick<Sites, 'onTrigger' | 'timeZone' | 'putSession' | 'getLocation'>;
  readonly network: Pick<Network, 'find' | 'evses' | 'owner'>;
  readonly holds: Holds;
  readonly push: Push;
  /** undefined: no mail server is set. */
  readonly mail: Mail | undefined;
  readonly dataDir: string;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: Readonly<
    Record<'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
  >;
}

export function createDriverAccounts(options: DriverAccountsOptions): DriverAccounts {
  const room: DriverRoom = options;
  const { sites, activity, log } = options;

  const mail = createDriverMail(options);
  const notices = createNoticeBook({
    ...options,
    post: mail.post,
    told(accountId, notice) {
      options.push.tell(accountId, notice);
      mail.wake();
    },
  });
  const bookings = createBookings({
    ...options,
    lost: async (accountId, { id, locationId, evseUid }) => {
      await notices.tell(accountId, `${id}/lost`, 'booking_lost', { detail: { locationId, evseUid } });
    },
    applyCar: (accountId, sessionId) => applyCar(room, accountId, { peerId: OWN_SESSIONS, sessionId }),
    allowed: (accountId, wishes) => allowedWishes(room, accountId, wishes),
  });

  async function cancelBookings(accountId: string): Promise<void> {
    for (const { id, state } of await bookings.list(accountId))
      if (state === 'open') await bookings.cancel(accountId, id);
  }

  async function begin(sessionId: string): Promise<void> {
    try {
      await applyDefaults(room, sessionId, (session) => sites.timeZone(session), bookings.begun);
    } catch (error) {
      log.error({ sessionId, detail: String(error) }, 'The usual wishes of a driver could not be applied');
    }
  }

  return {
    socketLinks: openSocketLinks(options.dataDir, options.random),
    bookings,
    notices,
    push: options.push,
    mail,
    signUp: (...rest) => room.accounts.room.door(() => signUp(room, ...rest)),
    signInAsGuest: (...rest) => signInAsGuest(room, ...rest),
    vehicles: (accountId) => vehiclesOf(room, accountId),
    addVehicle: (...rest) => addVehicle(room, ...rest),
    changeVehicle: (...rest) => changeVehicle(room, ...rest),
    removeVehicle: (...rest) => removeVehicle(room, ...rest),
    defaults: (accountId) => defaultsOf(room, accountId),
    setDefaults: (...rest) => setDefaults(room, ...rest),
    provider: (accountId) => providerOf(room, accountId),
    partners: room.partners,
    chooseProvider: (...rest) => chooseProvider(room, ...rest),
    consents: (accountId) => consentsOf(room, accountId),
    giveConsent: (...rest) => giveConsent(room, ...rest),
    revokeConsent: (...rest) => revokeConsent(room, ...rest),
    cards: (accountId) => cardsOf(room, accountId),
    claimCard: (...rest) => claimCard(room, ...rest),
    releaseCard: (...rest) => releaseCard(room, ...rest),
    placesSeenBy: (accountId) => placesSeenBy(room, accountId),
    appUid: (...rest) => appUid(room, ...rest),
    sessions: (...rest) => sessionsOf(room, ...rest),
    session: (...rest) => ownSession(room, ...rest),
    wish: (...rest) => wishFor(room, ...rest),
    export: (accountId) => exportOf(room, accountId),
    async erase(accountId) {
      await cancelBookings(accountId);
      return eraseDriver(room, accountId);
    },
    removeOldGuests: () => removeOldGuests(room, cancelBookings),
    removeOldNotices: () => notices.removeOld(),
    follow() {
      const endings = [
        sites.onTrigger(({ cause, session }) => {
          if (cause === 'session-start' && session?.peerId === OWN_SESSIONS)
            void activity.track(() => begin(session.sessionId));
        }),
        bookings.start(),
      ];
      return () => {
        for (const end of endings) end();
      };
    },
  };
}
