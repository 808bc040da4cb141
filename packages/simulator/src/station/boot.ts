type BootReason = 'PowerUp' | 'RemoteReset';

/** Whether a station has power and has come up: between the two it serves nobody. */
export class Boot {
  readonly #durationMs: number;
  #hasPower = true;
  #untilMs: number | undefined;
  #reason: BootReason = 'PowerUp';

  constructor(durationS = 30) {
    this.#durationMs = durationS * 1000;
  }

  get isUp(): boolean {
    return this.#hasPower && this.#untilMs === undefined;
  }

  /** When it is up, epoch ms; Infinity while it does not boot. */
  get untilMs(): number {
    return this.#untilMs ?? Number.POSITIVE_INFINITY;
  }

  cutPower(): void {
    this.#hasPower = false;
    this.#untilMs = undefined;
  }

  restorePower(): void {
    this.#hasPower = true;
  }

  begin(reason: BootReason, atMs: number): void {
    this.#reason = reason;
    this.#untilMs = atMs + this.#durationMs;
  }

  /** @returns why it booted */
  finish(): BootReason {
    this.#untilMs = undefined;
    return this.#reason;
  }
}
