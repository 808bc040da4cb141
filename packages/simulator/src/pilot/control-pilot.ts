import { DIGITAL_PERCENT, dutyOfCurrent, X1_PERCENT } from './duty.ts';
import type { PilotState } from './state.ts';

/** Times of the station's side, ms (EVerest Charger.cpp; IEC 61851-1 Table A.6). */
export const PILOT_TIMES = {
  /** The duty cycle changes at most this often; X1 is not held up. */
  pwmIntervalMs: 5_000,
  /** After X1 the vehicle has 3 s to open; the station cuts after 6 s. */
  cutAfterX1Ms: 6_000,
  contactorMostMs: 3_000,
  /** A vehicle that stays in B this long although current is offered is woken once. */
  wakeAfterMs: 30_000,
  wakeToggleMs: 4_000,
  wakePauseMs: 750,
  /** Current above limit * 1.10 + 0.5 A for this long opens the contactor. */
  overcurrentMs: 7_000,
} as const;

/** What the vehicle hears: an oscillator (or its silence), a voltage that means fault, or a power by digital communication. */
export type PilotSignal =
  | { readonly kind: 'pwm'; readonly dutyPercent: number }
  | { readonly kind: 'fault' }
  /** Set point on the mains side, W; negative = discharge (ISO 15118-20 EVSETargetActivePower, or a limit in scheduled mode). */
  | { readonly kind: 'digital'; readonly targetW: number };

export interface ControlPilotOptions {
  readonly atMs: number;
  /** From C2 to closed contactor, ms; at most 3,000. */
  readonly closeMs?: number;
  /** Wakes a sleeper by a toggle to F (and does not wait for its owner). */
  readonly wakes?: boolean;
}

/**
 * The station's side of one control pilot: turns an offered current into duty cycles in their time, closes and opens the
 * contactor after the vehicle's state, wakes sleepers and trips on overcurrent. Advanced from instant to instant by its
 * EVSE; `nextMs` names the next one.
 */
export class ControlPilot {
  #atMs: number;
  readonly #closeMs: number;
  readonly #wakes: boolean;
  #offer: { readonly currentA: number } | { readonly targetW: number } | undefined;
  #signal: PilotSignal = { kind: 'pwm', dutyPercent: X1_PERCENT };
  #pwmAtMs = Number.NEGATIVE_INFINITY;
  #vehicle: PilotState = 'A';
  #isClosed = false;
  #closeAtMs = Number.POSITIVE_INFINITY;
  #cutAtMs = Number.POSITIVE_INFINITY;
  #overSinceMs: number | undefined;
  #hasTripped = false;
  #isBlocked = false;
  #offeredSinceMs: number | undefined;
  #wakeStage: 'none' | 'toggle' | 'pause' | 'done' = 'none';
  #stageEndsMs = Number.POSITIVE_INFINITY;

  constructor(options: ControlPilotOptions) {
    this.#atMs = options.atMs;
    this.#closeMs = Math.min(options.closeMs ?? 1_000, PILOT_TIMES.contactorMostMs);
    this.#wakes = options.wakes ?? true;
  }

  get signal(): PilotSignal {
    return this.#signal;
  }

