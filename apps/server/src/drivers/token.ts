import type { CdrToken, Token } from '@smac/ocpi';
import type { PresentedToken, TokenDecision } from '../transactions/index.ts';

/** Key of this operator's own tokens beside those of peers. */
export const OWN_PEER = 'own';

/** A token as it is kept. */
export interface KeptToken {
  readonly id: string;
  readonly peerId: string;
  /** `FI-EMS`. */
  readonly party: string;
  readonly token: Token;
  /** Set when this operator refuses it, whatever its owner says. */
  readonly blockedReason?: string;
  readonly expiresMs?: number;
}

/** A token as people and exports see it. */
export interface TokenPicture {
  readonly id: string;
  readonly owner: string;
  readonly isOwn: boolean;
  /** Masked. */
  readonly uid: string;
  readonly type: string;
  readonly contractId: string;
  readonly visualNumber?: string;
  readonly issuer: string;
  readonly groupId?: string;
  readonly valid: boolean;
  readonly blockedReason?: string;
  readonly whitelist: Token['whitelist'];
  readonly defaultProfileType?: string;
  readonly expiresMs?: number;
  readonly updatedMs: number;
}

/** A decision with everything a session and its CDR need of it. */
export interface Decision extends TokenDecision {
  /** OCPI AuthMethod. */
  readonly method: 'AUTH_REQUEST' | 'COMMAND' | 'WHITELIST';
  /** OCPI authorization_reference. */
  readonly reference?: string;
  /** Absent for a token nobody knows. */
  readonly cdrToken?: CdrToken;
  readonly defaultProfileType?: Token['default_profile_type'];
  readonly energyContract?: Token['energy_contract'];
}

/** Where a token is presented. */
export interface PresentedAt {
  readonly stationId: string;
  readonly evseId?: number;
}

export type { PresentedToken };

export function cdrTokenOf({ country_code, party_id, uid, type, contract_id }: Token): CdrToken {
  return { country_code, party_id, uid, type, contract_id };
}
