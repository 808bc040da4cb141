import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import { fromBase32, matchingStep } from './one-time-code.ts';
import { isPasskey } from './passkeys.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import type { AccountsRoom } from './room.ts';

/** What is shown as the second factor: a code of the authenticator, one of the recovery codes, or a passkey. */
export type SecondFactor =
  | { readonly code: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: AuthenticationResponseJSON };

/** Uses it up: true once per time step, per recovery code and per challenge of a passkey, however many ask at the same time. */
export async function isSecondFactor(
  room: AccountsRoom,
  trx: Transaction<Database>,
  accountId: string,
  cookie: string,
  given: SecondFactor,
): Promise<boolean> {
  const nowMs = room.clock.now();
  if ('recoveryCode' in given) return useRecoveryCode(trx, accountId, given.recoveryCode, nowMs);
  if ('passkey' in given) return isPasskey(room, trx, accountId, cookie, given.passkey);
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
