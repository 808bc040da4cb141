/** A car as its driver describes it. Nothing but a name is needed: what is left out is not known (UC-003-c). */
export interface DriverVehicle {
  readonly name: string;
  readonly make?: string;
  readonly model?: string;
  /** Usable, Wh. */
  readonly batteryWh?: number;
  /** Phases of the on-board charger. */
  readonly acPhases?: 1 | 2 | 3;
  /** Most the on-board charger takes, W. */
  readonly acPowerW?: number;
  readonly dcPowerW?: number;
  /** Most it gives back, W; absent or 0: it cannot. */
  readonly dischargePowerW?: number;
  /** For `km` in a form. */
  readonly whPerKm?: number;
}

export interface KnownVehicle extends DriverVehicle {
  readonly id: string;
  /** Since when it is described like this. */
  readonly fromMs: number;
}
