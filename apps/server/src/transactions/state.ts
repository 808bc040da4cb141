import type { Aside } from './register-line.ts';

/** What the fold has to remember of a register besides the totals, see `register-line.ts`. */
export interface RegisterMemory {
  readonly startMs: number;
  readonly isBegun?: true;
  readonly offsetWh?: number;
  readonly aside?: Aside;
}

/** What nobody but the fold asks for. */
export interface FoldMemory {
  readonly import?: RegisterMemory;
  readonly export?: RegisterMemory;
  /** The event that told `chargingState`: the newest one by the station's clock, of one moment the one with the highest number. */
  readonly chargingAtMs?: number;
  readonly chargingSeq?: number;
}

/** One transaction of an own station as the platform knows it. Energies in Wh, times in epoch ms. */
export interface TransactionState {
  /** Also the id of its OCPI session. */
  readonly id: string;
  readonly stationId: string;
  /** How the station names it (2.x), or the number this back office gave it (1.6). */
  readonly stationRef: string;
  readonly version: '1.6' | '2.0.1' | '2.1';
  readonly evseId: number;
  readonly connectorId: number;
  readonly state: 'active' | 'ended';
  /** 2.x ChargingStateEnumType. */
  readonly chargingState?: string;
  readonly tokenUid?: string;
  readonly tokenType?: string;
  readonly groupUid?: string;
  readonly tokenStatus?: string;
  readonly startMs: number;
  readonly endMs?: number;
  readonly importStartWh?: number;
  readonly exportStartWh?: number;
  /** Counted last: what the register showed, carried on where the meter was replaced. */
  readonly importWh?: number;
  readonly exportWh?: number;
  /** When `importWh` and `exportWh` were read. A station may report power every second and energy every quarter hour. */
  readonly importReadMs?: number;
  readonly exportReadMs?: number;
  /** Import minus export, W, at `powerReadMs`. */
  readonly powerW?: number;
  readonly powerReadMs?: number;
  /** State of charge of the car, 0..1. */
  readonly soc?: number;
  /** Capacity of its battery, Wh, where the car says it. */
  readonly batteryWh?: number;
  /** Most phases the car was seen to use at once. */
  readonly phases?: number;
  /** When anything of it was read last. */
  readonly meteredMs?: number;
  readonly stopReason?: string;
  readonly remoteStartId?: number;
  readonly reservationId?: number;
  readonly lastSeq: number;
  readonly missingSeq: readonly number[];
  /** What is odd about it, e.g. `start-missing`, `register-fell`, `superseded`. */
  readonly flags: readonly string[];
  readonly updatedMs: number;
  readonly fold?: FoldMemory;
}

/** Ends the station itself did not tell; its own one takes their place. */
export const ENDED_BY_US = ['superseded', 'abandoned'] as const;

export const isEndedByUs = ({ flags }: TransactionState): boolean =>
  ENDED_BY_US.some((flag) => flags.includes(flag));

/** Energy taken from the grid in this transaction, Wh. */
export const importedWh = ({ importWh, importStartWh }: TransactionState): number =>
  Math.max(0, (importWh ?? 0) - (importStartWh ?? importWh ?? 0));

/** Energy given back in this transaction, Wh: a ledger of its own, never netted (D1.5-Q5-10). */
export const exportedWh = ({ exportWh, exportStartWh }: TransactionState): number =>
  Math.max(0, (exportWh ?? 0) - (exportStartWh ?? exportWh ?? 0));
