import type { PilotSignal } from '../pilot/control-pilot.ts';
import { readDuty } from '../pilot/duty.ts';
import type { PilotState } from '../pilot/state.ts';
import { acceptedBy, stretchFrom } from './charge-curve.ts';
import { type Connection, toBatteryW, toMainsW } from './connection.ts';
import { type Course, energyTo, powerAt, reaches, rest } from './course.ts';
import { type DischargeTerms, dischargeRoomWh, NO_DISCHARGE } from './discharge-terms.ts';
import { heardW, isOffer, ownLimitW, reactionMs } from './heard.ts';
import { HAIR_MS, rampTo, SNAP_W } from './ramp.ts';
import type { VehicleModel } from './vehicle.ts';

export interface ConnectedCarOptions {
  readonly vehicle: VehicleModel;
  readonly connection: Connection;
  readonly atMs: number;
  readonly soc: number;
  /** The driver's limit in the car, 0..1. */
  readonly maxSoc?: number;
  /** Mains energy after which the car stops by itself, Wh. */
  readonly wishWh?: number;
  readonly discharge?: DischargeTerms;
}

const NEVER = Number.POSITIVE_INFINITY;
/** After X1 S2 opens. */
const X1_OPEN_MS = 2_800;
/**
 * A car at a cable. It hears a pilot and a contactor and takes or gives power; between two things it hears, its course is
 * closed-form (ramp, constant, curve of the battery), so a step of a day is as exact as a step of a second and
 * mains = battery + losses + heating always holds.
 */
export class ConnectedCar {
  readonly vehicle: VehicleModel;
  #connection: Connection;
  readonly #discharge: DischargeTerms;
  readonly #pluggedMs: number;
  #maxSoc: number;
  #wishWh: number;
  #atMs: number;
  #soc: number;
  #importedWh = 0;
  #exportedWh = 0;
  #lossWh = 0;
  #heatWh = 0;
  #dischargedWh = 0;
  #signal: PilotSignal = { kind: 'pwm', dutyPercent: 100 };
  #isClosed = false;
  /** Power asked of the car as it has understood it, and a newer one on its way. */
  #heardW = 0;
  #coming: { readonly atMs: number; readonly heardW: number } | undefined;
  #wantsFromMs = NEVER;
  #opensAtMs = NEVER;
  #isS2Closed = false;
  #hasStarted = false;
  #isAsleep = false;
  #isBroken = false;
  #idleSinceMs: number;
  /** Its curve fell below its smallest power; stays so until it has given energy back. */
  #isTaperedOff = false;
  #own: readonly { readonly fromMs: number; readonly powerW: number }[] = [];
  #course: Course;

  constructor(options: ConnectedCarOptions) {
    this.vehicle = options.vehicle;
    this.#connection = options.connection;
    this.#discharge = options.discharge ?? NO_DISCHARGE;
    this.#soc = options.soc;
    this.#maxSoc = Math.max(options.soc, options.maxSoc ?? 1);
    this.#wishWh = options.wishWh ?? NEVER;
    this.#atMs = options.atMs;
    this.#pluggedMs = options.atMs;
    this.#idleSinceMs = options.atMs;
    this.#course = rest(options.atMs, options.atMs);
    if (options.vehicle.behaviour.isSimplified) this.#isS2Closed = true;
    this.#plan();
  }

  get atMs(): number {
    return this.#atMs;
  }
  get soc(): number {
    return this.#soc;
  }
  get importedWh(): number {
    return this.#importedWh;
  }
  get exportedWh(): number {
    return this.#exportedWh;
  }
  get lossWh(): number {
    return this.#lossWh;
  }
  /** Energy that went into preheating, Wh. */
  get heatWh(): number {
    return this.#heatWh;
  }
  /** Battery-side energy given back in this session, Wh. */
  get dischargedWh(): number {
    return this.#dischargedWh;
  }
  get connection(): Connection {
    return this.#connection;
  }
  get discharge(): DischargeTerms {
    return this.#discharge;
  }
  get maxSoc(): number {
    return this.#maxSoc;
  }
  get wishWh(): number {
    return this.#wishWh;
  }
  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** It takes no more charge: the driver's wish or limit is reached, or its curve fell below its smallest power. */
  get isFull(): boolean {
    return (
      this.#isTaperedOff ||
      this.#soc >= this.#maxSoc - 1e-9 ||
      this.#importedWh - this.#exportedWh >= this.#wishWh - 1e-3
    );
  }

