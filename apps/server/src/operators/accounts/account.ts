import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AccountTable, DriverRole, StaffRole } from '../../store/tables/accounts.ts';

export type AccountKind = 'staff' | 'driver';

/** A person as far as others may know: no hash, no seed. */
export interface Account {
  readonly id: string;
  readonly kind: AccountKind;
  readonly role: StaffRole | DriverRole;
  readonly email: string | null;
  readonly name: string | null;
  /** The OCPI peer this member of staff belongs to; null: this operator's own. */
  readonly peerId: string | null;
  readonly createdMs: number;
  readonly lastSignInMs: number | null;
}

/** An expected refusal: what the API answers with. */
export interface AccountRefusal {
  readonly ok: false;
  readonly code:
    | 'wrong-credentials'
    | 'wrong-code'
    | 'locked'
    | 'closed'
    | 'busy'
    | 'signed-out'
    | 'unknown-link'
    | 'weak-password'
    | 'email-taken'
    | 'email-needed'
    | 'no-mail'
    | 'not-found'
    | 'last-admin';
  readonly sentence: string;
  /** With `locked` and `busy`. */
  readonly retryAfterMs?: number;
}
export type AccountOutcome<T> = { readonly ok: true; readonly data: T } | AccountRefusal;

export function accountOf(row: Selectable<AccountTable>): Account {
  const { id, kind, role, email, name } = row;
  return {
    id,
    kind,
    role,
    email,
    name,
    peerId: row.peer_id,
    createdMs: row.created_ms,
    lastSignInMs: row.last_sign_in_ms,
  };
}

export function refusedFor(code: AccountRefusal['code'], sentence: string): AccountRefusal {
  return { ok: false, code, sentence };
}

/** Two writings of one address are one account. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** For random values of 128 bits and more: those need no slow hash (ASVS 11.4). */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** 256 random bits for a cookie or a link. */
export function secretText(random: (count: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString('base64url');
}
