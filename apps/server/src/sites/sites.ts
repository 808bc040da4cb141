import type {
  ChargingPreferences,
  Connector,
  Evse,
  Location,
  LocationPart,
  Outcome,
  ScOptimisation,
  Session,
  Tariff,
  Token,
} from '@smac/ocpi';
import type { ContextReading, ContextState, StaticInputs } from './context.ts';
import type { ContextChange, ContextVersion } from './context-versions.ts';
import type { EvseStatus } from './locations.ts';
import type { EvseMove } from './move-evse.ts';
import type { EvseRef, Owner } from './owner.ts';
import type { Preferences } from './preferences.ts';
import type { Trx } from './room.ts';
import type { SeriesKind, SeriesSlot, StoredSlot } from './series.ts';
import type { ServicePolicy } from './service-policy.ts';
import type { SessionState, SocSource, StationLimit, Vehicle } from './session.ts';
import type { SharedEvse } from './shared-evses.ts';
import type { ContextSnapshot } from './snapshot.ts';
import type { TriggerListener } from './trigger.ts';

/** Names one session for every room. */
export interface SessionRef {
  readonly peerId: string;
  readonly sessionId: string;
}

/** Largest power OCPI Locations give for a connector of the owner, W; undefined where no location says so. */
export type KnownConnectorPower = (evse: EvseRef, connectorId: string) => number | undefined;

/**
 * Turns an accepted SCOptimisation object into canonical inputs: unit profile and plausibility gate of the role (X2). It runs inside the
 * transaction with the object as it will be stored (for a PATCH: after the merge); a refusal leaves everything as it was.
 */
export type ReadContext = (
  object: ScOptimisation,
  knownConnectorW: KnownConnectorPower,
) => Outcome<ContextReading>;

/** A context an operator makes by hand (UC-001); same rules as one that came over OCPI. */
export interface OperatorContext {
  readonly statics: StaticInputs;
  readonly shadow: boolean;
  /** Calendar of services; absent = as it is. */
  readonly policies?: readonly ServicePolicy[];
  /** Who, for the history; default `operator`. */
  readonly source?: string;
}

/**
 * The inputs of planning. Every function that changes something commits, then emits the triggers, then resolves: what a caller sees
 * as done survives a crash. Refusals are values (X41 to X44); a stale `last_updated` is done without a change (X42).
 */
export interface Sites {
  // Optimisation contexts
  putContext(owner: Owner, object: ScOptimisation, read: ReadContext): Promise<Outcome<undefined>>;
  patchContext(
    owner: Owner,
    id: string,
    patch: Partial<ScOptimisation>,
    read: ReadContext,
  ): Promise<Outcome<undefined>>;
  deleteContext(owner: Owner, id: string): Promise<Outcome<undefined>>;
  getContext(owner: Owner, id: string): Promise<Outcome<ScOptimisation>>;
  /**
   * After a full, unfiltered pull that began at `beforeMs`: contexts of the owner that were not in it are retired
   * (D4.2-§5.1.2.1.1-stale). What was pushed since then could not be in it and stays.
   */
  retireContextsExcept(owner: Owner, ids: readonly string[], beforeMs: number): Promise<readonly string[]>;

  // Contexts and inputs by the platform's own id, for operators
  createContext(owner: Owner, objectId: string, context: OperatorContext): Promise<Outcome<{ id: string }>>;
  /**
   * Changes a context that was made by hand; a new version (D4.2-§3.3.2-2). Refused for one that its owner keeps over OCPI, and when
   * `basedOn` is not the version in force: somebody else was faster.
   */
  changeContext(contextId: string, change: ContextChange): Promise<Outcome<{ version: number }>>;
  /** Every version of a context, newest first. */
  versions(contextId: string): Promise<readonly ContextVersion[]>;
  policies(contextId: string): Promise<readonly ServicePolicy[]>;
  /** EVSEs that locations describe, of one peer or of all. */
  sharedEvses(peerId?: string): Promise<readonly SharedEvse[]>;
  setShadow(contextId: string, shadow: boolean): Promise<Outcome<undefined>>;
  /** Values by hand or from a file; `validUntilMs` makes them an override that ends by itself (X17). */
  putSeries(
    contextId: string,
    kind: SeriesKind,
    slots: readonly SeriesSlot[],
    options: { readonly source: string; readonly validUntilMs?: number },
  ): Promise<Outcome<undefined>>;
  setServicePolicies(contextId: string, policies: readonly ServicePolicy[]): Promise<Outcome<undefined>>;

