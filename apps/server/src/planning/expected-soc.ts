import { currentSoc, type SessionState, type Vehicle } from '../sites/index.ts';

/** Readings are whole per cents, and losses differ with the power: a state of charge this close to the expected one is no news. */
const NEWS = 0.02;

/** Cars that tell their charge tell it with every reading of the meter: a plan is made again where it is not what the energy made expect. */
export class ExpectedSoc {
  readonly #seen = new Map<string, Vehicle>();

  /** true: what is planned rests on another state of charge than this; from now on it is expected to go on from here. */
  isNews(id: string, { vehicle, energyWh }: Pick<SessionState, 'vehicle' | 'energyWh'>): boolean {
    const seen = this.#seen.get(id);
    // Without the size of the battery no plan looks at the charge.
    const isComparable = seen !== undefined && seen.batteryWh === vehicle.batteryWh;
    const soc = currentSoc(vehicle, energyWh);
    const expected = isComparable ? currentSoc(seen, energyWh) : undefined;
    if (isComparable && soc === expected) return false;
    if (soc !== undefined && expected !== undefined && Math.abs(soc - expected) < NEWS) return false;
    this.#seen.set(id, vehicle);
    return true;
  }

  forget(id: string): void {
    this.#seen.delete(id);
  }
}
