import type { Assignment, HeldByOthers, Limits, PartShares, Profile, SessionKey } from './port.ts';
import type { SupplyReading } from './supply-meter.ts';

/** Numbers a host may change; all have a default. */
export interface DispatchPolicy {
  /** Power differences up to this are not worth a message, W. Default 150. */
  readonly deadBandW: number;
  /** A profile is renewed when less than this is left of its validity, ms. Default 12 h. */
  readonly renewBeforeMs: number;
  /** Least time between two messages to one session, ms; 0 where the peer allows any rate. Default 10 s. */
  readonly pauseMs: number;
  /** A refused or unanswered decrease is tried once more after this, ms. Default 30 s. */
  readonly retryMs: number;
  /** After a second failure the session counts as not controllable for this long, ms. Default 5 min. */
  readonly giveUpMs: number;
  /** Longest random delay of the first reading after an outage, ms. Default 5 s. */
  readonly reconcileJitterMs: number;
  /** Largest rise of all sessions of a context together, W per second; 0: 1 MW in 60 s where they can draw more than 1 MW, else none. Default 0. */
  readonly rampWPerS: number;
  /** Longest random delay of rises after an outage and after a limit is lifted, where a ramp holds, ms. Default 10 min. */
  readonly restoreSpreadMs: number;
  /** Longest random delay of rises that a plan has for several sessions at one instant, where a ramp holds, ms. Default 0: the ramp alone. */
  readonly stepSpreadMs: number;
}

/** What a session drew at one instant, W. */
export interface PowerReading {
  readonly powerW: number;
  readonly atMs: number;
}

/** What a person or a screen wants to know of one session. */
export interface SessionDispatch {
  readonly key: SessionKey;
  readonly contextId: string;
  /** W the session may draw at most now. */
  readonly ceilingW: number;
  readonly uncontrolled: boolean;
  readonly inFlight: boolean;
  readonly reachable: boolean;
}

/** The one door to the charging stations: hands profiles to the target so that no limit is ever exceeded, and keeps the record. */
export interface Dispatcher {
  /**
   * Takes the newest plan of a context. Resolves when what may leave at once is recorded and handed to the target; answers come
   * as `Feedback`. Whatever waits (for a confirmed decrease, for the pause between messages) leaves by itself later.
   */
  execute(assignment: Assignment): Promise<void>;
  /**
   * A session began that no plan knows yet. It counts with `maxPowerW` from now on, and the others make room for it without waiting for
   * the next plan. What the newest plan says of it comes with `execute`. Without `shares` it counts whole against every part of the supply.
   */
  begin(key: SessionKey, contextId: string, maxPowerW: number, shares?: PartShares): Promise<void>;
  /**
   * A reading of a session's power, W. Where all sessions of its context draw more together than they may, the budget of the present slot is
   * lower by the excess until the next plan.
   */
  measured(key: SessionKey, powerW: number, atMs: number): Promise<void>;
  /**
   * A reading of the meter at the supply point of a context. While it is fresh, the base load it shows beside the cars stands in the place
   * of the plan's forecast.
   */
  supplyMeasured(contextId: string, reading: SupplyReading): Promise<void>;
  /**
   * The limits of a context as they are known before its plan is made. Where one, of all or of a part, is lower than the plan in force
   * thought, nothing rises above it from now on, and stations are lowered to it if the plan is not there within a moment.
   */
  limit(contextId: string, limits: Limits): void;
  /** The session ended: its share is free at once, the profile is cleared at the target. Unknown sessions are ignored. */
  end(key: SessionKey): Promise<void>;
  /**
   * Somebody else's profile for a session takes the place of its plan until it ends or is taken back (undefined). The guard cuts it like a
   * plan. false: dispatch knows no such session.
   */
  wish(key: SessionKey, profile: Profile | undefined): Promise<boolean>;
  /** Reads what is in force at every session of the peer (X40: no retry queue), then sends what differs. */
  reconcile(peerId: string): Promise<void>;
  /** Loads the ledger and the meter readings of the last run and reconciles every peer in it. Call once, before the first `execute`. */
  start(): Promise<void>;
  /** Present state of one context, or of all. */
  sessions(contextId?: string): readonly SessionDispatch[];
  /** Sessions of a context that do not follow their plan, because another party or a person decides over them. */
  heldByOthers(contextId: string): readonly HeldByOthers[];
  /** The one profile the station of a session certainly holds; undefined while that is in doubt. */
  held(key: SessionKey): Profile | undefined;
  /** The last reading of a session's power, where its meter is told (`measured`). */
  drawn(key: SessionKey): PowerReading | undefined;
  /** No more messages; resolves when everything is recorded. */
  close(): Promise<void>;
}