  // Locations
  putLocation(owner: Owner, location: Location): Promise<Outcome<undefined>>;
  putEvse(owner: Owner, locationId: string, evse: Evse): Promise<Outcome<undefined>>;
  /** An EVSE at another address, the supply points with it, and what `keep` writes: all of it or nothing. */
  moveEvse(
    owner: Owner,
    move: EvseMove,
    keep: (trx: Trx) => Promise<Outcome<undefined>>,
  ): Promise<Outcome<undefined>>;
  putConnector(
    owner: Owner,
    locationId: string,
    evseUid: string,
    connector: Connector,
  ): Promise<Outcome<undefined>>;
  /** `key` names a Location, one of its EVSEs, or one of that EVSE's connectors; `patch` is of that class. */
  patchLocation(
    owner: Owner,
    key: { readonly locationId: string; readonly evseUid?: string; readonly connectorId?: string },
    patch: Partial<LocationPart>,
  ): Promise<Outcome<undefined>>;
  /** Of several EVSEs of one location at once: a power cut takes all of them. */
  setEvseStatuses(
    owner: Owner,
    locationId: string,
    statuses: readonly EvseStatus[],
  ): Promise<Outcome<undefined>>;
  getLocation(
    owner: Owner,
    key: { readonly locationId: string; readonly evseUid?: string; readonly connectorId?: string },
  ): Promise<Outcome<LocationPart>>;

  // Sessions and drivers
  putSession(owner: Owner, session: Session): Promise<Outcome<undefined>>;
  /**
   * Many at once, each session once, in one commit.
   *
   * @param readMs when the meter of each showed its energy, where that is known; else when the session changed last
   * @returns an outcome per session, in their order
   */
  putSessions(
    owner: Owner,
    pushed: readonly Session[],
    readMs?: readonly (number | undefined)[],
  ): Promise<readonly Outcome<undefined>[]>;
  patchSession(owner: Owner, id: string, patch: Partial<Session>): Promise<Outcome<undefined>>;
  getSession(owner: Owner, id: string): Promise<Outcome<Session>>;
  /** OCPI charging preferences (X39). The answer says whether the wish can be met as stated. */
  setChargingPreferences(
    ref: SessionRef,
    preferences: ChargingPreferences,
  ): Promise<Outcome<'ACCEPTED' | 'DEPARTURE_REQUIRED' | 'ENERGY_NEED_REQUIRED' | 'NOT_POSSIBLE'>>;
  /** Canonical preferences, replacing what was set before; fields OCPI cannot carry included. */
  setPreferences(ref: SessionRef, preferences: Preferences): Promise<Outcome<undefined>>;
  /** Driver inputs about the car; fields that are absent stay. */
  setVehicle(ref: SessionRef, vehicle: Omit<Vehicle, 'soc' | 'observedMaxW'>): Promise<Outcome<undefined>>;
  reportSoc(
    ref: SessionRef,
    reading: { readonly soc: number; readonly source: SocSource; readonly atMs: number },
  ): Promise<Outcome<undefined>>;
  /** Limit in force at the station below what was planned; undefined lifts it. */
  setStationLimit(ref: SessionRef, limit: StationLimit | undefined): Promise<Outcome<undefined>>;
  /** Who plans it from now on (`SessionState.provider`); undefined: as agreed with the peers. */
  setProvider(ref: SessionRef, provider: string | undefined): Promise<Outcome<undefined>>;
  /** What the car turned out to draw at most while more was offered, W. */
  setObservedMaximum(ref: SessionRef, powerW: number): Promise<Outcome<undefined>>;

  // Tokens and tariffs
  putToken(owner: Owner, token: Token): Promise<Outcome<undefined>>;
  patchToken(owner: Owner, uid: string, type: string, patch: Partial<Token>): Promise<Outcome<undefined>>;
  getToken(owner: Owner, uid: string, type: string): Promise<Outcome<Token>>;
  putTariff(owner: Owner, tariff: Tariff): Promise<Outcome<undefined>>;
  deleteTariff(owner: Owner, id: string): Promise<Outcome<undefined>>;
  getTariff(owner: Owner, id: string): Promise<Outcome<Tariff>>;

  // Reading
  /** Everything a plan of the context is made from, in a fixed number of queries; undefined when the context is gone. */
  snapshot(contextId: string, atMs: number): Promise<ContextSnapshot | undefined>;
  contexts(): Promise<readonly ContextState[]>;
  context(contextId: string): Promise<ContextState | undefined>;
  session(ref: SessionRef): Promise<SessionState | undefined>;
  /** IANA time zone of the session's location, where a location is known. */
  timeZone(session: Pick<SessionState, 'peerId' | 'party' | 'locationId'>): Promise<string | undefined>;
  /** Sessions that are neither completed nor invalid, of one context or of all. */
  liveSessions(contextId?: string): Promise<readonly SessionState[]>;
  /** Ids of contexts with at least one live session. */
  busyContexts(): Promise<readonly string[]>;
  series(
    contextId: string,
    fromMs: number,
    toMs: number,
  ): Promise<Readonly<Record<SeriesKind, readonly StoredSlot[]>>>;
  /** Energy readings of the sessions of a context, ascending in time. */
  readings(
    contextId: string,
    fromMs: number,
    toMs: number,
  ): Promise<
    readonly {
      readonly ref: SessionRef;
      readonly atMs: number;
      readonly energyWh: number;
      readonly powerW?: number;
    }[]
  >;
  /** The returned function ends the subscription. */
  onTrigger(listener: TriggerListener): () => void;
}
