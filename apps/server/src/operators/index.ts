export type { OperatorRole } from '../store/tables/operators.ts';
export {
  type Account,
  type AccountKind,
  type AccountOutcome,
  type AccountRefusal,
  emailKey,
  refusedFor,
  sha256,
} from './accounts/account.ts';
export { type Accounts, createAccounts } from './accounts/create-accounts.ts';
export type { Accepted, Invitation, OpenInvitation, Purpose } from './accounts/invitations.ts';
export { linkTo } from './accounts/mail-links.ts';
export { networkOf } from './accounts/network-of.ts';
export type { PasswordCost } from './accounts/password-hash.ts';
export { type AccountsRoom, newAccountId, weakPassword } from './accounts/room.ts';
export type { SecondFactor } from './accounts/second-factor.ts';
export {
  csrfTokenOf,
  isCsrfToken,
  type Session,
  type SessionPicture,
  type Sessions,
  type SessionTimes,
  type Whereabouts,
} from './accounts/sessions.ts';
export type { Credentials, SignIn } from './accounts/sign-in.ts';
export type { NewStaff, StaffMember } from './accounts/staff.ts';
export { type ApiKey, type ApiKeys, createApiKeys, type IssuedKey } from './api-keys.ts';
export {
  type Audit,
  type AuditEntry,
  type AuditHead,
  type AuditRow,
  type AuditVerdict,
  createAudit,
} from './audit.ts';
export { GRANTS, PERMISSIONS, type Permission, type Standing } from './permissions.ts';
