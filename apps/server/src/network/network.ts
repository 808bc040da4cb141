import type { Evse, Location, Outcome } from '@smac/ocpi';
import type { Owner } from '../sites/index.ts';
import type { Placed, PlacedConnector } from './place.ts';

/** Key of the own network beside the peers of the platform. */
export const OWN_PEER = 'own';

/** Where own stations stand: an OCPI location, its supply point, and which station serves which EVSE. */
export interface NewLocation {
  /** OCPI location id. */
  readonly id: string;
  readonly name?: string;
  readonly address: string;
  readonly city: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly latitude: string;
  readonly longitude: string;
  /** IANA name. */
  readonly timeZone: string;
  /** false: shown to nobody but the groups below (OCPI mod_locations, publish and publish_allowed_to). Default true. */
  readonly publish?: boolean;
  /** group_id of tokens whose holders see a location that is not published. */
  readonly allowedGroups?: readonly string[];
  /** Optimisation context of the whole location; absent: every EVSE is a context of its own until one is made. */
  readonly supply?: {
    /** Contracted import, W. */
    readonly maxImportW: number;
    /** Fuse, W. */
    readonly capW?: number;
    /** Import limit per phase, W. */
    readonly maxPhaseW?: number;
    readonly maxExportW?: number;
    /** ISO 4217. */
    readonly currency: string;
    readonly gridConnectionId?: string;
    /** Station whose main meter (EVSE 0) stands at the supply point. */
    readonly meterStationId?: string;
  };
}

export interface NewEvse {
  readonly stationId: string;
  readonly evseId: number;
  readonly locationId: string;
  readonly evseUid: string;
  readonly firstPhase?: 1 | 2 | 3;
  /** Fuse of the station, A per phase, where it is smaller than all its EVSEs together; the same at every EVSE of the station. */
  readonly stationFuseA?: number;
  readonly connectors: readonly PlacedConnector[];
}

/** What other platforms want to know of a location: a new status of one of its EVSEs, or (without one) the whole of it. */
export interface LocationChange {
  readonly locationId: string;
  readonly status?: {
    readonly evseUid: string;
    readonly status: Evse['status'];
    readonly lastUpdated: string;
  };
}

/** The charging network of this operator. Changes are committed, and known to planning, when they resolve. */
export interface Network {
  /** This operator towards planning, as one owner among the platforms it is connected with. */
  readonly owner: Owner;
  addLocation(location: NewLocation): Promise<Outcome<undefined>>;
  /** Puts an EVSE of a station at a location, and into the context of the location's supply point. */
  placeEvse(evse: NewEvse): Promise<Outcome<undefined>>;
  /**
   * Gives a placed EVSE another location or name. Whoever reads locations sees the former one REMOVED and a new one; what happened under the
   * former name stays there. Both objects, the supply points and the address change together or not at all; refused while a car charges there
   * and where it stands no more as `before` says. Whether this is the moment for it otherwise, `createEvseMoves` judges.
   */
  moveEvse(before: Placed, to: Pick<Placed, 'locationId' | 'evseUid'>): Promise<Outcome<undefined>>;
  locations(): Promise<readonly Location[]>;
  /** Every EVSE, or those of one location. */
  evses(locationId?: string): readonly Placed[];
  /** Those of one station. */
  evsesOf(stationId: string): readonly Placed[];
  /** OCPP address to place; undefined: nobody said where the station stands. */
  placeOf(stationId: string, evseId: number): Placed | undefined;
  /** OCPI address to place. Case is ignored, as OCPI wants it. */
  find(locationId: string, evseUid: string): Placed | undefined;
  /** ISO 3166-1 alpha-3 of a location. */
  countryOf(locationId: string): Promise<string | undefined>;
  /** OCPI statuses of EVSEs of one location, for everyone who reads locations. */
  setStatuses(
    locationId: string,
    changes: readonly { readonly evseUid: string; readonly status: Evse['status'] }[],
  ): Promise<void>;
  /** Hears every change after its commit. */
  onLocation(listener: (change: LocationChange) => void): () => void;
}
