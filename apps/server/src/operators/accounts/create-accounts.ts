import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import { type Language, openSeal } from '../../config/index.ts';
import type { Mail } from '../../mail/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Audit } from '../audit.ts';
import type { Account, AccountKind, AccountOutcome } from './account.ts';
import { askConfirmation, confirmEmail, forgetConfirmation } from './confirm-email.ts';
import { createDoor } from './door.ts';
import { createSignInFailures } from './failures.ts';
import {
  type Accepted,
  acceptInvitation,
  type Invitation,
  invitationLink,
  mailInvitation,
  type OpenInvitation,
  openInvitation,
  signInByLink,
} from './invitations.ts';
import { lockStaff, signOutStaff } from './lock.ts';
import { changePassword, confirmPassword, recoveryCodesLeft, renewRecoveryCodes } from './own-account.ts';
import {
  addPasskey,
  type Passkey,
  passkeysOf,
  passkeyToMake,
  passkeyToShow,
  removePasskey,
} from './passkeys.ts';
import { createPasswordHashes, type PasswordCost } from './password-hash.ts';
import { askPasswordLink, choosePassword, type ForgottenPassword } from './password-link.ts';
import type { AccountsLog, AccountsRoom } from './room.ts';
import { dropView, keepView, type SavedView, savedViews } from './saved-views.ts';
import type { SecondFactor } from './second-factor.ts';
import { createSessions, type Sessions, type SessionTimes, type Whereabouts } from './sessions.ts';
import { type Credentials, type SignIn, showSecondFactor, signIn, stepUp } from './sign-in.ts';
import {
  addStaff,
  changeStaff,
  endAccount,
  firstAdmin,
  listStaff,
  type NewStaff,
  oneTimeAdmin,
  removeStaff,
  resetStaff,
  type StaffMember,
} from './staff.ts';

/** People: their sign-ins, and the accounts of staff. */
export interface Accounts {
  readonly sessions: Sessions;
  /** For rooms with accounts of their own kind. */
  readonly room: AccountsRoom;
  signIn(kind: AccountKind, given: Credentials, where: Whereabouts): Promise<AccountOutcome<SignIn>>;
  showSecondFactor(
    kind: AccountKind,
    cookie: string,
    given: SecondFactor,
    where: Whereabouts,
  ): Promise<AccountOutcome<SignIn>>;
  stepUp(
    kind: AccountKind,
    cookie: string,
    given: SecondFactor,
    where: Whereabouts,
  ): Promise<AccountOutcome<number>>;
  invitationLink(invitation: Invitation): string;
  mailInvitation(invitation: Invitation, language: Language): Promise<boolean>;
  openInvitation(token: string): Promise<AccountOutcome<OpenInvitation>>;
  acceptInvitation(
    given: Parameters<typeof acceptInvitation>[1],
    where: Whereabouts,
  ): Promise<AccountOutcome<Accepted>>;
  signInByLink(token: string, where: Whereabouts): Promise<AccountOutcome<{ readonly cookie: string }>>;
  changePassword(
    accountId: string,
    cookie: string,
    given: { readonly current: string; readonly next: string },
    where: Whereabouts,
  ): Promise<AccountOutcome<undefined>>;
  confirmPassword(
    accountId: string,
    password: string,
    where: Whereabouts,
  ): Promise<AccountOutcome<undefined>>;
  askPasswordLink(
    kind: AccountKind,
    given: ForgottenPassword,
    where: Whereabouts,
  ): Promise<AccountOutcome<undefined>>;
  choosePassword(
    kind: AccountKind,
    given: Parameters<typeof choosePassword>[2],
  ): Promise<AccountOutcome<undefined>>;
  askConfirmation(
    account: Pick<Account, 'id' | 'kind' | 'email'>,
    language: Language,
    where: Whereabouts,
  ): Promise<AccountOutcome<undefined>>;
  confirmEmail(token: string): Promise<AccountOutcome<undefined>>;
  /** The mailbox takes nothing any more. */
  forgetConfirmation(accountId: string): Promise<void>;
  renewRecoveryCodes(accountId: string): Promise<readonly string[]>;
  recoveryCodesLeft(accountId: string): Promise<number>;
  passkeys(accountId: string): Promise<readonly Passkey[]>;
  /** For the browser, to make one. */
  passkeyToMake(
    account: Account,
    cookie: string,
  ): Promise<AccountOutcome<PublicKeyCredentialCreationOptionsJSON>>;
  addPasskey(
    account: Account,
    cookie: string,
    given: Parameters<typeof addPasskey>[3],
  ): Promise<AccountOutcome<Passkey>>;
  removePasskey(account: Account, id: string): Promise<boolean>;
  /** For the browser, to show one. */
  passkeyToShow(account: Account, cookie: string): Promise<PublicKeyCredentialRequestOptionsJSON>;
  addStaff(
    staff: NewStaff,
    actor: string,
  ): Promise<AccountOutcome<Invitation & { readonly account: Account }>>;
  listStaff(): Promise<readonly StaffMember[]>;
  changeStaff(
    id: string,
    change: Parameters<typeof changeStaff>[2],
    actor: string,
  ): Promise<AccountOutcome<Account>>;
  resetStaff(id: string, actor: string): Promise<AccountOutcome<Invitation>>;
  removeStaff(id: string, actor: string): Promise<AccountOutcome<undefined>>;
  /** Closes an account for a time, or opens it again and forgives failed attempts. */
  lockStaff(id: string, isLocked: boolean, actor: string): Promise<AccountOutcome<undefined>>;
  /** Ends every sign-in of a member of staff. @returns how many */
  signOutStaff(id: string, actor: string): Promise<AccountOutcome<number>>;
  savedViews(accountId: string, register: string): Promise<readonly SavedView[]>;
  /** false: there are too many of that register already. */
  keepView(accountId: string, register: string, view: SavedView): Promise<boolean>;
  dropView(accountId: string, register: string, name: string): Promise<boolean>;
  /** A link for the first admin while there is none. */
  firstAdmin(): Promise<Invitation | undefined>;
  /** An admin that signs in by one link only: for the demo, whose data begin and end with the process. */
  oneTimeAdmin(): Promise<Invitation>;
  /** Removes the person from the account inside a transaction of the caller. */
  endAccount(trx: Transaction<Database>, id: string): Promise<void>;
  /** Removes sign-ins and failures that no longer count. */
  removeOld(): Promise<number>;
}

