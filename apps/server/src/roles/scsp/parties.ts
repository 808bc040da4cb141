import type { Invitation, PartyRole, Peer, PeerState, UnitProfile } from '@smac/ocpi';

/** What is agreed with a platform before it registers. */
export interface InviteTerms {
  /** Name for people; default the party. */
  readonly name?: string;
  readonly role: PartyRole;
  /** More roles of the same party, when its platform announces several: another SMAC is both CPO and SCSP. */
  readonly furtherRoles?: readonly PartyRole[];
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Three characters. */
  readonly party: string;
  /**
   * Custom modules and extension fields that were agreed: `smartchargingoptimisation`, `v2x`, ... Default for a CPO and a hub:
   * `smartchargingoptimisation`, because the invitation is the agreement OCPI asks for; for everybody else none.
   */
  readonly agreements?: readonly string[];
  /** Units of SmartChargingOptimisation objects (X2). Default `d42-tables`. */
  readonly unitProfile?: UnitProfile;
  /** Plan and show for this peer, send nothing. Default false. */
  readonly shadow?: boolean;
  /** The peer sends its token without base64 (platforms before 2.2-d2). */
  readonly rawToken?: boolean;
}

/** One registered or invited platform with its health, for lists and screens. No token, no hash. */
export interface PartyOverview {
  readonly peerId: string;
  readonly name: string;
  readonly state: PeerState;
  readonly parties: readonly { readonly role: PartyRole; readonly country: string; readonly party: string }[];
  /** Who is reached through this hub, as it told (HubClientInfo). */
  readonly behind: readonly {
    readonly role: string;
    readonly country: string;
    readonly party: string;
    readonly isUp: boolean;
  }[];
  readonly version: string | null;
  readonly agreements: readonly string[];
  readonly unitProfile: UnitProfile;
  readonly shadow: boolean;
  /** `up`: answered or called last time; `down`: calls fail; `unknown`: never talked to. */
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastSeenMs: number | null;
  readonly lastError: string | null;
  readonly lastErrorAtMs: number | null;
  readonly downSinceMs: number | null;
  readonly lastPullMs: number | null;
}

export type PartyOutcome<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly code: 'not-found' | 'invalid' | 'failed'; readonly detail: string };

/** Registered platforms, for the API and the command line. */
export interface Parties {
  /** Makes an invitation; its token is shown once. Refused when a term is not what OCPI allows. */
  invite(terms: InviteTerms): Promise<PartyOutcome<Invitation>>;
  /**
   * Uses another platform's invitation: the credentials handshake begins here. `failed` when it does not come about; nothing is kept then.
   */
  join(
    invitation: { readonly token: string; readonly versionsUrl: string },
    terms: InviteTerms,
  ): Promise<PartyOutcome<{ readonly peerId: string }>>;
  list(): Promise<readonly PartyOverview[]>;
  peer(peerId: string): Promise<Peer | undefined>;
  /** New tokens in both directions by PUT credentials; OCPI advises monthly. */
  rotate(peerId: string): Promise<PartyOutcome<undefined>>;
  /** A new invitation that kills every present token: the cure after a token leaked. */
  reinvite(peerId: string): Promise<PartyOutcome<Invitation>>;
  /** The peer may not call and is not called any more; its profiles run out. */
  suspend(peerId: string): Promise<PartyOutcome<undefined>>;
  /** Ends a suspension without a new handshake. */
  resume(peerId: string): Promise<PartyOutcome<undefined>>;
  setAgreements(peerId: string, agreements: readonly string[]): Promise<PartyOutcome<undefined>>;
  setShadow(peerId: string, shadow: boolean): Promise<PartyOutcome<undefined>>;
  isShadow(peerId: string): Promise<boolean>;
}
