import { acceptedW, kneeAt, taperRate } from './battery.ts';
import type { CarModel } from './catalogue.ts';
import { batteryDrainW, batterySideW, drawnW, mainsSideW, minMainsW, wattsPerAmpere } from './charger.ts';

/** What went through the plug in a step; energies in Wh, mains side positive for charging. */
export interface Flow {
  readonly importWh: number;
  readonly exportWh: number;
  readonly batteryWh: number;
}

export interface CarState {
  readonly model: CarModel;
  readonly soc: number;
  /** Sum of everything drawn from the mains, Wh, and of everything given back. */
  readonly importedWh: number;
  readonly exportedWh: number;
  /** Mains power now, W; discharging negative. */
  readonly powerW: number;
  /** It takes no more: the wish is fulfilled, the battery is at its limit or below the charger's smallest power. */
  readonly full: boolean;
  readonly asleep: boolean;
}

export interface CarOptions {
  readonly model: CarModel;
  readonly soc: number;
  /** The driver's own limit in the car, 0..1. */
  readonly maxSoc?: number;
  /** Mains energy after which it stops by itself, Wh: what the driver wants; absent = until `maxSoc`. */
  readonly wishWh?: number;
  /** Never discharges below it, 0..1 (default 0.2 or the state of charge at plug-in if that is lower). */
  readonly reserveSoc?: number;
  readonly atMs: number;
  /** When the car takes its first current; an AC session takes 5 to 20 s to get there. */
  readonly readyMs?: number;
}

const MS_PER_H = 3_600_000;
/** Energies closer than this count as reached: a thousandth of a watt-hour. */
const EPSILON_WH = 1e-3;

/**
 * A car at a socket that follows an offered limit. Between two changes of the limit its course is computed in closed
 * form (constant power, then exponential taper), so a step of a day is as exact as a step of a second and energy is
 * conserved: mains = battery + losses.
 */
export class Car {
  readonly #model: CarModel;
  readonly #maxSoc: number;
  readonly #wishWh: number;
  readonly #reserveSoc: number;
  readonly #readyMs: number;
  #atMs: number;
  #soc: number;
  #importedWh = 0;
  #exportedWh = 0;
  #lossWh = 0;
  /** Power the car aims at, and changes on their way to it: a limit reaches the wheels of the charger seconds later. */
  #aimW = 0;
  #coming: { readonly fromMs: number; readonly aimW: number }[] = [];
  #pausedSinceMs: number;
  #asleep = false;
  #stopped = false;
  #powerW = 0;

  constructor(options: CarOptions) {
    this.#model = options.model;
    this.#soc = options.soc;
    this.#maxSoc = Math.max(options.soc, options.maxSoc ?? 1);
    this.#wishWh = options.wishWh ?? Number.POSITIVE_INFINITY;
    this.#reserveSoc = Math.min(options.soc, options.reserveSoc ?? 0.2);
    this.#atMs = options.atMs;
    this.#readyMs = options.readyMs ?? options.atMs;
    this.#pausedSinceMs = options.atMs;
  }

  get atMs(): number {
    return this.#atMs;
  }

  /** Losses of charger and battery path so far, Wh. */
  get lossWh(): number {
    return this.#lossWh;
  }

  state(): CarState {
    return {
      model: this.#model,
      soc: this.#soc,
      importedWh: this.#importedWh,
      exportedWh: this.#exportedWh,
      powerW: this.#powerW,
      full: this.#isFull(),
      asleep: this.#asleep,
    };
  }

