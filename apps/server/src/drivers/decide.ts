/** What a kept token may do, before anybody else is asked (OCPI 2.3.0 mod_tokens, WhitelistType). */
import type { AuthorizationInfo } from '@smac/ocpi';
import type { TokenStatus } from '../transactions/index.ts';
import type { KeptToken } from './token.ts';

/** `ask`: the issuer decides; `otherwise` counts when it does not answer. */
export type Verdict =
  | { readonly kind: 'decided'; readonly status: TokenStatus }
  | { readonly kind: 'ask'; readonly otherwise: TokenStatus };

/** The back office wins over everything the station holds (BI2), this operator's own block over what the issuer says. */
export function verdictOn(
  { peerId, token, blockedReason, expiresMs }: KeptToken,
  nowMs: number,
  own: string,
): Verdict {
  const decided = (status: TokenStatus): Verdict => ({ kind: 'decided', status });
  if (blockedReason !== undefined) return decided('Blocked');
  if (expiresMs !== undefined && expiresMs <= nowMs) return decided('Expired');
  if (peerId === own) return decided(token.valid ? 'Accepted' : 'Blocked');
  // An issuer may have changed its mind about NEVER and ALLOWED_OFFLINE since it told us that the token is not valid.
  if (token.whitelist === 'NEVER') return { kind: 'ask', otherwise: 'Invalid' };
  if (!token.valid) return decided('Blocked');
  if (token.whitelist === 'ALLOWED_OFFLINE') return { kind: 'ask', otherwise: 'Accepted' };
  return decided('Accepted');
}

const STATUSES: Readonly<Record<AuthorizationInfo['allowed'], TokenStatus>> = {
  ALLOWED: 'Accepted',
  BLOCKED: 'Blocked',
  EXPIRED: 'Expired',
  NO_CREDIT: 'NoCredit',
  NOT_ALLOWED: 'Invalid',
};

/** An issuer may allow a token at some EVSEs of a location only. */
export function statusOf(
  { allowed, location }: AuthorizationInfo,
  at: { readonly locationId: string; readonly evseUid?: string } | undefined,
): TokenStatus {
  if (allowed !== 'ALLOWED' || location === undefined || at === undefined) return STATUSES[allowed];
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  if (!same(location.location_id, at.locationId)) return 'Invalid';
  const { evse_uids: evses = [] } = location;
  const { evseUid } = at;
  return evses.length === 0 || evseUid === undefined || evses.some((uid) => same(uid, evseUid))
    ? 'Accepted'
    : 'Invalid';
}
