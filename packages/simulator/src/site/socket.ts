import { Car } from '../ev/car.ts';
import { Meter } from '../ev/meter.ts';
import type { Random } from '../random/random.ts';
import type { Visit } from '../visits/visit.ts';
import { limitAt, nextChange, type OfferedLimit } from './offered-limit.ts';

/** One EVSE with one connector. */
export interface EvseConfig {
  readonly uid: string;
  readonly connectorId: string;
  readonly phases: 1 | 2 | 3;
  readonly voltageV: number;
  readonly maxCurrentA: number;
  /** What it can feed back, W; 0 = charges only. */
  readonly dischargeW: number;
}

export function evsePowerW(evse: EvseConfig): number {
  return evse.phases * evse.voltageV * evse.maxCurrentA;
}

/** From plug-in to the first current an AC session takes 5 to 20 s (authorisation, relay, pilot). */
const READY_MS = { least: 5_000, most: 20_000 };

/** An EVSE with the car that is plugged in and the limit it offers. */
export class Socket {
  readonly evse: EvseConfig;
  readonly visit: Visit;
  readonly car: Car;
  readonly meter: Meter;
  #profile: OfferedLimit | undefined;
  #offeredW = Number.NaN;
  /** Upper bound by the site's own policy (local limit, fair sharing); Infinity = none. */
  capW = Number.POSITIVE_INFINITY;

  constructor(evse: EvseConfig, visit: Visit, random: Random, meterError: number) {
    this.evse = evse;
    this.visit = visit;
    this.car = new Car({
      model: visit.model,
      soc: visit.soc,
      wishWh: visit.needWh,
      atMs: visit.plugInMs,
      readyMs: visit.plugInMs + Math.round(random.between(READY_MS.least, READY_MS.most)),
    });
    this.meter = new Meter(random, meterError);
  }

  get profile(): OfferedLimit | undefined {
    return this.#profile;
  }

  /** The station takes a new profile (or none) from now on; call after `advance` to now. */
  apply(profile: OfferedLimit | undefined): void {
    this.#profile = profile;
  }

  /** What profile and hardware allow, without the site's cap; `fallbackW` where no profile holds. */
  allowedW(atMs: number, fallbackW: number): number {
    const limitW = (this.#profile && limitAt(this.#profile, atMs)) ?? fallbackW;
    return Math.max(-this.evse.dischargeW, Math.min(limitW, evsePowerW(this.evse)));
  }

  /** Lets time pass to `toMs`; every stretch that flowed is reported (mains Wh, charging positive). */
  advance(toMs: number, fallbackW: number, flowed: (fromMs: number, wh: number) => void): void {
    let atMs = this.car.atMs;
    while (atMs < toMs) {
      const offeredW = Math.min(this.allowedW(atMs, fallbackW), this.capW);
      if (offeredW !== this.#offeredW) {
        this.car.offer(offeredW, atMs);
        this.#offeredW = offeredW;
      }
      const next = Math.min(toMs, this.#profile === undefined ? toMs : nextChange(this.#profile, atMs));
      const { importWh, exportWh } = this.car.advanceTo(next);
      if (importWh !== 0 || exportWh !== 0) {
        this.meter.record(importWh, exportWh);
        flowed(atMs, importWh - exportWh);
      }
      atMs = next;
    }
  }
}
