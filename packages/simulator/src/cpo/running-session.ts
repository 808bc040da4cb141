import { type ChargingPeriod, formatDateTime, type Session } from '@smac/ocpi';
import type { SocketReading } from '../site/site.ts';
import type { EvseConfig } from '../site/socket.ts';
import type { Visit } from '../visits/visit.ts';

/** Smallest time between two versions of one object: equal times with different content are refused (X42). */
const TICK_MS = 1_000;

/** A session of the back office: the OCPI object as last told, and what was last read. */
export class RunningSession {
  readonly visit: Visit;
  readonly evse: EvseConfig;
  /** Stopwatch time at which the PUT of the session left; undefined once its first profile came. */
  sentWallMs: number | undefined;
  /** After the first accepted profile the platform has a right to hear of changes. */
  isFollowed = false;
  /** Own limit told last, W; Infinity = none. */
  toldLimitW = Number.POSITIVE_INFINITY;
  #session: Session;
  #readMs: number;
  #importWh = 0;
  #exportWh = 0;
  #versionMs: number;

  constructor(session: Session, visit: Visit, evse: EvseConfig) {
    this.#session = session;
    this.visit = visit;
    this.evse = evse;
    this.#readMs = visit.plugInMs;
    this.#versionMs = visit.plugInMs;
  }

  /** The object as it stands. */
  get session(): Session {
    return this.#session;
  }

  /** A new version time, later than the one before. */
  stamp(atMs: number): string {
    this.#versionMs = Math.max(Math.floor(atMs / TICK_MS) * TICK_MS, this.#versionMs + TICK_MS);
    return formatDateTime(this.#versionMs);
  }

  /** Takes over a reading; returns the PATCH that tells it, or undefined when no time has passed since the last one. */
  read(reading: SocketReading, atMs: number, tellSoc: boolean): Partial<Session> | undefined {
    if (atMs - this.#readMs < TICK_MS) return undefined;
    const hours = (atMs - this.#readMs) / 3_600_000;
    const importKwh = (reading.importWh - this.#importWh) / 1000;
    const exportKwh = (reading.exportWh - this.#exportWh) / 1000;
    const period: ChargingPeriod = {
      start_date_time: formatDateTime(this.#readMs),
      dimensions: [
        { type: 'ENERGY_IMPORT', volume: importKwh },
        ...(exportKwh > 0 ? [{ type: 'ENERGY_EXPORT' as const, volume: exportKwh }] : []),
        { type: 'POWER', volume: Math.round(((importKwh - exportKwh) / hours) * 1000) / 1000 },
        ...(tellSoc
          ? [{ type: 'STATE_OF_CHARGE' as const, volume: Math.round(reading.soc * 1000) / 10 }]
          : []),
      ],
    };
    this.#readMs = atMs;
    this.#importWh = reading.importWh;
    this.#exportWh = reading.exportWh;
    const patch = {
      kwh: reading.importWh / 1000,
      charging_periods: [period],
      last_updated: this.stamp(atMs),
    };
    this.#session = {
      ...this.#session,
      ...patch,
      charging_periods: [...(this.#session.charging_periods ?? []), period],
    };
    return patch;
  }

  /** Ends the session; returns the object for the last PUT. */
  complete(atMs: number): Session {
    this.#session = {
      ...this.#session,
      status: 'COMPLETED',
      end_date_time: formatDateTime(Math.max(atMs, this.visit.plugInMs + TICK_MS)),
      last_updated: this.stamp(atMs),
    };
    return this.#session;
  }
}
