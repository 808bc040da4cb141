/** A decision about a token in the words of each version. */
import type { Response } from '@smac/ocpp';
import type { TokenDecision } from './authoriser.ts';
import type { PresentedToken } from './report.ts';
import type { TransactionState } from './state.ts';

/** 1.6 knows neither NoCredit nor Unknown. */
export function idTagInfo({
  status,
  groupUid,
  expiryMs,
}: TokenDecision): Response<'1.6', 'Authorize'>['idTagInfo'] {
  return {
    status: status === 'NoCredit' || status === 'Unknown' ? 'Invalid' : status,
    ...(groupUid === undefined ? {} : { parentIdTag: groupUid }),
    ...(expiryMs === undefined ? {} : { expiryDate: new Date(expiryMs).toISOString() }),
  };
}

/** Another card of the group that pays for the transaction may end it, although it is in use itself. */
export function idTokenInfo(
  { status, groupUid, expiryMs }: TokenDecision,
  shown?: PresentedToken,
  transaction?: TransactionState,
): Response<'2.1', 'Authorize'>['idTokenInfo'] & Response<'2.0.1', 'Authorize'>['idTokenInfo'] {
  const isGroupsOwn =
    groupUid !== undefined &&
    transaction?.groupUid === groupUid &&
    transaction.tokenUid?.toLowerCase() !== shown?.uid.toLowerCase();
  return {
    status: status === 'ConcurrentTx' && isGroupsOwn ? 'Accepted' : status,
    ...(groupUid === undefined ? {} : { groupIdToken: { idToken: groupUid, type: 'Central' } }),
    ...(expiryMs === undefined ? {} : { cacheExpiryDateTime: new Date(expiryMs).toISOString() }),
  };
}
