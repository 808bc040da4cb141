/**
 * What a platform implements to serve a module. The library authenticates, checks ownership (URL = body = token, X43),
 * validates bodies, bridges versions and writes envelopes; a port only sees valid objects of the internal (2.3.0) model.
 * A port that is absent is not advertised in the version details.
 */
import type {
  ActiveChargingProfile,
  ActiveChargingProfileResult,
  AuthorizationInfo,
  CancelReservation,
  Cdr,
  ChargingPreferences,
  ChargingPreferencesResponse,
  ChargingProfileResponse,
  ChargingProfileResult,
  ClearProfileResult,
  ClientInfo,
  CommandResponse,
  CommandResult,
  Connector,
  Evse,
  Location,
  LocationReferences,
  ReserveNow,
  ScOptimisation,
  Session,
  SetChargingProfile,
  StartSession,
  StopSession,
  Tariff,
  Token,
  UnlockConnector,
} from '../model/index.ts';
import type { Caller, Outcome } from './outcome.ts';
import type { PartyId } from './party.ts';

/** OCPI `date_from` inclusive, `date_to` exclusive on last_updated; oldest created first, stable. Epoch ms. */
export interface PageRequest {
  readonly dateFromMs?: number;
  readonly dateToMs?: number;
  readonly offset: number;
  readonly limit: number;
}

/** One page; `totalCount` counts the matches for this caller ignoring offset and limit (X-Total-Count). */
export interface Page<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
}

export interface LocationKey {
  readonly owner: PartyId;
  readonly locationId: string;
  readonly evseUid?: string;
  readonly connectorId?: string;
}

export interface ObjectKey {
  readonly owner: PartyId;
  readonly id: string;
}

export interface TokenKey {
  readonly owner: PartyId;
  readonly uid: string;
  readonly type: string;
}

export type LocationPart = Location | Evse | Connector;

export interface LocationsReceiver {
  get(caller: Caller, key: LocationKey): Promise<Outcome<LocationPart>>;
  put(caller: Caller, key: LocationKey, object: LocationPart): Promise<Outcome<undefined>>;
  patch(caller: Caller, key: LocationKey, patch: Partial<LocationPart>): Promise<Outcome<undefined>>;
}
export interface LocationsSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<Location>>>;
  get(caller: Caller, key: Omit<LocationKey, 'owner'>): Promise<Outcome<LocationPart>>;
}

export interface SessionsReceiver {
  get(caller: Caller, key: ObjectKey): Promise<Outcome<Session>>;
  put(caller: Caller, key: ObjectKey, session: Session): Promise<Outcome<undefined>>;
  /** `charging_periods` of the patch are appended; use `patchSession` of this library. */
  patch(caller: Caller, key: ObjectKey, patch: Partial<Session>): Promise<Outcome<undefined>>;
}
export interface SessionsSender {
  list?(caller: Caller, page: PageRequest): Promise<Outcome<Page<Session>>>;
  /** PUT {sessions}/{session_id}/charging_preferences; the SCSP serves it too (X39). */
  setChargingPreferences(
    caller: Caller,
    sessionId: string,
    preferences: ChargingPreferences,
  ): Promise<Outcome<ChargingPreferencesResponse>>;
}

export interface TariffsReceiver {
  get(caller: Caller, key: ObjectKey): Promise<Outcome<Tariff>>;
  put(caller: Caller, key: ObjectKey, tariff: Tariff): Promise<Outcome<undefined>>;
  delete(caller: Caller, key: ObjectKey): Promise<Outcome<undefined>>;
}
export interface TariffsSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<Tariff>>>;
}

export interface TokensReceiver {
  get(caller: Caller, key: TokenKey): Promise<Outcome<Token>>;
  put(caller: Caller, key: TokenKey, token: Token): Promise<Outcome<undefined>>;
  patch(caller: Caller, key: TokenKey, patch: Partial<Token>): Promise<Outcome<undefined>>;
}
export interface TokensSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<Token>>>;
  /**
   * Real-time authorisation, the eMSP side. A token that is known and may not charge is an answer (`BLOCKED`), an unknown one is refused
   * with `unknownToken`, a missing location that is needed with `notEnoughInformation`.
   */
  authorize?(
    caller: Caller,
    token: { readonly uid: string; readonly type: string },
    location: LocationReferences | undefined,
  ): Promise<Outcome<AuthorizationInfo>>;
}

export interface CdrsReceiver {
  /** `key.id` has up to 39 characters. */
  get(caller: Caller, key: ObjectKey): Promise<Outcome<Cdr>>;
  /** A CDR that is already there, unchanged, is answered like a new one; with other content refused: CDRs never change. */
  post(caller: Caller, cdr: Cdr): Promise<Outcome<undefined>>;
}
export interface CdrsSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<Cdr>>>;
}

