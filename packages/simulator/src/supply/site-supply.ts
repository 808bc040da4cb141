import { type MeterReading, MidMeter } from '../meter/mid-meter.ts';
import type { Random } from '../random/random.ts';
import { type Series, valueAt } from '../series/series.ts';
import type { MainsState } from '../station/grid-guard.ts';
import type { Timed } from '../station/on-clock.ts';
import type { Station } from '../station/station.ts';
import { Fuse } from './fuse.ts';
import { StationaryBattery, type StationaryBatteryOptions } from './stationary-battery.ts';
import { SupplyRecord } from './supply-record.ts';

export interface SiteSupplyOptions {
  readonly startMs: number;
  readonly stations: readonly Station[];
  readonly random: Random;
  /** Limit of net import, W; change it with `setLimit`. Default none. */
  readonly limitW?: number;
  /** Main fuse per line, A; default none. */
  readonly fuseA?: number;
  /** Load besides the cars, W, spread over the lines; beyond its end its last value holds. */
  readonly baseW?: Series;
  /** Share of the base load per line; default a third each. */
  readonly baseShare?: readonly [number, number, number];
  /** Generation, W, at least 0, on three phases. */
  readonly pvW?: Series;
  readonly battery?: StationaryBatteryOptions;
  readonly nominalVoltageV?: number;
  readonly meterError?: number;
}

type Lines = [number, number, number];

/** What is known of one station until its next event. */
interface Kept {
  readonly station: Station;
  nextMs: number;
  lines: Lines;
  powerW: number;
  isSteady: boolean;
  isStale: boolean;
}

/** What is known of all stations until the next event of one of them. */
interface Together {
  readonly nextMs: number;
  /** Their power changes by itself all the time. */
  readonly moving: readonly Kept[];
  readonly steadyW: number;
  readonly steadyLines: Readonly<Lines>;
}

const MS_PER_H = 3_600_000;
const SECOND_MS = 1_000;

/**
 * The supply point of a site: stations, other load, generation and a stationary battery behind one fuse and one meter. It
 * keeps its stations' time (each is only advanced to its own events) and records every second of what flowed.
 */