  /** B, C or D as S2 stands; E when the car has broken off. */
  get pilotState(): PilotState {
    if (this.#isBroken) return 'E';
    return this.#isS2Closed ? this.vehicle.behaviour.wants : 'B';
  }

  /** When the car changes by itself next, epoch ms (fractions are possible); Infinity = only when it hears something. */
  get nextMs(): number {
    return this.#course.endMs;
  }

  /** Power on the mains side, W; negative = discharging. `atMs` may lie anywhere up to `nextMs`. */
  powerW(atMs = this.#atMs): number {
    return powerAt(this.#course, this.#connection, atMs);
  }

  /** The power does not change until `nextMs`. */
  get isSteady(): boolean {
    return this.#course.slopeWPerMs === 0 && this.#course.ratePerMs === 0;
  }

  /** Current of every phase in use, A; negative = discharging. */
  currentA(atMs = this.#atMs): number {
    return this.powerW(atMs) / (this.#connection.phases * this.#connection.voltageV);
  }

  /** The pilot as it is from now on. */
  hear(signal: PilotSignal): void {
    const before = this.#signal;
    this.#signal = signal;
    const was = isOffer(before);
    const is = isOffer(signal);
    if (signal.kind === 'fault') this.#onFault();
    else if (is && !was) this.#onOffer();
    else if (!is && was) this.#opensAtMs = this.#atMs + X1_OPEN_MS;
    const { behaviour } = this.vehicle;
    const toW = heardW(signal, this.#connection, behaviour);
    const soFarW = this.#coming?.heardW ?? this.#heardW;
    if (toW !== soFarW) {
      this.#coming = { atMs: this.#atMs + reactionMs(signal, toW, soFarW, behaviour), heardW: toW };
    }
    this.#plan();
  }

  /** The contactor opens (the current is cut at once) or closes. */
  switchTo(isClosed: boolean): void {
    if (isClosed === this.#isClosed) return;
    this.#isClosed = isClosed;
    if (!isClosed && this.powerW() !== 0) this.#stop();
    this.#plan();
  }

  /** Stops feeding in at once, whatever was asked (anti-islanding); a new set point may start it again. */
  ceaseFeedIn(): void {
    if (this.#coming !== undefined && this.#coming.heardW < 0) this.#coming = undefined;
    if (this.#heardW < 0) this.#heardW = 0;
    if (this.powerW() < 0) this.#stop();
    this.#plan();
  }

  /** The station has other phases on after a pause without contactor; the current is 0 then. */
  reconnect(connection: Connection): void {
    this.#connection = connection;
    this.#heardW = heardW(this.#signal, connection, this.vehicle.behaviour);
    this.#plan();
  }

  /** A profile of its own below what is offered (ISO 15118 scheduled mode: the EV decides); ascending, empty = none. */
  follow(own: readonly { readonly fromMs: number; readonly powerW: number }[]): void {
    this.#own = own;
    this.#plan();
  }

  /** The driver changed his mind. */
  wish(change: { readonly maxSoc?: number; readonly wishWh?: number }): void {
    this.#maxSoc = change.maxSoc ?? this.#maxSoc;
    this.#wishWh = change.wishWh ?? this.#wishWh;
    if (!this.isFull && isOffer(this.#signal)) this.#wantsFromMs = Math.min(this.#wantsFromMs, this.#atMs);
    this.#plan();
  }

  /** Lets time pass. */
  advanceTo(toMs: number): void {
    while (this.#atMs < toMs) {
      const untilMs = Math.min(toMs, this.#course.endMs);
      this.#flow(untilMs);
      if (untilMs >= this.#course.endMs) this.#plan();
    }
  }

  #onFault(): void {
    if (this.vehicle.behaviour.wokenBy === 'toggle') {
      this.#isAsleep = false;
      this.#idleSinceMs = this.#atMs;
    }
    this.#opensAtMs = this.#atMs;
  }

  #onOffer(): void {
    const { behaviour } = this.vehicle;
    const waitS = this.#hasStarted ? behaviour.reactionS : this.#connection.startS;
    const timerMs = this.#pluggedMs + behaviour.delayS * 1000;
    this.#wantsFromMs = Math.max(this.#atMs + waitS * 1000, timerMs);
    this.#opensAtMs = NEVER;
  }

  #flow(untilMs: number): void {
    const { mainsWh, batteryWh } = energyTo(this.#course, this.#connection, untilMs);
    if (mainsWh !== 0) {
      if (mainsWh > 0) this.#importedWh += mainsWh;
      else this.#exportedWh -= mainsWh;
      if (this.#course.isHeating) {
        this.#heatWh += mainsWh;
      } else {
        this.#soc = Math.min(1, Math.max(0, this.#soc + batteryWh / this.vehicle.capacityWh));
        this.#lossWh += mainsWh - batteryWh;
        if (batteryWh < 0) {
          this.#dischargedWh -= batteryWh;
          this.#isTaperedOff = false;
        }
      }
    }
    const nowW = powerAt(this.#course, this.#connection, untilMs);
    this.#atMs = untilMs;
    this.#course = { ...this.#course, startMs: untilMs, mainsW: nowW };
    if (nowW !== 0) this.#idleSinceMs = untilMs;
  }

  #stop(): void {
    this.#course = rest(this.#atMs, this.#atMs);
    this.#idleSinceMs = this.#atMs;
  }

  /** Applies what is due now, then lays down the next course. */
  #plan(): void {
    this.#applyDue();
    const eventMs = this.#nextEventMs();
    if (!this.#isClosed || !this.#isS2Closed || this.#isBroken) {
      this.#course = rest(this.#atMs, eventMs);
      return;
    }
    const nowW = this.#course.mainsW;
    const goal = this.#goal();
    const course = Math.abs(nowW - goal.powerW) > SNAP_W ? this.#rampTo(goal.powerW, nowW) : this.#hold(goal);
    const endMs = Math.max(this.#atMs + HAIR_MS, Math.min(course.endMs, eventMs));
    this.#course = { ...course, isHeating: goal.isHeating, endMs };
  }

  #applyDue(): void {
    const now = this.#atMs;
    if (this.#coming !== undefined && this.#coming.atMs <= now) {
      this.#heardW = this.#coming.heardW;
      this.#coming = undefined;
      this.#breakOffBelowMinimum();
    }
    if (!this.#isAsleep && now >= this.#sleepsAtMs()) this.#isAsleep = true;
    if (now >= this.#opensAtMs) {
      this.#opensAtMs = NEVER;
      this.#wantsFromMs = NEVER;
      // Without the B step a simplified car cannot open; it only stops drawing.
      this.#isS2Closed = this.vehicle.behaviour.isSimplified;
      if (this.#course.mainsW !== 0) this.#stop();
    }
    const hasUse = this.#heardW < 0 || !this.isFull || this.vehicle.behaviour.preheatW > 0;
    if (now >= this.#wantsFromMs && isOffer(this.#signal) && !this.#isAsleep && hasUse) {
      this.#isS2Closed = true;
      this.#hasStarted = true;
    } else if (
      this.#isS2Closed &&
      !hasUse &&
      this.#course.mainsW === 0 &&
      !this.vehicle.behaviour.isSimplified
    ) {
      // Full: S2 opens, the station sees B again and cannot tell why (D1.5 2.1.1).
      this.#isS2Closed = this.#signal.kind === 'digital';
    }
  }

  #breakOffBelowMinimum(): void {
    const reading = this.#signal.kind === 'pwm' ? readDuty(this.#signal.dutyPercent) : undefined;
    const isTooLittle = reading?.kind === 'current' && this.#heardW === 0;
    if (isTooLittle && this.vehicle.behaviour.belowMinimum === 'faults') this.#isBroken = true;
  }

  #sleepsAtMs(): number {
    const after = this.vehicle.behaviour.sleepsAfterS;
    if (after === undefined || this.#isAsleep || isOffer(this.#signal)) return NEVER;
    return this.#idleSinceMs + after * 1000;
  }

  #nextEventMs(): number {
    const now = this.#atMs;
    let next = Math.min(this.#coming?.atMs ?? NEVER, this.#opensAtMs, this.#sleepsAtMs());
    if (!this.#isS2Closed && this.#wantsFromMs > now) next = Math.min(next, this.#wantsFromMs);
    for (const { fromMs } of this.#own) if (fromMs > now) next = Math.min(next, fromMs);
    return next;
  }

  /** Where the power should go by pilot, own profile, battery and warranty. */
  #goal(): { readonly powerW: number; readonly offeredW: number; readonly isHeating: boolean } {
    const askedW = Math.min(this.#heardW, this.#heardW > 0 ? ownLimitW(this.#own, this.#atMs) : NEVER);
    if (askedW < 0) {
      const roomWh = this.#dischargeRoomWh();
      return { powerW: roomWh > 1e-3 ? askedW : 0, offeredW: askedW, isHeating: false };
    }
    const { minW } = this.#connection;
    const { behaviour, curve } = this.vehicle;
    if (!this.isFull && toMainsW(this.#connection, acceptedBy(curve, this.#soc)) < minW - 1e-6) {
      this.#isTaperedOff = true;
    }
    if (this.isFull) {
      const heatW =
        behaviour.preheatW === 0 || askedW < minW ? 0 : Math.min(askedW, Math.max(minW, behaviour.preheatW));
      return { powerW: heatW, offeredW: heatW, isHeating: true };
    }
    if (askedW < minW * 0.999) return { powerW: 0, offeredW: 0, isHeating: false };
    const acceptedW = toMainsW(this.#connection, acceptedBy(curve, this.#soc));
    return { powerW: Math.min(askedW, acceptedW), offeredW: askedW, isHeating: false };
  }

  #dischargeRoomWh(): number {
    return dischargeRoomWh(this.#discharge, this.vehicle.capacityWh, this.#soc, this.#dischargedWh);
  }

  #rampTo(goalW: number, nowW: number): Course {
    const course = rampTo(this.#connection, this.#atMs, goalW, nowW);
    if (course.slopeWPerMs === 0) return course;
    const lastsMs = course.endMs - this.#atMs;
    return { ...course, endMs: Math.min(course.endMs, this.#atMs + this.#roomLastsMs(course, lastsMs)) };
  }

  #hold(goal: { readonly powerW: number; readonly offeredW: number; readonly isHeating: boolean }): Course {
    const now = this.#atMs;
    if (goal.powerW === 0 || goal.isHeating) return { ...rest(now, NEVER), mainsW: goal.powerW };
    if (goal.powerW < 0) {
      const course = { ...rest(now, NEVER), mainsW: goal.powerW };
      return { ...course, endMs: now + this.#roomLastsMs(course, NEVER) };
    }
    const { capacityWh, curve } = this.vehicle;
    const offeredW = toBatteryW(this.#connection, goal.offeredW);
    const stretch = stretchFrom(curve, capacityWh, this.#soc, offeredW);
    const leastW = Math.max(1, toBatteryW(this.#connection, this.#connection.minW));
    const toLeastMs =
      stretch.ratePerMs < 0 ? Math.max(0, Math.log(leastW / stretch.startW) / stretch.ratePerMs) : NEVER;
    const course: Course = {
      ...rest(now, NEVER),
      mainsW: toMainsW(this.#connection, stretch.startW),
      ratePerMs: stretch.ratePerMs,
    };
    const lastsMs = Math.min(stretch.lastsMs, toLeastMs);
    if (toLeastMs <= HAIR_MS) this.#isTaperedOff = true;
    // A hair beyond the corner, so that the next course begins on its far side.
    return { ...course, endMs: now + Math.min(lastsMs + HAIR_MS, this.#roomLastsMs(course, lastsMs)) };
  }

  /** ms until the wish, the battery's limit or the warranty is reached on a course, at most `mostMs`. */
  #roomLastsMs(course: Course, mostMs: number): number {
    const at = (ms: number) => energyTo(course, this.#connection, course.startMs + ms);
    if (course.mainsW < 0) return reaches((ms) => -at(ms).batteryWh, this.#dischargeRoomWh(), mostMs);
    const roomWh = (this.#maxSoc - this.#soc) * this.vehicle.capacityWh;
    const wishWh = this.#wishWh - (this.#importedWh - this.#exportedWh);
    const fullMs = reaches((ms) => at(ms).batteryWh, roomWh, mostMs);
    return wishWh === NEVER
      ? fullMs
      : Math.min(
          fullMs,
          reaches((ms) => at(ms).mainsWh, wishWh, mostMs),
        );
  }
}
