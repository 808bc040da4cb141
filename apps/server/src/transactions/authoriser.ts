import type { PresentedToken } from './report.ts';

/** 1.6 AuthorizationStatus and 2.x AuthorizationStatusEnumType, where they agree. */
export type TokenStatus =
  | 'Accepted'
  | 'Blocked'
  | 'Expired'
  | 'Invalid'
  | 'ConcurrentTx'
  | 'NoCredit'
  | 'Unknown';

export interface TokenDecision {
  readonly status: TokenStatus;
  /** Cards of one group may stop each other's transactions. */
  readonly groupUid?: string;
  readonly expiryMs?: number;
}

/** Who may charge here. The room of the drivers answers; the back office wins over what the station believes (BI2). */
export interface Authoriser {
  authorise(
    token: PresentedToken,
    at: { readonly stationId: string; readonly evseId?: number },
  ): Promise<TokenDecision>;
}