  get dutyPercent(): number {
    if (this.#signal.kind === 'pwm') return this.#signal.dutyPercent;
    return this.#signal.kind === 'digital' ? DIGITAL_PERCENT : 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get hasTripped(): boolean {
    return this.#hasTripped;
  }

  /** F while tripped or toggled, else the state the vehicle makes. */
  get state(): PilotState {
    return this.#signal.kind === 'fault' ? 'F' : this.#vehicle;
  }

  /** What the pilot lets the vehicle draw now, A per phase or W. */
  get isOffering(): boolean {
    return this.#signal.kind === 'digital' || (this.#signal.kind === 'pwm' && this.#signal.dutyPercent < 100);
  }

  /** One wake-up was tried and the vehicle still wants nothing (EVerest: PausedEV). */
  get hasGivenUpWaking(): boolean {
    return this.#wakeStage === 'done';
  }

  get nextMs(): number {
    const wanted = this.#wantedSignal();
    const pwm = this.#isDue(wanted)
      ? Math.max(this.#atMs, this.#pwmFreeMs(wanted))
      : Number.POSITIVE_INFINITY;
    return Math.min(
      pwm,
      this.#closeAtMs,
      this.#cutAtMs,
      this.#stageEndsMs,
      this.#wakeAtMs(),
      this.#overSinceMs === undefined
        ? Number.POSITIVE_INFINITY
        : this.#overSinceMs + PILOT_TIMES.overcurrentMs,
    );
  }

  /** What the station offers from now on: A per phase by PWM, W by digital communication, undefined = nothing (X1). */
  offer(offer: { readonly currentA: number } | { readonly targetW: number } | undefined): void {
    this.#offer = offer;
    this.#settle();
  }

  /** The vehicle's state and its highest phase current now. */
  sense(vehicle: PilotState, currentA: number): void {
    if (vehicle !== this.#vehicle) {
      const before = this.#vehicle;
      this.#vehicle = vehicle;
      if (vehicle === 'A') this.#reset();
      else if (before === 'A') this.#offeredSinceMs = this.isOffering ? this.#atMs : undefined;
    }
    const limitA = this.#limitA();
    const isOver = this.#isClosed && limitA !== undefined && currentA > limitA * 1.1 + 0.5;
    if (!isOver) this.#overSinceMs = undefined;
    else this.#overSinceMs ??= this.#atMs;
    this.#settle();
  }

  /** Lets time pass to `toMs`, at most `nextMs`. */
  advanceTo(toMs: number): void {
    this.#atMs = toMs;
    if (this.#overSinceMs !== undefined && toMs >= this.#overSinceMs + PILOT_TIMES.overcurrentMs) this.trip();
    this.#settle();
  }

  /** Opens at once and stays in F until the vehicle is unplugged or the station clears the fault. */
  trip(): void {
    this.#hasTripped = true;
    this.#overSinceMs = undefined;
    this.#signal = { kind: 'fault' };
    this.#open();
  }

  /** No power at all (mains lost, station off): opens at once and shows X1 until unblocked. */
  block(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    if (isBlocked) {
      this.#open();
      this.#overSinceMs = undefined;
    }
    this.#settle();
  }

  clearFault(): void {
    this.#hasTripped = false;
    this.#settle();
  }

  #limitA(): number | undefined {
    if (this.#signal.kind !== 'pwm') return undefined;
    return this.#signal.dutyPercent >= X1_PERCENT ? undefined : dutyToLimit(this.#signal.dutyPercent);
  }

  #wantedSignal(): PilotSignal {
    if (this.#hasTripped || this.#wakeStage === 'toggle') return { kind: 'fault' };
    if (
      this.#vehicle === 'A' ||
      this.#isBlocked ||
      this.#offer === undefined ||
      this.#wakeStage === 'pause'
    ) {
      return { kind: 'pwm', dutyPercent: X1_PERCENT };
    }
    if ('targetW' in this.#offer) return { kind: 'digital', targetW: this.#offer.targetW };
    return { kind: 'pwm', dutyPercent: dutyOfCurrent(this.#offer.currentA) };
  }

  #isDue(wanted: PilotSignal): boolean {
    const now = this.#signal;
    if (wanted.kind !== now.kind) return true;
    if (wanted.kind === 'pwm' && now.kind === 'pwm') return wanted.dutyPercent !== now.dutyPercent;
    return wanted.kind === 'digital' && now.kind === 'digital' && wanted.targetW !== now.targetW;
  }

  /** X1, faults and digital set points are not held up by the interval of the PWM. */
  #pwmFreeMs(wanted: PilotSignal): number {
    const isHeld = wanted.kind === 'pwm' && wanted.dutyPercent < X1_PERCENT;
    return isHeld ? this.#pwmAtMs + PILOT_TIMES.pwmIntervalMs : Number.NEGATIVE_INFINITY;
  }

  #wakeAtMs(): number {
    if (!this.#wakes || this.#wakeStage !== 'none' || this.#offeredSinceMs === undefined) {
      return Number.POSITIVE_INFINITY;
    }
    return this.#offeredSinceMs + PILOT_TIMES.wakeAfterMs;
  }

  #settle(): void {
    this.#runWakeUp();
    const wanted = this.#wantedSignal();
    if (this.#isDue(wanted) && this.#atMs >= this.#pwmFreeMs(wanted)) this.#send(wanted);
    this.#followVehicle();
  }

  #send(signal: PilotSignal): void {
    const wasOffering = this.isOffering;
    this.#signal = signal;
    if (signal.kind === 'pwm' && signal.dutyPercent < X1_PERCENT) this.#pwmAtMs = this.#atMs;
    if (this.isOffering && !wasOffering) this.#offeredSinceMs = this.#atMs;
    if (!this.isOffering) {
      this.#offeredSinceMs = undefined;
      if (this.#isClosed) this.#cutAtMs = this.#atMs + PILOT_TIMES.cutAfterX1Ms;
      if (signal.kind === 'fault') this.#open();
      // A pause by the station, not one of the wake-up itself: the next offer may wake again.
      if (this.#wakeStage === 'done') this.#wakeStage = 'none';
    } else {
      this.#cutAtMs = Number.POSITIVE_INFINITY;
    }
  }

  #followVehicle(): void {
    const wantsEnergy = this.#vehicle === 'C' || this.#vehicle === 'D';
    if (!wantsEnergy || this.#isBlocked) this.#open();
    else this.#offeredSinceMs = undefined;
    if (this.#atMs >= this.#cutAtMs) this.#open();
    if (!wantsEnergy || this.#isBlocked || !this.isOffering || this.#isClosed) {
      this.#closeAtMs = Number.POSITIVE_INFINITY;
      if (wantsEnergy && this.#wakeStage === 'done') this.#wakeStage = 'none';
      return;
    }
    if (this.#closeAtMs === Number.POSITIVE_INFINITY) this.#closeAtMs = this.#atMs + this.#closeMs;
    if (this.#atMs >= this.#closeAtMs) {
      this.#isClosed = true;
      this.#closeAtMs = Number.POSITIVE_INFINITY;
    }
  }

  #open(): void {
    this.#isClosed = false;
    this.#closeAtMs = Number.POSITIVE_INFINITY;
    this.#cutAtMs = Number.POSITIVE_INFINITY;
  }

  #runWakeUp(): void {
    if (this.#wakeStage === 'toggle' && this.#atMs >= this.#stageEndsMs) {
      this.#wakeStage = 'pause';
      this.#stageEndsMs = this.#atMs + PILOT_TIMES.wakePauseMs;
    }
    if (this.#wakeStage === 'pause' && this.#atMs >= this.#stageEndsMs) {
      this.#wakeStage = 'done';
      this.#stageEndsMs = Number.POSITIVE_INFINITY;
      this.#signal = { kind: 'pwm', dutyPercent: X1_PERCENT };
      this.#pwmAtMs = Number.NEGATIVE_INFINITY;
      this.#send(this.#wantedSignal());
    }
    if (this.#atMs >= this.#wakeAtMs()) {
      this.#wakeStage = 'toggle';
      this.#offeredSinceMs = undefined;
      this.#stageEndsMs = this.#atMs + PILOT_TIMES.wakeToggleMs;
    }
  }

  #reset(): void {
    this.#hasTripped = false;
    this.#wakeStage = 'none';
    this.#stageEndsMs = Number.POSITIVE_INFINITY;
    this.#overSinceMs = undefined;
    this.#offeredSinceMs = undefined;
    this.#signal = { kind: 'pwm', dutyPercent: X1_PERCENT };
    this.#pwmAtMs = Number.NEGATIVE_INFINITY;
    this.#open();
  }
}

function dutyToLimit(percent: number): number {
  return percent <= 85 ? 0.6 * percent : (percent - 64) * 2.5;
}
