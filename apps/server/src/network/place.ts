import type { Connector, PowerType } from '@smac/ocpi';

/** One connector of an own EVSE. */
export interface PlacedConnector {
  /** OCPI id. */
  readonly id: string;
  /** OCPP connector id, from 1. */
  readonly connectorId: number;
  readonly standard: Connector['standard'];
  readonly format: Connector['format'];
  readonly powerType: PowerType;
  /** V, line to neutral for AC_3_PHASE. */
  readonly maxVoltageV: number;
  readonly maxCurrentA: number;
  /** W; absent: voltage x current x phases. */
  readonly maxPowerW?: number;
  /** W the connector can feed back; 0: none. */
  readonly dischargeW: number;
  readonly tariffIds: readonly string[];
}

/** An EVSE of an own station: its OCPP address and its OCPI address. */
export interface Placed {
  readonly stationId: string;
  /** In 1.6 the connector id. */
  readonly evseId: number;
  readonly locationId: string;
  readonly evseUid: string;
  readonly connectors: readonly PlacedConnector[];
  /** Phase of the grid at the station's L1 (installers rotate them so that single-phase cars spread). */
  readonly firstPhase: 1 | 2 | 3;
  /** Fuse of the station, A per phase, where it is smaller than all its EVSEs together (SC8). */
  readonly stationFuseA?: number;
}

/** Where a charge is that was told already: a socket that is moved afterwards takes none of its past with it. */
export const placedAs = (place: Placed, told: Pick<Placed, 'locationId' | 'evseUid'> | undefined): Placed =>
  told === undefined ? place : { ...place, locationId: told.locationId, evseUid: told.evseUid };

export const PHASES: Readonly<Record<string, 1 | 2 | 3>> = {
  AC_1_PHASE: 1,
  AC_2_PHASE: 2,
  AC_2_PHASE_SPLIT: 2,
};

/** Phases a connector feeds; a DC charger loads all three. */
export const phasesOf = ({ powerType }: PlacedConnector): 1 | 2 | 3 => PHASES[powerType] ?? 3;

/** Most these EVSEs can give together, W: of an EVSE one connector at a time. With `evseId` that one alone, where anybody placed it. */
export function ratedPowerW(evses: readonly Placed[], evseId?: number): number {
  const named = evses.filter((evse) => evse.evseId === evseId);
  return (named.length > 0 ? named : evses).reduce(
    (sum, { connectors }) => sum + Math.max(0, ...connectors.map(maxPowerOf)),
    0,
  );
}

/** Most a connector can give, W. */
export function maxPowerOf(connector: PlacedConnector): number {
  const { maxPowerW, maxVoltageV, maxCurrentA, powerType } = connector;
  return maxPowerW ?? Math.floor(maxVoltageV * maxCurrentA * (powerType === 'DC' ? 1 : phasesOf(connector)));
}
