import type { Transaction } from 'kysely';
import type { Seal } from '../../config/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Audit } from '../audit.ts';
import { type Account, refusedFor } from './account.ts';
import type { SignInFailures } from './failures.ts';
import { fromBase32, matchingStep } from './one-time-code.ts';
import type { PasswordHashes } from './password-hash.ts';
import { passwordFault } from './password-rule.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import type { Sessions } from './sessions.ts';

export interface AccountsLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What every function about accounts works with. */
export interface AccountsRoom {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly audit: Audit;
  readonly log: AccountsLog;
  readonly seal: Seal;
  readonly hashes: PasswordHashes;
  readonly sessions: Sessions;
  readonly failures: SignInFailures;
}

/** What is shown as the second factor: a code of the authenticator, or one of the recovery codes. */
export type SecondFactor = { readonly code: string } | { readonly recoveryCode: string };

/** Uses it up: true once per time step and once per recovery code, however many ask at the same time. */
export async function isSecondFactor(
  room: AccountsRoom,
  trx: Transaction<Database>,
  accountId: string,
  given: SecondFactor,
): Promise<boolean> {
  const nowMs = room.clock.now();
  if ('recoveryCode' in given) return useRecoveryCode(trx, accountId, given.recoveryCode, nowMs);
  const row = await trx
    .selectFrom('account')
    .select(['totp_sealed', 'totp_last_step'])
    .where('id', '=', accountId)
    .where('ended_ms', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  const seed = row?.totp_sealed == null ? undefined : room.seal.open(row.totp_sealed, accountId);
  if (row === undefined || seed === undefined) return false;
  const step = matchingStep(fromBase32(seed), given.code, nowMs, row.totp_last_step);
  if (step === undefined) return false;
  await trx.updateTable('account').set({ totp_last_step: step }).where('id', '=', accountId).execute();
  return true;
}

export function weakPassword(password: string, account: Pick<Account, 'email' | 'name'>) {
  const fault = passwordFault(password, [account.email ?? '', account.name ?? '']);
  return fault === undefined ? undefined : refusedFor('weak-password', fault);
}

/** 24 hexadecimal digits that nobody can guess. */
export function newAccountId({ random }: Pick<AccountsRoom, 'random'>): string {
  return Buffer.from(random(12)).toString('hex');
}
