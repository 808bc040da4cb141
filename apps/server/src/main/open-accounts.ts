import type { Config } from '../config/index.ts';
import { type Accounts, createAccounts, type PasswordCost } from '../operators/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A driver's telephone stays signed in from one charge to the next. */
const DRIVER_IDLE_MS = 30 * DAY_MS;
const DRIVER_LONGEST_MS = 180 * DAY_MS;
/** OWASP's figure for argon2id with 19 MiB. */
const PASSWORD_PASSES = 2;

type Around = Pick<
  Parameters<typeof createAccounts>[0],
  'store' | 'clock' | 'random' | 'audit' | 'log' | 'mail' | 'activity'
>;

/** The accounts of staff and drivers, as long signed in and as dearly hashed as configured; `cost` replaces the latter. */
export function openAccounts(
  config: Config,
  around: Around,
  publicUrl: string,
  cost: PasswordCost = { memoryKiB: config.passwordMemoryMiB * 1024, passes: PASSWORD_PASSES },
): Accounts {
  return createAccounts({
    ...around,
    dataDir: config.dataDir,
    publicUrl,
    cost,
    times: {
      staff: {
        idleMs: config.sessionIdleMinutes * MINUTE_MS,
        absoluteMs: config.sessionHours * 60 * MINUTE_MS,
      },
      driver: { idleMs: DRIVER_IDLE_MS, absoluteMs: DRIVER_LONGEST_MS },
    },
  });
}
