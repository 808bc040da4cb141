import type { Credentials } from '@smac/simulator/scenario';
import { CannotStart } from '../../config/index.ts';

/** Reads `stationId,identity,password` lines. @throws CannotStart naming the line and the fix */
export function readCredentials(text: string): ReadonlyMap<string, Credentials> {
  const credentials = new Map<string, Credentials>();
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [stationId, identity, ...rest] = line.split(',');
    if (!stationId || !identity) {
      throw new CannotStart(`--credentials, line ${n + 1}: write stationId,identity,password`);
    }
    // A password may hold commas.
    const password = rest.join(',');
    credentials.set(stationId.trim(), {
      identity: identity.trim(),
      ...(password === '' ? {} : { password }),
    });
  }
  return credentials;
}

/** Everybody connects with its own id and the same password. */
export function sameForAll(
  stationIds: readonly string[],
  password: string | undefined,
): ReadonlyMap<string, Credentials> {
  return new Map(
    stationIds.map((identity) => [identity, { identity, ...(password === undefined ? {} : { password }) }]),
  );
}
