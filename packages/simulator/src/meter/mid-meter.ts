import type { Random } from '../random/random.ts';

/** What flowed between two readings, at the plug: energies in Wh, both at least 0. */
export interface Flowed {
  readonly importWh: number;
  readonly exportWh: number;
}

/** A reading; current and power negative while energy is fed back. Lists are L1, L2, L3. */
export interface MeterReading {
  readonly atMs: number;
  /** Registers as shown, whole Wh; neither ever falls (MID, SC17). */
  readonly importWh: number;
  readonly exportWh: number;
  readonly voltageV: readonly [number, number, number];
  readonly currentA: readonly [number, number, number];
  readonly powerW: readonly [number, number, number];
  readonly totalPowerW: number;
  readonly frequencyHz: number;
}

/** What is true at the plug now. */
export interface TrueState {
  readonly atMs: number;
  readonly voltageV: readonly [number, number, number];
  readonly currentA: readonly [number, number, number];
  readonly frequencyHz: number;
}

/**
 * A meter with an import and an export register that never go back and are never netted. Its gain error is drawn once within
 * +-0.5 % (class B allows 1 %); momentary values scatter besides within +-0.1 %, second by second, the same for the same seed.
 */
export class MidMeter {
  readonly serial: string;
  readonly #random: Random;
  readonly #gain: number;
  #importWh: number;
  #exportWh: number;

  constructor(options: {
    readonly serial: string;
    readonly random: Random;
    /** Largest gain error; default 0.005. */
    readonly maxError?: number;
    /** Registers of a meter that was in use before. */
    readonly importWh?: number;
    readonly exportWh?: number;
  }) {
    const maxError = options.maxError ?? 0.005;
    this.serial = options.serial;
    this.#random = options.random.stream(`meter ${options.serial}`);
    this.#gain = 1 + this.#random.between(-maxError, maxError);
    this.#importWh = options.importWh ?? 0;
    this.#exportWh = options.exportWh ?? 0;
  }

  record({ importWh, exportWh }: Flowed): void {
    this.#importWh += importWh * this.#gain;
    this.#exportWh += exportWh * this.#gain;
  }

  get importWh(): number {
    return Math.floor(this.#importWh + 1e-6);
  }

  get exportWh(): number {
    return Math.floor(this.#exportWh + 1e-6);
  }

  /** What the display shows: sampled on the last whole second. */
  read(state: TrueState): MeterReading {
    const second = Math.floor(state.atMs / 1000);
    const noise = this.#random.stream(String(second));
    const shown = (value: number, digits: number) =>
      round(value * this.#gain * (value === 0 ? 1 : 1 + noise.between(-0.001, 0.001)), digits);
    const currentA = three((k) => shown(state.currentA[k]!, 2));
    const voltageV = three((k) => round(state.voltageV[k]! * (1 + noise.between(-0.001, 0.001)), 1));
    const powerW = three((k) => round(currentA[k]! * voltageV[k]!, 0));
    return {
      atMs: state.atMs,
      importWh: this.importWh,
      exportWh: this.exportWh,
      voltageV,
      currentA,
      powerW,
      totalPowerW: powerW[0] + powerW[1] + powerW[2],
      frequencyHz: state.frequencyHz,
    };
  }
}

function three(value: (line: number) => number): [number, number, number] {
  return [value(0), value(1), value(2)];
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  return rounded === 0 ? 0 : rounded;
}
