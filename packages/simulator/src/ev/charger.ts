/** An on-board charger: power on the mains side to power at the battery and back. */
export interface Charger {
  readonly phases: 1 | 2 | 3;
  readonly voltageV: number;
  /** Per phase. */
  readonly maxCurrentA: number;
  /** Below it the car does not charge; IEC 61851-1 has no value between 0 and 6 A (D1.5-Q1-14a). */
  readonly minCurrentA: number;
  /** Step the car rounds an offered current down to. */
  readonly currentStepA: number;
  /** Constant loss while it runs, W, and the share of the mains power lost besides. */
  readonly idleLossW: number;
  readonly lossShare: number;
}

/**
 * Losses fitted to measured efficiencies by current of EV2Gym's vehicle table (MIT): about 265 W + 5.8 % of the mains
 * power on one phase, 200 W + 8.2 % on three: 75 % at 6 A one-phase, 90 % at 16 A three-phase.
 */
export function chargerLosses(phases: 1 | 2 | 3): Pick<Charger, 'idleLossW' | 'lossShare'> {
  return phases === 1 ? { idleLossW: 265, lossShare: 0.058 } : { idleLossW: 200, lossShare: 0.082 };
}

/** Mains power to battery power while charging. */
export function batterySideW(charger: Charger, mainsW: number): number {
  return mainsW <= 0 ? 0 : mainsW * (1 - charger.lossShare) - charger.idleLossW;
}

/** Battery power back to mains power while charging. */
export function mainsSideW(charger: Charger, batteryW: number): number {
  return batteryW <= 0 ? 0 : (batteryW + charger.idleLossW) / (1 - charger.lossShare);
}

/** What the battery gives so that `mainsW` reach the mains while discharging: the same losses the other way. */
export function batteryDrainW(charger: Charger, mainsW: number): number {
  return mainsSideW(charger, mainsW);
}

export function wattsPerAmpere(charger: Charger): number {
  return charger.phases * charger.voltageV;
}

export function maxMainsW(charger: Charger): number {
  return charger.maxCurrentA * wattsPerAmpere(charger);
}

export function minMainsW(charger: Charger): number {
  return charger.minCurrentA * wattsPerAmpere(charger);
}

/** The power a car draws from an offered limit: whole current steps, rounded down, and nothing below its minimum. */
export function drawnW(charger: Charger, offeredW: number): number {
  const offeredA = Math.min(charger.maxCurrentA, offeredW / wattsPerAmpere(charger));
  // A hair above the quotient, so that 16 A expressed in W come back as 16 A.
  const currentA = Math.floor(offeredA / charger.currentStepA + 1e-9) * charger.currentStepA;
  return currentA < charger.minCurrentA - 1e-9 ? 0 : currentA * wattsPerAmpere(charger);
}
