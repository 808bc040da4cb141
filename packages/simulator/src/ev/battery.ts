/** A traction battery as its charger sees it. Powers are direct current, at the battery. */
export interface Battery {
  readonly capacityWh: number;
  /** What the battery takes below the knee. */
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  /** State of charge (0..1) above which the accepted power falls linearly to 0 at full. */
  readonly knee: number;
}

/** The largest charging power at a state of charge: constant, then P = Pmax (1 - s) / (1 - knee). */
export function acceptedW(battery: Battery, soc: number): number {
  const fade = (1 - soc) / (1 - battery.knee);
  return battery.maxChargeW * Math.min(1, Math.max(0, fade));
}

/**
 * Where the taper takes over when a charger offers `powerW`: a smaller power moves the knee up
 * (two-stage model of acnportal, `battery.py` Linear2StageBattery, BSD-3).
 */
export function kneeAt(battery: Battery, powerW: number): number {
  return 1 - (1 - battery.knee) * Math.min(1, powerW / battery.maxChargeW);
}

/** Rate (1/ms) at which 1 - soc decays in the taper: Pmax / (C (1 - knee)). */
export function taperRate(battery: Battery): number {
  return battery.maxChargeW / (battery.capacityWh * (1 - battery.knee)) / 3_600_000;
}
