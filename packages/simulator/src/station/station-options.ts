import type { Random } from '../random/random.ts';
import type { EvseOptions } from './evse-options.ts';
import type { ProfileLimits } from './profiles/limits.ts';

/** Bounds and offsets of operation mode LocalLoadBalancing, W at the grid meter (V2XChargingCtrlr). */
export interface LoadBalancingBand {
  readonly upperThresholdW: number;
  readonly upperOffsetW: number;
  readonly lowerThresholdW: number;
  readonly lowerOffsetW: number;
}

/** A charging station as it is built and configured. */
export interface StationOptions {
  readonly id: string;
  readonly evses: readonly EvseOptions[];
  readonly limits: ProfileLimits;
  readonly random: Random;
  readonly startMs: number;
  /** Phase to neutral; default 230. */
  readonly nominalVoltageV?: number;
  /** IANA zone of its wall clock; default UTC. */
  readonly timeZone?: string;
  /** Its own fuse per line, A; default none. The sockets share it (SC8). */
  readonly fuseA?: number;
  /** Largest gain error of its meters; default 0.005. */
  readonly meterError?: number;
  /** Begins a transaction when connected, when authorised, or when both (default). */
  readonly transactionStarts?: 'connected' | 'authorised' | 'power-path-closed';
  /** An authorisation waits so long for a car, s; default 60. */
  readonly connectionTimeoutS?: number;
  /** Readings of running transactions go to the journal this often, s; 0 = never. Default 60. */
  readonly sampleIntervalS?: number;
  readonly journalCapacity?: number;
  readonly signsReadings?: boolean;
  /** From power to service, s; default 30. */
  readonly bootS?: number;
  readonly afterPowerLoss?: 'resume' | 'end';
  /** Offered where no profile limits, A per phase; default what hardware allows. */
  readonly unlimitedA?: number;
  readonly setpointPriority?: 'ExternalControl' | 'CSMS';
  readonly loadBalancing?: LoadBalancingBand;
  /** The meter at the grid connection, if it can be read, W. */
  readonly gridPowerW?: () => number;
  /** Ids of transactions; default `<station>-1`, `-2` ... A 1.6 back office gives another one later. */
  readonly transactionId?: (n: number) => string;
}
