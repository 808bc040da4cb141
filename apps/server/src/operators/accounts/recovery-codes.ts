import type { Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import { sha256 } from './account.ts';
import { base32 } from './one-time-code.ts';

const COUNT = 10;
/** 80 bits: no list of guesses gets anywhere, so a fast hash is enough. */
const BYTES = 10;

/** Ten codes for when the authenticator is lost, each good once; they replace what was there. Shown once. */
export async function issueRecoveryCodes(
  trx: Transaction<Database>,
  accountId: string,
  random: (count: number) => Uint8Array,
): Promise<readonly string[]> {
  const codes = Array.from({ length: COUNT }, () =>
    (base32(random(BYTES)).match(/.{4}/g) ?? []).join('-').toLowerCase(),
  );
  await trx.deleteFrom('recovery_code').where('account_id', '=', accountId).execute();
  await trx
    .insertInto('recovery_code')
    .values(
      codes.map((code) => ({ code_sha256: hashOf(accountId, code), account_id: accountId, used_ms: null })),
    )
    .execute();
  return codes;
}

/** true once per code. */
export async function useRecoveryCode(
  trx: Transaction<Database>,
  accountId: string,
  code: string,
  nowMs: number,
): Promise<boolean> {
  const used = await trx
    .updateTable('recovery_code')
    .set({ used_ms: nowMs })
    .where('code_sha256', '=', hashOf(accountId, code))
    .where('used_ms', 'is', null)
    .returning('account_id')
    .executeTakeFirst();
  return used !== undefined;
}

function hashOf(accountId: string, code: string): string {
  return sha256(`${accountId}:${code.toLowerCase().replaceAll(/[^a-z2-7]/g, '')}`);
}
