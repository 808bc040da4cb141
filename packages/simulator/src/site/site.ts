import type { Random } from '../random/random.ts';
import { meanOver, type Series } from '../series/series.ts';
import type { Visit } from '../visits/visit.ts';
import type { OfferedLimit } from './offered-limit.ts';
import type { SitePolicy } from './policy.ts';
import { SiteRecord } from './record.ts';
import { type EvseConfig, evsePowerW, Socket } from './socket.ts';

export interface SiteOptions {
  readonly evses: readonly EvseConfig[];
  /** Uncontrollable net load (demand minus generation) as it really is, W; absent = 0. */
  readonly baseW?: Series;
  /** Limit of net import at the supply point, W; absent = none. */
  readonly limitW?: number;
  readonly startMs: number;
  readonly policy: SitePolicy;
  /** What a socket offers where no profile holds; default everything it has (OCPI: a cleared profile = maximum capacity). */
  readonly fallbackW?: number;
  /** Largest error of the meters, 0.005 = +-0.5 %. */
  readonly meterError?: number;
  readonly random: Random;
}

/** What the meter and the car of a socket say. */
export interface SocketReading {
  readonly importWh: number;
  readonly exportWh: number;
  readonly powerW: number;
  readonly soc: number;
  readonly full: boolean;
}

const MINUTE_MS = 60_000;

/** Sockets behind one supply point: cars plug in, profiles are applied, time passes, energy is recorded per minute. */
export class Site {
  readonly record: SiteRecord;
  readonly #options: SiteOptions;
  readonly #sockets = new Map<string, Socket>();
  #atMs: number;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#atMs = options.startMs;
    this.record = new SiteRecord(options.startMs);
  }

  get atMs(): number {
    return this.#atMs;
  }

  sockets(): readonly Socket[] {
    return [...this.#sockets.values()];
  }

  socket(evseUid: string): Socket | undefined {
    return this.#sockets.get(evseUid);
  }

  /** A car comes; time passes to its plug-in first. */
  plugIn(visit: Visit): Socket {
    const evse = this.#options.evses.find((candidate) => candidate.uid === visit.evseUid);
    if (evse === undefined) throw new RangeError(`no EVSE ${visit.evseUid} at this site`);
    this.advanceTo(visit.plugInMs);
    const socket = new Socket(
      evse,
      visit,
      this.#options.random.stream(`car ${visit.id}`),
      this.#options.meterError ?? 0,
    );
    this.#sockets.set(evse.uid, socket);
    this.#applyPolicy();
    return socket;
  }

  /** The car leaves; returns its socket with the final readings. */
  unplug(evseUid: string, atMs: number): Socket | undefined {
    this.advanceTo(atMs);
    const socket = this.#sockets.get(evseUid);
    this.#sockets.delete(evseUid);
    return socket;
  }

  applyProfile(evseUid: string, profile: OfferedLimit | undefined, atMs: number): void {
    this.advanceTo(atMs);
    this.#sockets.get(evseUid)?.apply(profile);
    this.#applyPolicy();
  }

  reading(evseUid: string): SocketReading | undefined {
    const socket = this.#sockets.get(evseUid);
    if (socket === undefined) return undefined;
    const { powerW, soc, full } = socket.car.state();
    const { importWh, exportWh } = socket.meter;
    return { importWh, exportWh, powerW: socket.meter.shownW(powerW), soc, full };
  }

  /** Lets time pass, minute by minute. */
  advanceTo(toMs: number): void {
    while (this.#atMs < toMs) {
      const minuteEnds = (Math.floor(this.#atMs / MINUTE_MS) + 1) * MINUTE_MS;
      const next = Math.min(toMs, minuteEnds);
      for (const socket of this.#sockets.values()) {
        socket.advance(next, this.#fallbackW(socket), (fromMs, wh) => this.record.add(fromMs, wh));
      }
      this.#atMs = next;
      if (next === minuteEnds) this.#applyPolicy();
    }
  }

  #applyPolicy(): void {
    if (this.#sockets.size === 0) return;
    const { policy, limitW, baseW } = this.#options;
    const base = baseW === undefined ? 0 : (meanOver(baseW, this.#atMs, this.#atMs + MINUTE_MS) ?? 0);
    const budgetW = limitW === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limitW - base);
    policy([...this.#sockets.values()], budgetW, this.#atMs, (socket) => this.#fallbackW(socket));
  }

  #fallbackW(socket: Socket): number {
    return this.#options.fallbackW ?? evsePowerW(socket.evse);
  }
}