export function createAccounts(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly audit: Audit;
  readonly log: AccountsLog;
  readonly dataDir: string;
  /** Where browsers find this server. */
  readonly publicUrl: string;
  readonly cost: PasswordCost;
  readonly times: Readonly<Record<AccountKind, SessionTimes>>;
  /** undefined: no mail server is set. */
  readonly mail: Pick<Mail, 'post' | 'wake'> | undefined;
  readonly activity: Pick<Activity, 'track'>;
}): Accounts {
  const { store, clock, random, audit, log, dataDir, cost, times } = options;
  const sessions = createSessions({ store, clock, random, times });
  const failures = createSignInFailures({ store, clock });
  const room: AccountsRoom = {
    store,
    clock,
    random,
    audit,
    log,
    seal: openSeal(dataDir, 'second-factor.key', random, 'reset every member of staff (`smac user reset`)'),
    door: createDoor(),
    hashes: createPasswordHashes(cost, random),
    sessions,
    failures,
    site: new URL(options.publicUrl),
    mail: options.mail,
    activity: options.activity,
  };
  const { door } = room;
  return {
    sessions,
    room,
    signIn: (...rest) => door(() => signIn(room, ...rest)),
    showSecondFactor: (...rest) => showSecondFactor(room, ...rest),
    stepUp: (...rest) => stepUp(room, ...rest),
    invitationLink: (invitation) => invitationLink(room, invitation),
    mailInvitation: (...rest) => mailInvitation(room, ...rest),
    openInvitation: (token) => openInvitation(room, token),
    acceptInvitation: (...rest) => door(() => acceptInvitation(room, ...rest)),
    signInByLink: (token, where) => signInByLink(room, token, where, times.staff.absoluteMs),
    changePassword: (...rest) => door(() => changePassword(room, ...rest)),
    async confirmPassword(...rest) {
      const confirmed = await door(() => confirmPassword(room, ...rest));
      return confirmed.ok ? { ok: true, data: undefined } : confirmed;
    },
    askPasswordLink: (...rest) => askPasswordLink(room, ...rest),
    choosePassword: (...rest) => door(() => choosePassword(room, ...rest)),
    askConfirmation: (...rest) => askConfirmation(room, ...rest),
    confirmEmail: (token) => confirmEmail(room, token),
    forgetConfirmation: (accountId) => forgetConfirmation(room, accountId),
    renewRecoveryCodes: (accountId) => renewRecoveryCodes(room, accountId),
    recoveryCodesLeft: (accountId) => recoveryCodesLeft(room, accountId),
    passkeys: (accountId) => passkeysOf(room, accountId),
    passkeyToMake: (...rest) => passkeyToMake(room, ...rest),
    addPasskey: (...rest) => addPasskey(room, ...rest),
    removePasskey: (...rest) => removePasskey(room, ...rest),
    passkeyToShow: (...rest) => passkeyToShow(room, ...rest),
    addStaff: (...rest) => addStaff(room, ...rest),
    listStaff: () => listStaff(room),
    changeStaff: (...rest) => changeStaff(room, ...rest),
    resetStaff: (...rest) => resetStaff(room, ...rest),
    removeStaff: (...rest) => removeStaff(room, ...rest),
    lockStaff: (...rest) => lockStaff(room, ...rest),
    signOutStaff: (...rest) => signOutStaff(room, ...rest),
    savedViews: (...rest) => savedViews(room, ...rest),
    keepView: (...rest) => keepView(room, ...rest),
    dropView: (...rest) => dropView(room, ...rest),
    firstAdmin: () => firstAdmin(room),
    oneTimeAdmin: () => oneTimeAdmin(room),
    endAccount: (trx, id) => endAccount(room, trx, id),
    removeOld: async () => (await sessions.removeOld()) + (await failures.removeOld()),
  };
}