/**
 * CPO side of Commands. `response_url` has passed the address guard and the token belongs to the caller; it is not to be validated further
 * (OCPI mod_commands). The answer comes before the station's: its result is posted with `OcpiClient.postResult`, at the latest after
 * `timeout` seconds.
 */
export interface CommandsReceiver {
  startSession(caller: Caller, request: StartSession): Promise<Outcome<CommandResponse>>;
  stopSession(caller: Caller, request: StopSession): Promise<Outcome<CommandResponse>>;
  reserveNow(caller: Caller, request: ReserveNow): Promise<Outcome<CommandResponse>>;
  cancelReservation(caller: Caller, request: CancelReservation): Promise<Outcome<CommandResponse>>;
  unlockConnector(caller: Caller, request: UnlockConnector): Promise<Outcome<CommandResponse>>;
}
/** eMSP side; `callbackId` is the unguessable last segment of the `response_url` that was handed out. */
export interface CommandsSender {
  result(
    caller: Caller,
    command: string,
    callbackId: string,
    result: CommandResult,
  ): Promise<Outcome<undefined>>;
}

/** CPO side. `responseUrl` has passed the SSRF check; the asynchronous result is posted with `OcpiClient.postResult`. */
export interface ChargingProfilesReceiver {
  get(
    caller: Caller,
    sessionId: string,
    durationS: number,
    responseUrl: string,
  ): Promise<Outcome<ChargingProfileResponse>>;
  put(
    caller: Caller,
    sessionId: string,
    request: SetChargingProfile,
  ): Promise<Outcome<ChargingProfileResponse>>;
  delete(caller: Caller, sessionId: string, responseUrl: string): Promise<Outcome<ChargingProfileResponse>>;
}

/**
 * SCSP side. One response path per kind of result, because ChargingProfileResult and ClearProfileResult look alike;
 * `callbackId` is the unguessable last segment of the `response_url` the SCSP handed out.
 */
export interface ChargingProfilesSender {
  profileResult(
    caller: Caller,
    callbackId: string,
    result: ChargingProfileResult,
  ): Promise<Outcome<undefined>>;
  clearResult(caller: Caller, callbackId: string, result: ClearProfileResult): Promise<Outcome<undefined>>;
  activeProfileResult(
    caller: Caller,
    callbackId: string,
    result: ActiveChargingProfileResult,
  ): Promise<Outcome<undefined>>;
  /** PUT {url}/{session_id}: the CPO reports a change of what is in force. */
  activeProfile(
    caller: Caller,
    sessionId: string,
    profile: ActiveChargingProfile,
  ): Promise<Outcome<undefined>>;
}

/**
 * SmartChargingOptimisation receiver (D4.2 table 11). Values are in the units of the peer's unit profile, as it sent them;
 * `readOptimisation` makes them canonical.
 */
export interface OptimisationReceiver {
  get(caller: Caller, key: ObjectKey): Promise<Outcome<ScOptimisation>>;
  put(caller: Caller, key: ObjectKey, object: ScOptimisation): Promise<Outcome<undefined>>;
  patch(caller: Caller, key: ObjectKey, patch: Partial<ScOptimisation>): Promise<Outcome<undefined>>;
  delete(caller: Caller, key: ObjectKey): Promise<Outcome<undefined>>;
}
/** SmartChargingOptimisation sender (D4.2 table 8). */
export interface OptimisationSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<ScOptimisation>>>;
}

export interface HubClientInfoReceiver {
  get(caller: Caller, party: PartyId): Promise<Outcome<ClientInfo>>;
  put(caller: Caller, party: PartyId, info: ClientInfo): Promise<Outcome<undefined>>;
}
export interface HubClientInfoSender {
  list(caller: Caller, page: PageRequest): Promise<Outcome<Page<ClientInfo>>>;
}

/** Modules a platform serves: what is given is advertised, what is absent is not. */
export interface OcpiPorts {
  readonly locations?: { readonly receiver?: LocationsReceiver; readonly sender?: LocationsSender };
  readonly sessions?: { readonly receiver?: SessionsReceiver; readonly sender?: SessionsSender };
  readonly tariffs?: { readonly receiver?: TariffsReceiver; readonly sender?: TariffsSender };
  readonly tokens?: { readonly receiver?: TokensReceiver; readonly sender?: TokensSender };
  readonly cdrs?: { readonly receiver?: CdrsReceiver; readonly sender?: CdrsSender };
  readonly commands?: { readonly receiver?: CommandsReceiver; readonly sender?: CommandsSender };
  readonly chargingprofiles?: {
    readonly receiver?: ChargingProfilesReceiver;
    readonly sender?: ChargingProfilesSender;
  };
  readonly smartchargingoptimisation?: {
    readonly receiver?: OptimisationReceiver;
    readonly sender?: OptimisationSender;
  };
  readonly hubclientinfo?: {
    readonly receiver?: HubClientInfoReceiver;
    readonly sender?: HubClientInfoSender;
  };
}
