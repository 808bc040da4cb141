import type { RunningTransaction } from '../install/rule.ts';
import type { InstalledProfile } from '../types.ts';

/** The answer to UsePriorityCharging(activate) (K21): status of the wire, with the reasonCode of a refusal. */
export type PriorityChargingAnswer =
  | { readonly status: 'Accepted' }
  | { readonly status: 'NoProfile' }
  | { readonly status: 'Rejected'; readonly reasonCode: 'TxNotFound' };

/** Whether priority charging can begin for a transaction: it must run, and a PriorityCharging profile must reach its EVSE. */
export function usePriorityCharging(
  installed: readonly InstalledProfile[],
  transactions: readonly RunningTransaction[],
  transactionId: string,
): PriorityChargingAnswer {
  const transaction = transactions.find((each) => each.transactionId === transactionId);
  if (transaction === undefined) return { status: 'Rejected', reasonCode: 'TxNotFound' };
  const reachable = installed.some(
    ({ evseId, profile }) =>
      profile.chargingProfilePurpose === 'PriorityCharging' &&
      (evseId === 0 || evseId === transaction.evseId),
  );
  return { status: reachable ? 'Accepted' : 'NoProfile' };
}
