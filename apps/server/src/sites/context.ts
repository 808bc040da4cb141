import type { EvseRef } from './owner.ts';
import type { SeriesKind, SeriesSlot } from './series.ts';

/** Nominal power of a connector in W; 0 W of discharge, or none stated, means no V2G (D4.2-T1.08, D4.2-T1.09). */
export interface ContextConnector {
  readonly connectorId: string;
  readonly chargeW: number;
  readonly dischargeW?: number;
}

export interface ContextEvse extends EvseRef {
  /** Phase of the supply at L1 of the EVSE; absent: not known, or the supply has one phase. */
  readonly firstPhase?: 1 | 2 | 3;
  readonly connectors: readonly ContextConnector[];
}

/** EVSEs behind a limit of their own inside the context, e.g. the sockets of one station behind its fuse (SC8). */
export interface EvseGroup {
  readonly id: string;
  /** W together. */
  readonly maxPowerW: number;
  /** W on each phase. */
  readonly maxPhaseW?: number;
  readonly evses: readonly EvseRef[];
}

/** Static inputs of an optimisation context in canonical units (UC-001, D4.2-T17). Absent = no such limit, unless said otherwise. */
export interface StaticInputs {
  /** Contracted limit of net import at the supply point, W. */
  readonly maxImportW?: number;
  /** Largest net export that EVs may cause, W. Absent = 0: EVs do not push the site below zero net (X6). */
  readonly maxExportW?: number;
  /** Physical limit of net import (fuse), W; no flex order lifts it. */
  readonly capW?: number;
  /** Import limit per phase for the EV load, W. */
  readonly maxPhaseW?: number;
  /** Currency per hour squared; one slot of h hours costs k x h x h more per slot of occupancy (X36). */
  readonly opportunityCostPerHour2?: number;
  /** Currency per kW of the highest slot average above `peakSoFarW`. */
  readonly capacityPricePerKw?: number;
  readonly peakSoFarW?: number;
  /** ISO 4217 (X35). */
  readonly currency: string;
  readonly gridConnectionId?: string;
  /** Own station whose main meter (EVSE 0) measures what goes through the supply point. */
  readonly meterStationId?: string;
  /** OCPI object id of the context of the same owner whose limit also holds here (X44). */
  readonly parentId?: string;
  /** Minutes of a planning slot; absent = the configured default. */
  readonly slotMinutes?: number;
  readonly evses: readonly ContextEvse[];
  /** Disjoint. */
  readonly groups?: readonly EvseGroup[];
}

/** An SCOptimisation object in canonical units: what the role hands in after unit profile and plausibility gate (X2). */
export interface ContextReading {
  readonly statics: StaticInputs;
  /** A kind that is absent is left as it was; an empty list clears what is still ahead. */
  readonly series: Partial<Record<SeriesKind, readonly SeriesSlot[]>>;
}

export type ContextKind = 'ocpi' | 'operator' | 'default';

/** A context as the other rooms see it. */
export interface ContextState {
  readonly id: string;
  readonly kind: ContextKind;
  readonly peerId: string;
  /** `NL-TNM`. */
  readonly party: string;
  /** Id the owner gave it. */
  readonly objectId: string;
  /** Counts accepted changes of static inputs, from 1. */
  readonly version: number;
  /** Plan and show, send nothing. */
  readonly shadow: boolean;
  readonly statics: StaticInputs;
  readonly updatedMs: number;
}
