import { HeldByAnother } from './server-lock.ts';

/** Codes of Node and PostgreSQL for a database that does not answer, is full, or takes no writes (a standby, a failing disk). */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '25006',
  '53100',
  '53200',
  '58030',
]);

/** What the driver says without a code; "not queryable" is the second statement on a connection that broke under the first. */
const SAYS_AWAY =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|query read timeout|is not queryable/i;

/** The database is away for now: what failed may work later, and nothing of it is stored. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Its own connection from before a broken network may hold the lock a little longer.
  if (error instanceof HeldByAnother) return true;
  if ('code' in error && typeof error.code === 'string' && AWAY.has(error.code)) return true;
  return SAYS_AWAY.test(error.message);
}
