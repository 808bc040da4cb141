/** The words of OSCP 2.0 as they are on the wire: snake_case, RFC 3339. The schema beside this file is the rule; these are its types. */

export type Phase = 'UNKNOWN' | 'ONE' | 'TWO' | 'THREE' | 'ALL';
export type ForecastType =
  | 'CONSUMPTION'
  | 'GENERATION'
  | 'FALLBACK_CONSUMPTION'
  | 'FALLBACK_GENERATION'
  | 'OPTIMUM';
export type BlockUnit = 'A' | 'W' | 'KW' | 'WH' | 'KWH';
export type MeasurementConfiguration = 'CONTINUOUS' | 'INTERMITTENT';

export interface VersionUrl {
  readonly version: string;
  readonly base_url: string;
}

export interface Register {
  readonly token: string;
  readonly version_url: readonly VersionUrl[];
}

export interface RequiredBehaviour {
  /** Seconds; absent: the sender wants no heartbeats. */
  readonly heartbeat_interval?: number;
  readonly measurement_configuration: readonly MeasurementConfiguration[];
}

export interface Handshake {
  readonly required_behaviour?: RequiredBehaviour;
}

export interface Heartbeat {
  readonly offline_mode_at: string;
}

export interface ForecastedBlock {
  readonly capacity: number;
  readonly phase: Phase;
  readonly unit: BlockUnit;
  readonly start_time: string;
  readonly end_time: string;
}

export interface GroupCapacityForecast {
  readonly group_id: string;
  readonly type: ForecastType;
  readonly forecasted_blocks: readonly ForecastedBlock[];
}

export interface ComplianceError {
  readonly message: string;
  readonly forecasted_blocks?: readonly ForecastedBlock[];
}

export interface EnergyMeasurement {
  readonly value: number;
  readonly phase: Phase;
  readonly unit: 'WH' | 'KWH';
  readonly direction: 'NET' | 'IMPORT' | 'EXPORT';
  readonly energy_type?: 'FLEXIBLE' | 'NONFLEXIBLE' | 'TOTAL';
  readonly measure_time: string;
  readonly initial_measure_time?: string;
}

export interface InstantaneousMeasurement {
  readonly value: number;
  readonly phase: Phase;
  readonly unit: BlockUnit;
  readonly measure_time: string;
}

export interface GroupMeasurements {
  readonly group_id: string;
  readonly measurements: readonly EnergyMeasurement[];
}

export interface AssetMeasurement {
  readonly asset_id: string;
  readonly asset_category: 'CHARGING' | 'CONSUMPTION' | 'GENERATION' | 'STORAGE';
  readonly energy_measurement?: EnergyMeasurement;
  readonly instantaneous_measurement?: InstantaneousMeasurement;
}

export interface AssetMeasurements {
  readonly group_id: string;
  readonly measurements: readonly AssetMeasurement[];
}
