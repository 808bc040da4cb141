import type { CallResult } from './call-result.ts';

/**
 * After a failed PATCH: looks what the peer holds and replaces it when it is not what we hold (OCPI transport_and_format, PATCH).
 * A peer that cannot be reached is left alone; it pulls when it is back (X40).
 */
export async function reconcileAfterFailedPatch<T>(
  get: () => Promise<CallResult<T>>,
  isCurrent: (theirs: T) => boolean,
  put: () => Promise<CallResult<undefined>>,
): Promise<CallResult<undefined>> {
  const theirs = await get();
  if (!theirs.ok && (theirs.error === 'unreachable' || theirs.error === 'timeout')) return theirs;
  if (theirs.ok && isCurrent(theirs.data)) return { ...theirs, data: undefined };
  return put();
}
