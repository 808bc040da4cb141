import type { Problem } from '../exchange/codec.ts';
import type { PartyId } from '../exchange/party.ts';
import type { LocationKey, LocationPart, ObjectKey, TokenKey } from '../exchange/ports.ts';
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
import type { CallFailed, CallResult } from './call-result.ts';

/** Per call: which of our parties speaks, to which of theirs, and the correlation id of the message that caused it. */
export interface CallOptions {
  /** Default: our first party. */
  readonly from?: PartyId;
  /** Default: the peer's first party. */
  readonly to?: PartyId;
  /** Default: a new id. */
  readonly correlationId?: string;
}

/** Filter of a pull; epoch ms, `dateFromMs` inclusive, `dateToMs` exclusive on last_updated. */
export interface ListFilter {
  readonly dateFromMs?: number;
  readonly dateToMs?: number;
  /** Page size asked for, default 100; the peer may cap it. */
  readonly limit?: number;
  /** Stops after so many pages (default 10,000) with a failure, so that a peer cannot keep us busy for ever. */
  readonly maxPages?: number;
}

/**
 * One entry of a pull. Objects that break the schema are reported and the rest of the page is kept (OCPI: "process the
 * correct objects"); a `failed` entry is the last one and means that the list is not complete.
 */
export type Listed<T> =
  | { readonly kind: 'object'; readonly object: T; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly raw: unknown; readonly problems: readonly Problem[] }
  | { readonly kind: 'failed'; readonly failure: CallFailed };

export type Listing<T> = AsyncIterable<Listed<T>>;

type Call<Args extends readonly unknown[], T> = (
  ...args: [...Args, options?: CallOptions]
) => Promise<CallResult<T>>;
type List<T> = (filter?: ListFilter, options?: CallOptions) => Listing<T>;

/** Calls on the peer's SENDER interfaces: pull what the peer owns, ask the owner to act. */
export interface SenderCalls {
  readonly locations: {
    readonly list: List<Location>;
    readonly get: Call<[key: Omit<LocationKey, 'owner'>], LocationPart>;
  };
  readonly sessions: {
    readonly list: List<Session>;
    readonly setChargingPreferences: Call<
      [sessionId: string, preferences: ChargingPreferences],
      ChargingPreferencesResponse
    >;
  };
  readonly tariffs: { readonly list: List<Tariff> };
  readonly cdrs: { readonly list: List<Cdr> };
  readonly tokens: {
    readonly list: List<Token>;
    /** Real-time authorisation at the eMSP. */
    readonly authorize: Call<
      [token: { readonly uid: string; readonly type: string }, location: LocationReferences | undefined],
      AuthorizationInfo
    >;
  };
  readonly chargingprofiles: {
    /** PUT of what is in force; only after the peer set a profile (OCPI mod_charging_profiles). */
    readonly putActiveProfile: Call<[sessionId: string, profile: ActiveChargingProfile], undefined>;
  };
  readonly smartchargingoptimisation: { readonly list: List<ScOptimisation> };
  readonly hubclientinfo: { readonly list: List<ClientInfo> };
}

/** Calls on the peer's RECEIVER interfaces: push what we own, command what the peer executes. */
export interface ReceiverCalls {
  readonly locations: {
    readonly get: Call<[key: LocationKey], LocationPart>;
    readonly put: Call<[key: LocationKey, object: LocationPart], undefined>;
    readonly patch: Call<[key: LocationKey, patch: Partial<LocationPart>], undefined>;
  };
  readonly sessions: {
    readonly get: Call<[key: ObjectKey], Session>;
    readonly put: Call<[session: Session], undefined>;
    readonly patch: Call<[key: ObjectKey, patch: Partial<Session>], undefined>;
  };
  readonly tariffs: {
    readonly get: Call<[key: ObjectKey], Tariff>;
    readonly put: Call<[tariff: Tariff], undefined>;
    readonly delete: Call<[key: ObjectKey], undefined>;
  };
  readonly tokens: {
    readonly get: Call<[key: TokenKey], Token>;
    readonly put: Call<[token: Token], undefined>;
    readonly patch: Call<[key: TokenKey, patch: Partial<Token>], undefined>;
  };
  readonly cdrs: {
    /** Reads back what was posted, at the `location` of its answer. */
    readonly getAt: Call<[location: string], Cdr>;
    readonly post: Call<[cdr: Cdr], undefined>;
  };
  readonly commands: {
    readonly startSession: Call<[request: StartSession], CommandResponse>;
    readonly stopSession: Call<[request: StopSession], CommandResponse>;
    readonly reserveNow: Call<[request: ReserveNow], CommandResponse>;
    readonly cancelReservation: Call<[request: CancelReservation], CommandResponse>;
    readonly unlockConnector: Call<[request: UnlockConnector], CommandResponse>;
  };
  readonly chargingprofiles: {
    readonly get: Call<[sessionId: string, durationS: number, responseUrl: string], ChargingProfileResponse>;
    readonly put: Call<[sessionId: string, request: SetChargingProfile], ChargingProfileResponse>;
    readonly delete: Call<[sessionId: string, responseUrl: string], ChargingProfileResponse>;
  };
  readonly smartchargingoptimisation: {
    readonly get: Call<[key: ObjectKey], ScOptimisation>;
    readonly put: Call<[object: ScOptimisation], undefined>;
    readonly patch: Call<[key: ObjectKey, patch: Partial<ScOptimisation>], undefined>;
    readonly delete: Call<[key: ObjectKey], undefined>;
  };
  readonly hubclientinfo: {
    readonly get: Call<[party: PartyId], ClientInfo>;
    readonly put: Call<[info: ClientInfo], undefined>;
  };
}

/** Asynchronous results a CPO posts to a `response_url`, bare (without envelope). */
export type AsynchronousResult =
  | { readonly kind: 'ActiveChargingProfileResult'; readonly result: ActiveChargingProfileResult }
  | { readonly kind: 'ChargingProfileResult'; readonly result: ChargingProfileResult }
  | { readonly kind: 'CommandResult'; readonly result: CommandResult }
  | { readonly kind: 'ClearProfileResult'; readonly result: ClearProfileResult };

/** Talks to one peer; reads its registration at every call, so that a rotated token or a moved endpoint counts at once. */
export interface OcpiClient {
  readonly peerId: string;
  readonly sender: SenderCalls;
  readonly receiver: ReceiverCalls;
  /** GET of the versions: the question OCPI suggests after about five minutes of silence. */
  stillAlive(): Promise<CallResult<undefined>>;
  /** Posts to a `response_url` the peer gave with its request. */
  postResult(
    responseUrl: string,
    result: AsynchronousResult,
    options?: CallOptions,
  ): Promise<CallResult<undefined>>;
}