  /** What it could draw at most right now if everything were offered, W. */
  appetiteW(): number {
    if (this.#isFull() || this.#asleep) return 0;
    return this.#drawnFor(Number.POSITIVE_INFINITY);
  }

  /** The station offers `limitW` (negative = asks for so much discharge) from `atMs` on, which may not lie before the last step. */
  offer(limitW: number, atMs: number): void {
    const aimW = limitW < 0 ? -Math.min(-limitW, this.#model.maxDischargeW) : this.#drawnFor(limitW);
    const before = this.#coming.at(-1)?.aimW ?? this.#aimW;
    const delayS = Math.abs(aimW) > Math.abs(before) ? this.#model.temper.riseS : this.#model.temper.fallS;
    const fromMs = Math.max(atMs + delayS * 1000, this.#readyMs);
    this.#coming = this.#coming.filter((change) => change.fromMs < fromMs);
    this.#coming.push({ fromMs, aimW });
  }

  /** A wake-up by the station (state E/F toggle): a sleeping car listens again. */
  wake(atMs: number): void {
    this.#asleep = false;
    this.#pausedSinceMs = Math.max(this.#pausedSinceMs, atMs);
  }

  /** Lets time pass to `toMs` and returns what flowed. */
  advanceTo(toMs: number): Flow {
    const startImport = this.#importedWh;
    const startExport = this.#exportedWh;
    const startSoc = this.#soc;
    while (this.#atMs < toMs) {
      const next = this.#coming[0];
      if (next !== undefined && next.fromMs <= this.#atMs) {
        this.#aimW = next.aimW;
        if (next.aimW !== 0) this.#stopped = false;
        this.#coming.shift();
        continue;
      }
      this.#run(Math.min(toMs, next?.fromMs ?? toMs));
    }
    return {
      importWh: this.#importedWh - startImport,
      exportWh: this.#exportedWh - startExport,
      batteryWh: (this.#soc - startSoc) * this.#model.battery.capacityWh,
    };
  }

  #drawnFor(limitW: number): number {
    const { charger, temper } = this.#model;
    const drawn = drawnW(charger, Math.min(limitW, charger.maxCurrentA * wattsPerAmpere(charger)));
    return drawn * temper.overdraw;
  }

  #isFull(): boolean {
    const { battery, charger } = this.#model;
    return (
      this.#soc >= this.#maxSoc - 1e-12 ||
      this.#importedWh - this.#exportedWh >= this.#wishWh - EPSILON_WH ||
      mainsSideW(charger, acceptedW(battery, this.#soc)) < minMainsW(charger) - 1e-9
    );
  }

  /** Constant aim until `untilMs`. */
  #run(untilMs: number): void {
    this.#sleepIfLongPaused(untilMs);
    if (this.#aimW < 0) this.#discharge(untilMs);
    else if (this.#aimW === 0 || this.#asleep || this.#stopped || this.#isFull()) this.#rest(untilMs);
    else this.#charge(untilMs);
  }

  #sleepIfLongPaused(untilMs: number): void {
    const after = this.#model.temper.sleepsAfterMin;
    if (after === undefined || this.#aimW !== 0) return;
    if (untilMs - this.#pausedSinceMs >= after * 60_000) this.#asleep = true;
  }

  #rest(untilMs: number): void {
    if (this.#powerW !== 0) this.#pausedSinceMs = this.#atMs;
    this.#powerW = 0;
    this.#atMs = untilMs;
  }

  #charge(untilMs: number): void {
    const { battery, charger } = this.#model;
    const batteryW = batterySideW(charger, this.#aimW);
    const knee = kneeAt(battery, batteryW);
    const lastSoc = Math.min(this.#maxSoc, knee);
    if (this.#soc < lastSoc - 1e-12) {
      const wishH = (this.#wishWh - (this.#importedWh - this.#exportedWh)) / this.#aimW;
      const kneeH = ((lastSoc - this.#soc) * battery.capacityWh) / batteryW;
      const hours = Math.min((untilMs - this.#atMs) / MS_PER_H, wishH, kneeH);
      const atKnee = hours === kneeH;
      this.#take(this.#aimW * hours, batteryW * hours, hours);
      if (atKnee) this.#soc = lastSoc;
      this.#powerW = this.#aimW;
      return;
    }
    this.#taper(untilMs);
  }

  /** Above the knee 1 - soc decays exponentially; it ends at the smallest power the charger runs at. */
  #taper(untilMs: number): void {
    const { battery, charger } = this.#model;
    const rate = taperRate(battery);
    const left = 1 - this.#soc;
    const leastBatteryW = Math.max(0, batterySideW(charger, minMainsW(charger)));
    const leastLeft = Math.max(
      1 - this.#maxSoc,
      ((1 - battery.knee) * leastBatteryW) / battery.maxChargeW,
      1e-9,
    );
    const stopMs = Math.log(Math.max(1, left / leastLeft)) / rate;
    const batteryWh = (ms: number) => battery.capacityWh * left * -Math.expm1(-rate * ms);
    const mainsWh = (ms: number) =>
      (batteryWh(ms) + (charger.idleLossW * ms) / MS_PER_H) / (1 - charger.lossShare);
    let ms = Math.min(untilMs - this.#atMs, stopMs);
    const wishLeftWh = this.#wishWh - (this.#importedWh - this.#exportedWh);
    if (mainsWh(ms) > wishLeftWh) ms = inverse(mainsWh, wishLeftWh, ms);
    this.#take(mainsWh(ms), batteryWh(ms), ms / MS_PER_H);
    this.#powerW = mainsSideW(charger, acceptedW(battery, this.#soc));
    if (ms >= stopMs) this.#stopped = true;
  }

  #discharge(untilMs: number): void {
    const { battery, charger } = this.#model;
    const mainsW = Math.min(-this.#aimW, this.#model.maxDischargeW);
    const drainW = Math.min(batteryDrainW(charger, mainsW), battery.maxDischargeW);
    const availableWh = Math.max(0, (this.#soc - this.#reserveSoc) * battery.capacityWh);
    if (availableWh < EPSILON_WH || mainsW <= 0) {
      this.#rest(untilMs);
      return;
    }
    const hours = Math.min((untilMs - this.#atMs) / MS_PER_H, availableWh / drainW);
    this.#soc -= (drainW * hours) / battery.capacityWh;
    this.#exportedWh += mainsW * hours;
    this.#lossWh += (drainW - mainsW) * hours;
    this.#powerW = -mainsW;
    this.#move(hours);
  }

  #take(mainsWh: number, batteryWh: number, hours: number): void {
    this.#importedWh += mainsWh;
    this.#soc = Math.min(this.#maxSoc, this.#soc + batteryWh / this.#model.battery.capacityWh);
    this.#lossWh += mainsWh - batteryWh;
    this.#move(hours);
  }

  /** Time never stands still: a remainder below a tenth of a millisecond counts as done. */
  #move(hours: number): void {
    this.#atMs += Math.max(hours * MS_PER_H, 1e-4);
  }
}

/** x in [0, high] with f(x) = target for a rising concave f: bisection to a microsecond. */
function inverse(f: (x: number) => number, target: number, high: number): number {
  let low = 0;
  let top = high;
  while (top - low > 1e-3) {
    const middle = (low + top) / 2;
    if (f(middle) < target) low = middle;
    else top = middle;
  }
  return low;
}
