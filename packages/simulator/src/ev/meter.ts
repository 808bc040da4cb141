import type { Random } from '../random/random.ts';

/**
 * A meter with two registers that never go back: import and export (MID; OCPP `Energy.Active.Import.Register` and
 * `...Export.Register`). Its error is a constant factor within +-0.5 % (class B would allow 1 %), drawn once per meter, so
 * registers stay monotone.
 */
export class Meter {
  readonly #gain: number;
  #importWh = 0;
  #exportWh = 0;

  /** `maxError`: 0.005 = +-0.5 %; 0 = a perfect meter. */
  constructor(random: Random, maxError: number) {
    this.#gain = 1 + random.between(-maxError, maxError);
  }

  record(importWh: number, exportWh: number): void {
    this.#importWh += importWh * this.#gain;
    this.#exportWh += exportWh * this.#gain;
  }

  /** Whole Wh, rounded down as registers show them. */
  get importWh(): number {
    return Math.floor(this.#importWh + 1e-6);
  }

  get exportWh(): number {
    return Math.floor(this.#exportWh + 1e-6);
  }

  /** Power as the meter would show it, W. */
  shownW(powerW: number): number {
    return Math.round(powerW * this.#gain);
  }
}
