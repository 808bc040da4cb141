import type { PowerType } from '@smac/ocpi';
import type { EvseRef } from './owner.ts';
import type { Preferences } from './preferences.ts';

/** Where a SoC came from, best first (X19). */
export const SOC_SOURCES = ['station', 'cpo', 'driver'] as const;
export type SocSource = (typeof SOC_SOURCES)[number];

/** A reported SoC with the energy register at that time, so that the model can carry it on between readings. */
export interface SocReading {
  readonly soc: number;
  readonly source: SocSource;
  readonly atMs: number;
  /** Energy of the session so far when the reading was taken, Wh. */
  readonly energyWh: number;
}

/** What is known of the car. */
export interface Vehicle {
  readonly batteryWh?: number;
  readonly maxChargeW?: number;
  readonly maxDischargeW?: number;
  readonly phases?: 1 | 2 | 3;
  readonly chargeEfficiency?: number;
  readonly dischargeEfficiency?: number;
  /** Wear per kWh discharged, in the currency of the context (SMC_011). */
  readonly wearCostPerKwh?: number;
  readonly soc?: SocReading;
  /** Most power the car was seen to draw while more was offered, W (X56). */
  readonly observedMaxW?: number;
}

export type SessionStatus = 'ACTIVE' | 'PENDING' | 'RESERVATION' | 'COMPLETED' | 'INVALID';

/** A limit the station reported that is lower than what was planned (D1.5-§2.3.1.1-MIX). */
export interface StationLimit {
  readonly powerW: number;
  readonly untilMs: number;
  /** The station itself said so: only its own word lifts it, not what a reading seems to show. */
  readonly isStated?: true;
}

/** A charging session as the other rooms see it. */
export interface SessionState extends EvseRef {
  readonly peerId: string;
  readonly sessionId: string;
  readonly party: string;
  readonly connectorId: string;
  readonly contextId: string;
  readonly status: SessionStatus;
  readonly startMs: number;
  readonly endMs?: number;
  /** Energy delivered since the start of the session, Wh (imports minus exports where both are reported). */
  readonly energyWh: number;
  /** Time of the last energy reading. */
  readonly energyAtMs: number;
  /** Last measured power, W, discharging negative. */
  readonly powerW?: number;
  readonly preferences: Preferences;
  readonly vehicle: Vehicle;
  readonly stationLimit?: StationLimit;
  /**
   * Who plans it, as its driver chose: `own`: this platform and nobody else; `none`: nobody, it charges at once; else the peer whose
   * profiles alone are taken. Absent: nobody chose, what was agreed with the peers holds.
   */
  readonly provider?: string;
  readonly tokenUid: string;
  readonly lastUpdatedMs: number;
}

/** The connector a session uses, after the minimum of all sources (X45). */
export interface ConnectorCapability {
  readonly chargeW: number;
  readonly dischargeW: number;
  readonly powerType?: PowerType;
  /** false = no profile is ever sent to this EVSE (SMC_005). */
  readonly profileCapable: boolean;
}
