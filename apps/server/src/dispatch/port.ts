/** The borders of the dispatch room: what planning hands in, what a role offers as the way out, what comes back. */

/** A charging session as every room of the server names it. */
export interface SessionKey {
  /** Peer that owns the session (key of the party table). */
  readonly peerId: string;
  /** OCPI session id, unique within its peer. */
  readonly sessionId: string;
}

/** Canonical charging profile: limits at the supply side of the EVSE, absolute time. */
export interface Profile {
  readonly startMs: number;
  /** End of validity; after it the station falls back. At most 24 h after startMs. */
  readonly endMs: number;
  /** Ascending by startMs, the first at `startMs`; powerW >= 0 charging, < 0 discharging (only where the target carries it). */
  readonly periods: readonly { readonly startMs: number; readonly powerW: number }[];
}

/** W per stretch of time, ascending without gaps; null = no limit. Outside of it the nearest stretch counts; empty = no limit. */
export type Budget = readonly {
  readonly startMs: number;
  readonly endMs: number;
  readonly powerW: number | null;
  /** Base load that was taken off the limit of the supply point, W: with `powerW` it is that limit. Absent: not known. */
  readonly baseW?: number;
}[];

/** A limit of a part of the supply: one phase of it, the fuse of one station. */
export interface PartLimit {
  /** Unique in the assignment; a person reads it in alarms (`phase 2`, `station S1`). */
  readonly id: string;
  readonly budget: Budget;
}

/**
 * Share 0..1 of a session's power that counts against each part by its id; a part that is not named: 0. A car on one phase counts whole
 * against that phase, a car on three with a third against each.
 */
export type PartShares = Readonly<Record<string, number>>;

/** What the sessions of a context may draw, together and in parts, as it is known before a plan is made. */
export interface Limits {
  readonly budget: Budget;
  readonly parts?: readonly PartLimit[];
  /** Who loads which part by what is known now; who is not named keeps the shares it had. */
  readonly shares?: readonly { readonly key: SessionKey; readonly shares: PartShares }[];
}

/** The plan of one context, as dispatch needs it. */
export interface Assignment {
  readonly planId: string;
  readonly contextId: string;
  /** Import limit of the supply point minus base load, per slot: what all sessions together may draw. null = no limit. */
  readonly budget: Budget;
  /** What holds besides it for a part of the sessions or of their power. */
  readonly parts?: readonly PartLimit[];
  readonly sessions: readonly {
    readonly key: SessionKey;
    readonly profile: Profile;
    /** Physical maximum of connector, cable and EV: what the session draws where no profile holds. */
    readonly maxPowerW: number;
    /** Least power at which the EV charges at all (6 A per phase); a clipped limit never falls between 0 and this. Default 0. */
    readonly minPowerW?: number;
    /** Absent: it is not known which parts the session loads, so it counts whole against every one. */
    readonly shares?: PartShares;
  }[];
  /** true = plan and show, send nothing. */
  readonly shadow: boolean;
}

/** A session that does not follow its plan, because another party or a person gave it a profile. */
export interface HeldByOthers {
  readonly key: SessionKey;
  /** What it draws at most. */
  readonly profile: Profile;
  /** It follows its plan from then on; Infinity: nobody knows when. */
  readonly untilMs: number;
}

/** Asynchronous answer of a target. */
export type TargetAnswer =
  | {
      readonly result: 'ACCEPTED';
      /** From here on the target got less than the profile says (it takes few periods), never more; absent: all of it. */
      readonly exactUntilMs?: number;
      /** What is in force now where it is not the whole profile that was sent: at no instant more, and it may end earlier. */
      readonly holds?: Profile;
    }
  | {
      readonly result: 'REJECTED' | 'NOT_SUPPORTED' | 'UNKNOWN_SESSION' | 'TOO_OFTEN';
      readonly detail: string;
    }
  /** No usable answer in time: the target may hold the new or the old profile. */
  | { readonly result: 'UNKNOWN'; readonly detail: string };

/** One way to a charging station. `roles/scsp` implements it over OCPI ChargingProfiles; `stations` will over OCPP. */
export interface Target {
  /** May a period be negative (V2G)? Plain OCPI profiles cannot carry it (X56). */
  carriesDischarge(key: SessionKey): Promise<boolean>;
  /**
   * Resolves when the target confirmed or refused asynchronously, or the answer's time-out passed. `reference` (a UUID) names the
   * attempt: an answer that comes after the time-out, or after a restart, is reported with it to `TargetEvents.answered`.
   */
  setProfile(key: SessionKey, profile: Profile, reference: string): Promise<TargetAnswer>;
  clearProfile(key: SessionKey, reference: string): Promise<TargetAnswer>;
  /** What is in force now, or undefined where the target cannot tell. */
  readProfile(key: SessionKey, durationS: number): Promise<Profile | undefined>;
  /** false: the session is over, whatever it held; its share may be given away. Absent: the target cannot tell. */
  knows?(key: SessionKey): Promise<boolean>;
  /** false: nothing can be sent to this session now; it counts with what it holds. Absent: as its peer. */
  reachable?(key: SessionKey): boolean;
  /** true: a person gave the session a profile of its own; nothing is sent, and it counts with what its station says. */
  heldByHand?(key: SessionKey): boolean;
  /** What the station confirmed to keep to where no profile of a plan holds, W; undefined: nothing is certain. */
  fallbackW?(key: SessionKey): number | undefined;
  /** Ends the charging of a session that will not be lowered (security.md 8 F9). Absent: there is no way. */
  stop?(key: SessionKey): Promise<TargetAnswer>;
  /** Takes the EVSE of a session out of service, the step after `stop`. */
  takeOutOfService?(key: SessionKey): Promise<TargetAnswer>;
  /** Least time between two messages to the session, ms; undefined: the policy's. */
  pauseMs?(key: SessionKey): number | undefined;
  /** Hands the target the one listener for what it reports on its own. */
  listen?(events: TargetEvents): void;
}

/** What a target reports without being asked. */
export interface TargetEvents {
  /**
   * An asynchronous answer nobody waits for any more (late, or the process was restarted in between). false: no such attempt
   * towards this peer is known.
   */
  answered(peerId: string, reference: string, answer: TargetAnswer): Promise<boolean>;
  /** The station or back office reports the profile in force (OCPI ActiveChargingProfile push). */
  active(key: SessionKey, profile: Profile): Promise<void>;
  peerDown(peerId: string): void;
  peerUp(peerId: string): void;
  /** The stations of these sessions went away or came back; what is in force is read before anything is sent. */
  reachability(keys: readonly SessionKey[], reachable: boolean): void;
  /** Resolves when everything reported so far is committed: nothing is acknowledged before. */
  committed(): Promise<void>;
}

/** What dispatch tells planning. */
export type Feedback =
  | {
      readonly kind: 'answer';
      readonly key: SessionKey;
      readonly contextId: string;
      readonly answer: TargetAnswer;
    }
  | { readonly kind: 'active'; readonly key: SessionKey; readonly profile: Profile }
  /** Another party or a person decides over the session now, decides otherwise, or does so no more. */
  | { readonly kind: 'held-by-others'; readonly key: SessionKey; readonly contextId: string }
  | { readonly kind: 'peer-down' | 'peer-up'; readonly peerId: string };
