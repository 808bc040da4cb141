import type { AuthorizationInfo, LocationReferences, Outcome, Token } from '@smac/ocpi';
import type { Owner } from '../sites/index.ts';
import type { LocalListLimits, LocalListUpdate } from './local-list.ts';
import type { Decision, PresentedAt, PresentedToken, TokenPicture } from './token.ts';

/** What the issuer of a token said in real time (OCPI 2.3.0 mod_tokens, real-time authorization). */
export type IssuerAnswer =
  | { readonly kind: 'answer'; readonly info: AuthorizationInfo }
  | { readonly kind: 'unknown-token' }
  | { readonly kind: 'no-answer'; readonly detail: string };

export type AskIssuer = (
  peerId: string,
  token: { readonly uid: string; readonly type: string },
  location: LocationReferences | undefined,
) => Promise<IssuerAnswer>;

/** A card of this operator. */
export interface NewToken {
  /** 4 to 20 printable characters: what OCPP 1.6 can carry. */
  readonly uid: string;
  readonly type?: 'RFID' | 'APP_USER' | 'AD_HOC_USER' | 'OTHER';
  readonly contractId?: string;
  readonly visualNumber?: string;
  readonly issuer?: string;
  readonly groupId?: string;
  readonly defaultProfileType?: Token['default_profile_type'];
  readonly expiresMs?: number;
}

export interface TokenChange {
  /** Text: why it is refused from now on; null: no longer refused. */
  readonly blockedReason?: string | null;
  readonly groupId?: string;
  readonly expiresMs?: number | null;
  readonly defaultProfileType?: Token['default_profile_type'];
}

/** Tokens of this operator and of its peers, and what they may do. */
export interface Tokens {
  /** May this token charge here? The back office's answer, also where the station's own list would say otherwise (BI2). */
  authorise(token: PresentedToken, at: PresentedAt): Promise<Decision>;
  /**
   * A command brought a token: it is not checked again, an RFID one for 15 minutes at that station, others not for a day (OCPI 2.3.0
   * mod_commands, StartSession and ReserveNow).
   */
  acceptByCommand(
    token: Token,
    at: { readonly stationId: string; readonly evseId?: number; readonly reference?: string },
  ): Promise<void>;
  /** The newest decision that let the token charge at the station, for its session and CDR. */
  lastAccepted(uid: string, stationId: string, beforeMs: number): Promise<Decision | undefined>;

  add(token: NewToken, actor: string): Promise<Outcome<TokenPicture>>;
  /** Any token can be blocked here; the other fields are changed on own tokens only. */
  change(id: string, change: TokenChange, actor: string): Promise<Outcome<TokenPicture>>;
  /** Own tokens only. */
  remove(id: string, actor: string): Promise<Outcome<undefined>>;
  picture(id: string): Promise<TokenPicture | undefined>;
  list(query: {
    readonly limit: number;
    readonly offset: number;
    readonly ownOnly?: boolean;
  }): Promise<{ readonly tokens: readonly TokenPicture[]; readonly total: number }>;

  /** OCPI Tokens, RECEIVER: what an eMSP pushes or we pull. */
  put(owner: Owner, token: Token): Promise<Outcome<undefined>>;
  patch(owner: Owner, uid: string, type: string, patch: Partial<Token>): Promise<Outcome<undefined>>;
  get(owner: Owner, uid: string, type: string): Promise<Outcome<Token>>;

  /**
   * What to send to a station that reported `stationVersion` (OCPP GetLocalListVersion): only the difference where it holds what it was last
   * sent, else everything. Undefined: it holds the right list.
   */
  localListFor(
    stationId: string,
    stationVersion: number,
    limits: LocalListLimits,
  ): Promise<LocalListUpdate | undefined>;
  /** The station accepted (or refused) the update of that version; after a refusal the next one is a full list. */
  localListAnswered(stationId: string, version: number, accepted: boolean): Promise<void>;
  /** Hears that a token came, changed or went. */
  onChange(ear: () => void): () => void;
}
