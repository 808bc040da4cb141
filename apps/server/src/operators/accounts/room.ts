import type { Seal } from '../../config/index.ts';
import type { Mail } from '../../mail/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Audit } from '../audit.ts';
import { type Account, refusedFor } from './account.ts';
import type { Door } from './door.ts';
import type { SignInFailures } from './failures.ts';
import type { PasswordHashes } from './password-hash.ts';
import { passwordFault } from './password-rule.ts';
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
  /** Everything that makes slow hashes goes through it. */
  readonly door: Door;
  readonly hashes: PasswordHashes;
  readonly sessions: Sessions;
  readonly failures: SignInFailures;
  /** Where browsers find this server: passkeys are bound to it. */
  readonly site: URL;
  /** undefined: no mail server is set. */
  readonly mail: Pick<Mail, 'post' | 'wake'> | undefined;
  readonly activity: Pick<Activity, 'track'>;
}

export function weakPassword(password: string, account: Pick<Account, 'email' | 'name'>) {
  const fault = passwordFault(password, [account.email ?? '', account.name ?? '']);
  return fault === undefined ? undefined : refusedFor('weak-password', fault);
}

/** 24 hexadecimal digits that nobody can guess. */
export function newAccountId({ random }: Pick<AccountsRoom, 'random'>): string {
  return Buffer.from(random(12)).toString('hex');
}