export class SiteSupply implements Timed {
  readonly record: SupplyRecord;
  readonly meter: MidMeter;
  readonly battery: StationaryBattery | undefined;
  readonly #options: SiteSupplyOptions;
  readonly #kept: Kept[];
  readonly #byId = new Map<string, Kept>();
  /** Of these something changed since they were looked at. */
  #stale: Kept[] = [];
  /** All that are not stale together: a site of a hundred stations is not added up anew for every event of one of them. */
  #together: Together = {
    nextMs: Number.POSITIVE_INFINITY,
    moving: [],
    steadyW: 0,
    steadyLines: [0, 0, 0],
  };
  readonly #fuses: readonly Fuse[];
  readonly #voltageV: number;
  #limitW: number;
  #mains: MainsState;
  #atMs: number;
  #evWh = 0;

  constructor(options: SiteSupplyOptions) {
    this.#options = options;
    this.#atMs = options.startMs;
    this.#voltageV = options.nominalVoltageV ?? 230;
    this.#limitW = options.limitW ?? Number.POSITIVE_INFINITY;
    this.#mains = { voltageV: [this.#voltageV, this.#voltageV, this.#voltageV], frequencyHz: 50 };
    this.#fuses = options.fuseA === undefined ? [] : [1, 2, 3].map(() => new Fuse(options.fuseA!));
    this.record = new SupplyRecord(options.startMs);
    this.meter = new MidMeter({
      serial: 'supply',
      random: options.random,
      maxError: options.meterError ?? 0.005,
    });
    this.battery = options.battery === undefined ? undefined : new StationaryBattery(options.battery);
    this.#kept = [];
    for (const station of options.stations) this.add(station);
    this.#decideBattery();
  }

  get atMs(): number {
    return this.#atMs;
  }

  /** Energy that went through all plugs so far, Wh; discharging subtracts. */
  get evWh(): number {
    return this.#evWh;
  }

  get limitW(): number {
    return this.#limitW;
  }

  get hasFuseMelted(): boolean {
    return this.#fuses.some((fuse) => fuse.hasMelted);
  }

  /** Lets a station join, now: the hub that grows at night. */
  add(station: Station): void {
    station.advanceTo(this.#atMs);
    const kept: Kept = { station, nextMs: 0, lines: [0, 0, 0], powerW: 0, isSteady: true, isStale: false };
    station.onTouched = () => this.#touch(kept);
    this.#kept.push(kept);
    this.#byId.set(station.options.id, kept);
    this.#touch(kept);
  }

  /** The station, advanced to now: act on it through this. */
  station(id: string): Station {
    const kept = this.#byId.get(id);
    if (kept === undefined) throw new RangeError(`no station ${id} at this supply point`);
    kept.station.advanceTo(this.#atMs);
    this.#touch(kept);
    return kept.station;
  }

  setLimit(limitW: number): void {
    this.#limitW = limitW;
  }

  /** Mains of the whole site change (outage, frequency). */
  setMains(mains: MainsState): void {
    this.#mains = mains;
    for (const kept of this.#kept) {
      kept.station.advanceTo(this.#atMs);
      kept.station.senseMains(mains);
      this.#touch(kept);
    }
  }

  get nextMs(): number {
    this.#refresh();
    let next = Math.min(this.#seriesChangeMs(this.#options.baseW), this.#seriesChangeMs(this.#options.pvW));
    next = Math.min(next, this.#together.nextMs);
    const isMoving = this.#together.moving.length > 0;
    if (this.battery !== undefined) {
      next = Math.min(next, this.#atMs + Math.max(1, this.battery.lastsMs));
      if (isMoving) next = Math.min(next, (Math.floor(this.#atMs / SECOND_MS) + 1) * SECOND_MS);
    }
    return Math.max(next, this.#atMs);
  }

  advanceTo(toMs: number): void {
    while (this.#atMs < toMs) {
      const atMs = Math.min(toMs, Math.max(this.nextMs, this.#atMs));
      if (atMs > this.#atMs) this.#flow(atMs);
      this.#atMs = atMs;
      if (this.#together.nextMs <= atMs || this.#stale.length > 0) this.#advanceDue(atMs);
      this.#refresh();
      this.#decideBattery();
    }
  }

  /** Net import now, W. */
  netW(atMs = this.#atMs): number {
    this.#refresh();
    return this.#otherW() + this.#carsW(atMs);
  }

  /** Net import of every line now, A. */
  linesA(atMs = this.#atMs): Lines {
    this.#refresh();
    const { steadyLines, moving } = this.#together;
    const lines: Lines = [...steadyLines];
    for (const { station } of moving) {
      const own = station.lineCurrentsA(atMs);
      for (let k = 0; k < 3; k++) lines[k]! += own[k]!;
    }
    const share = this.#options.baseShare ?? [1 / 3, 1 / 3, 1 / 3];
    const evenW = (this.battery?.powerW ?? 0) - this.#pvW();
    for (let k = 0; k < 3; k++) lines[k]! += (this.#baseW() * share[k]! + evenW / 3) / this.#voltageV;
    return lines;
  }

  /** The meter at the grid connection: two registers, currents of the lines. */
  read(): MeterReading {
    return this.meter.read({
      atMs: this.#atMs,
      voltageV: this.#mains.voltageV,
      currentA: this.linesA(),
      frequencyHz: this.#mains.frequencyHz,
    });
  }

  #carsW(atMs: number): number {
    let sum = this.#together.steadyW;
    for (const { station } of this.#together.moving) sum += station.powerW(atMs);
    return sum;
  }

  #baseW(): number {
    return held(this.#options.baseW, this.#atMs);
  }

  #pvW(): number {
    return this.#mains.voltageV.some((v) => v < 1) ? 0 : held(this.#options.pvW, this.#atMs);
  }

  /** Net import besides the cars, W. */
  #otherW(): number {
    return this.#baseW() - this.#pvW() + (this.battery?.powerW ?? 0);
  }

  #decideBattery(): void {
    this.battery?.decide(this.#baseW() - this.#pvW() + this.#carsW(this.#atMs));
  }

  #seriesChangeMs(series: Series | undefined): number {
    if (series === undefined) return Number.POSITIVE_INFINITY;
    if (this.#atMs < series.startMs) return series.startMs;
    const step = Math.floor((this.#atMs - series.startMs) / series.stepMs) + 1;
    return step >= series.values.length ? Number.POSITIVE_INFINITY : series.startMs + step * series.stepMs;
  }

  #touch(kept: Kept): void {
    if (kept.isStale) return;
    kept.isStale = true;
    this.#stale.push(kept);
  }

  #advanceDue(atMs: number): void {
    for (const kept of this.#kept) {
      if (kept.nextMs > atMs) continue;
      kept.station.advanceTo(atMs);
      this.#touch(kept);
    }
  }

  #refresh(): void {
    if (this.#stale.length === 0) return;
    for (const kept of this.#stale) {
      const { station } = kept;
      kept.nextMs = station.nextMs;
      kept.lines = station.lineCurrentsA(station.atMs);
      kept.powerW = station.powerW(station.atMs);
      kept.isSteady = station.isSteady;
      kept.isStale = false;
    }
    this.#stale = [];
    this.#together = addedUp(this.#kept);
  }

  /** Energy and seconds of a stretch in which nothing begins or ends. */
  #flow(toMs: number): void {
    const fromMs = this.#atMs;
    const ms = toMs - fromMs;
    const isSteady = this.#together.moving.length === 0;
    const startW = this.#carsW(fromMs);
    const endW = isSteady ? startW : this.#carsW(toMs);
    // Simpson: exact for ramps, and for the slow exponentials of a taper to a billionth.
    const meanW = isSteady ? startW : (startW + 4 * this.#carsW((fromMs + toMs) / 2) + endW) / 6;
    const netWh = ((this.#otherW() + meanW) * ms) / MS_PER_H;
    this.#evWh += (meanW * ms) / MS_PER_H;
    this.meter.record({ importWh: Math.max(0, netWh), exportWh: Math.max(0, -netWh) });
    this.battery?.run(ms);
    this.#heatFuses(fromMs, ms);
    this.#recordSeconds(fromMs, toMs, isSteady);
  }

  #heatFuses(fromMs: number, ms: number): void {
    if (this.#fuses.length === 0) return;
    const lines = this.linesA(fromMs);
    const hadMelted = this.hasFuseMelted;
    this.#fuses.forEach((fuse, k) => {
      fuse.carry(Math.abs(lines[k]!), ms);
    });
    if (hadMelted || !this.hasFuseMelted) return;
    const voltage = (k: number) => (this.#fuses[k]!.hasMelted ? 0 : this.#mains.voltageV[k]!);
    this.setMains({ ...this.#mains, voltageV: [voltage(0), voltage(1), voltage(2)] });
  }

  #recordSeconds(fromMs: number, toMs: number, isSteady: boolean): void {
    const { record } = this;
    let second = record.startMs + record.seconds * SECOND_MS;
    if (second >= toMs) return;
    const otherW = this.#otherW();
    let netW = this.netW(fromMs);
    let worstA = Math.max(...this.linesA(fromMs));
    for (; second < toMs; second += SECOND_MS) {
      if (second < fromMs) continue;
      if (!isSteady) {
        netW = this.netW(second);
        worstA = Math.max(...this.linesA(second));
      }
      record.add(netW, worstA, this.#limitW, otherW);
    }
  }
}

function addedUp(all: readonly Kept[]): Together {
  const steadyLines: Lines = [0, 0, 0];
  const moving: Kept[] = [];
  let steadyW = 0;
  let nextMs = Number.POSITIVE_INFINITY;
  for (const kept of all) {
    if (kept.nextMs < nextMs) nextMs = kept.nextMs;
    if (!kept.isSteady) {
      moving.push(kept);
      continue;
    }
    steadyW += kept.powerW;
    for (let k = 0; k < 3; k++) steadyLines[k]! += kept.lines[k]!;
  }
  return { nextMs, moving, steadyW, steadyLines };
}

function held(series: Series | undefined, atMs: number): number {
  if (series === undefined || atMs < series.startMs) return 0;
  return valueAt(series, atMs) ?? series.values.at(-1) ?? 0;
}
