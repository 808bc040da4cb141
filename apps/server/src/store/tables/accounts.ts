import type { Identity, Json } from './columns.ts';

export type StaffRole = 'admin' | 'operator' | 'viewer' | 'city';
export type DriverRole = 'driver' | 'guest';

export interface AccountTable {
  id: string;
  kind: 'staff' | 'driver';
  role: StaffRole | DriverRole;
  /** As written; null for a guest and after erasure. */
  email: string | null;
  /** In lower case; unique among the accounts of a kind that have not ended. */
  email_key: string | null;
  name: string | null;
  /** Set: this member of staff belongs to that OCPI peer and sees nothing of others. */
  peer_id: string | null;
  /** argon2id as a PHC string; null until an invitation was accepted. */
  password_hash: string | null;
  /** Seed of one-time codes, sealed with a key outside the database. */
  totp_sealed: string | null;
  /** Newest time step whose code was used: it and older ones are refused (ASVS 6.5.1). */
  totp_last_step: number | null;
  created_ms: number;
  last_sign_in_ms: number | null;
  /** An admin closed it: nobody signs in until it is opened again. */
  locked_ms: number | null;
  /** When a link that was sent to the address came back. */
  email_confirmed_ms: number | null;
  ended_ms: number | null;
}

export interface AccountInvitationTable {
  token_sha256: string;
  account_id: string;
  purpose: 'join' | 'reset' | 'sign-in';
  /** Seed offered while the invitation is open. */
  totp_sealed: string | null;
  created_ms: number;
  expires_ms: number;
  used_ms: number | null;
}

export interface RecoveryCodeTable {
  code_sha256: string;
  account_id: string;
  used_ms: number | null;
}

export interface AccountSessionTable {
  /** SHA-256 of what the cookie holds, hex. */
  id_sha256: string;
  /** Name of the session for people. */
  handle: string;
  account_id: string;
  /** `password`: the second factor is still owed, nothing else is allowed. */
  stage: 'password' | 'full';
  created_ms: number;
  seen_ms: number;
  ends_ms: number;
  stepped_up_until_ms: number | null;
  address: string;
  agent: string;
  /** A guest's: the one EVSE it is good for. */
  evse_key: string | null;
  ended_ms: number | null;
  /** WebAuthn challenge this sign-in was given last; used once. */
  challenge: string | null;
  challenge_until_ms: number | null;
}

/** A passkey of a member of staff. */
export interface PasskeyTable {
  /** Credential id, base64url. */
  id: string;
  account_id: string;
  /** COSE key, base64url. */
  public_key: string;
  /** Signature counter of the authenticator; 0 where it keeps none. */
  counter: number;
  transports: Json<readonly string[]>;
  name: string;
  created_ms: number;
  last_used_ms: number | null;
}

/** A named filter of a register, of one person. */
export interface SavedViewTable {
  account_id: string;
  register: string;
  name: string;
  query: string;
}

export interface SignInFailureTable {
  id: Identity;
  /** SHA-256 of kind and e-mail address: attempts at accounts that do not exist count alike. */
  subject_sha256: string;
  address: string;
  factor: 'password' | 'second';
  at_ms: number;
}

export interface AccountsTables {
  account: AccountTable;
  account_invitation: AccountInvitationTable;
  recovery_code: RecoveryCodeTable;
  account_session: AccountSessionTable;
  passkey: PasskeyTable;
  saved_view: SavedViewTable;
  sign_in_failure: SignInFailureTable;
}
