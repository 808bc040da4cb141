import type { DriverSettings } from './needs.ts';

/** What a car lets others do with its battery: the maker's warranty and the driver's consent (D1.5 1.1: V2X within technical limits). */
export interface DischargeTerms {
  readonly isAllowedByDriver: boolean;
  /** Never below it, 0..1. */
  readonly minSoc: number;
  /** Battery-side energy the maker lets out in one session, Wh. */
  readonly maxSessionWh: number;
  /** Full cycles left under warranty; one cycle = one capacity discharged. */
  readonly maxCycles: number;
}

export const NO_DISCHARGE: DischargeTerms = {
  isAllowedByDriver: false,
  minSoc: 1,
  maxSessionWh: 0,
  maxCycles: 0,
};
export const GENEROUS: DischargeTerms = {
  isAllowedByDriver: true,
  minSoc: 0.2,
  maxSessionWh: Number.POSITIVE_INFINITY,
  maxCycles: Number.POSITIVE_INFINITY,
};

/** Energy (battery side, Wh) that may still be taken out. */
export function dischargeRoomWh(
  terms: DischargeTerms,
  capacityWh: number,
  soc: number,
  dischargedWh: number,
): number {
  if (!terms.isAllowedByDriver) return 0;
  return Math.max(
    0,
    Math.min(
      (soc - terms.minSoc) * capacityWh,
      terms.maxSessionWh - dischargedWh,
      terms.maxCycles * capacityWh - dischargedWh,
    ),
  );
}

/** Terms under what the driver set: V2X only where he gave a band for it, and never below it or below his minimum. */
export function underSettings(terms: DischargeTerms, settings: DriverSettings | undefined): DischargeTerms {
  if (settings === undefined) return terms;
  const { v2x, minSoc } = settings;
  return {
    ...terms,
    isAllowedByDriver: terms.isAllowedByDriver && v2x !== undefined,
    minSoc: Math.max(terms.minSoc, minSoc, v2x?.minSoc ?? 0),
  };
}
