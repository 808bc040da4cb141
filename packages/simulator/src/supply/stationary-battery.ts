/** What the battery of a site aims at. */
export type BatteryPolicy =
  /** Neither import nor export: takes surplus, covers demand. */
  | { readonly kind: 'self-consumption' }
  /** Keeps import at or below a power and recharges below it. */
  | { readonly kind: 'peak-shaving'; readonly importW: number }
  /** A set point of the energy manager, W; positive charges. */
  | { readonly kind: 'set'; readonly powerW: number };

export interface StationaryBatteryOptions {
  readonly capacityWh: number;
  readonly maxChargeW: number;
  readonly maxDischargeW: number;
  /** There and back, 0..1; default 0.9. */
  readonly roundTrip?: number;
  readonly soc: number;
  readonly minSoc?: number;
  readonly policy: BatteryPolicy;
}

const MS_PER_H = 3_600_000;

/** A stationary battery at the supply point; constant power between two decisions. */
export class StationaryBattery {
  readonly #options: StationaryBatteryOptions;
  readonly #oneWay: number;
  policy: BatteryPolicy;
  #storedWh: number;
  #powerW = 0;
  #lossWh = 0;

  constructor(options: StationaryBatteryOptions) {
    this.#options = options;
    this.#oneWay = Math.sqrt(options.roundTrip ?? 0.9);
    this.#storedWh = options.soc * options.capacityWh;
    this.policy = options.policy;
  }

  get soc(): number {
    return this.#storedWh / this.#options.capacityWh;
  }
  get storedWh(): number {
    return this.#storedWh;
  }
  get lossWh(): number {
    return this.#lossWh;
  }
  /** At the supply point, W; charging positive. */
  get powerW(): number {
    return this.#powerW;
  }

  /** Decides for what the site takes without it. */
  decide(netWithoutW: number): void {
    const { maxChargeW, maxDischargeW } = this.#options;
    const wantedW =
      this.policy.kind === 'set'
        ? this.policy.powerW
        : this.policy.kind === 'self-consumption'
          ? -netWithoutW
          : this.policy.importW - netWithoutW;
    const mostW = this.#roomWh() > 1e-6 ? maxChargeW : 0;
    const leastW = this.#usableWh() > 1e-6 ? -maxDischargeW : 0;
    this.#powerW = Math.max(leastW, Math.min(mostW, wantedW));
  }

  /** ms until it is full or empty at this power. */
  get lastsMs(): number {
    if (this.#powerW > 0) return (this.#roomWh() / (this.#powerW * this.#oneWay)) * MS_PER_H;
    if (this.#powerW < 0) return ((this.#usableWh() * this.#oneWay) / -this.#powerW) * MS_PER_H;
    return Number.POSITIVE_INFINITY;
  }

  run(ms: number): void {
    const outsideWh = (this.#powerW * ms) / MS_PER_H;
    const insideWh = outsideWh > 0 ? outsideWh * this.#oneWay : outsideWh / this.#oneWay;
    this.#storedWh += insideWh;
    this.#lossWh += outsideWh - insideWh;
  }

  #roomWh(): number {
    return Math.max(0, this.#options.capacityWh - this.#storedWh);
  }

  #usableWh(): number {
    return Math.max(0, this.#storedWh - (this.#options.minSoc ?? 0.05) * this.#options.capacityWh);
  }
}
