/**
 * How far calls of people reach within a minute (security.md 7.3, RT20): stations, and the power that can change with them. A call that
 * names one EVSE can change no more than the power of that EVSE, and some change none.
 */

/** What the plugs of a station, or of one EVSE of it, give together, W; 0: nobody said where it stands. */
export type PowerOf = (stationId: string, evseId?: number) => number;

export interface Reached {
  readonly stationId: string;
  /** Absent: the whole station. */
  readonly evseId?: number;
  /** The call can change what is drawn. */
  readonly movesPower: boolean;
}

/** Reading messages change nothing at the station, so a large selection needs no second person (BI8: diagnostics of a selection). */
const READS = /^Get|^TriggerMessage$|^ExtendedTriggerMessage$|^CustomerInformation$/;

/** These change a station and leave the power of every car as it is. */
const POWERLESS: ReadonlySet<string> = new Set([
  'CancelReservation',
  'CertificateSigned',
  'ClearCache',
  'ClearDisplayMessage',
  'ClearVariableMonitoring',
  'CostUpdated',
  'DeleteCertificate',
  'InstallCertificate',
  'ReserveNow',
  'SendLocalList',
  'SetDisplayMessage',
  'SetMonitoringBase',
  'SetMonitoringLevel',
  'SetVariableMonitoring',
]);

export const isReading = (action: string): boolean => READS.test(action);

/** What one call of a person reaches. @param payload of the call, as it is sent */
export function reachOf(action: string, stationId: string, payload: unknown): Reached {
  const evseId = evseOf(payload);
  return {
    stationId,
    movesPower: !POWERLESS.has(action),
    ...(evseId === undefined ? {} : { evseId }),
  };
}

/** The EVSE a payload of any version speaks of (1.6: a connector); undefined: none, or 0, the whole station. */
function evseOf(payload: unknown): number | undefined {
  const { evse, evseId, connectorId } = (payload ?? {}) as {
    readonly evse?: { readonly id?: unknown };
    readonly evseId?: unknown;
    readonly connectorId?: unknown;
  };
  const id = evse?.id ?? evseId ?? connectorId;
  return typeof id === 'number' && Number.isInteger(id) && id > 0 ? id : undefined;
}

const WINDOW_MS = 60_000;

/** What was reached within the last minute; who is reached twice counts once. */
export class Reach {
  readonly #powerWOf: PowerOf;
  /** Stations and their EVSEs by when they were reached last; EVSE 0 is the whole station. */
  readonly #stations = new Map<string, number>();
  readonly #power = new Map<string, Map<number, number>>();

  constructor(powerWOf: PowerOf) {
    this.#powerWOf = powerWOf;
  }

  /** Stations and W within the minute, if these came on top of what was reached. */
  with(more: readonly Reached[], nowMs: number): { readonly stations: number; readonly powerW: number } {
    this.#forget(nowMs - WINDOW_MS);
    const stations = new Set([...this.#stations.keys(), ...more.map(({ stationId }) => stationId)]);
    const moved = new Map([...this.#power].map(([id, evses]) => [id, new Set(evses.keys())] as const));
    for (const { stationId, evseId = 0, movesPower } of more) {
      if (movesPower) moved.set(stationId, (moved.get(stationId) ?? new Set()).add(evseId));
    }
    let powerW = 0;
    for (const [stationId, evses] of moved) powerW += this.#powerW(stationId, evses);
    return { stations: stations.size, powerW };
  }

  add(more: readonly Reached[], nowMs: number): void {
    for (const { stationId, evseId = 0, movesPower } of more) {
      this.#stations.set(stationId, nowMs);
      if (!movesPower) continue;
      const evses = this.#power.get(stationId) ?? new Map<number, number>();
      this.#power.set(stationId, evses.set(evseId, nowMs));
    }
  }

  #powerW(stationId: string, evses: ReadonlySet<number>): number {
    const wholeW = this.#powerWOf(stationId);
    if (evses.has(0)) return wholeW;
    const partsW = [...evses].reduce((sum, evseId) => sum + this.#powerWOf(stationId, evseId), 0);
    return Math.min(wholeW, partsW);
  }

  #forget(beforeMs: number): void {
    for (const [stationId, atMs] of this.#stations) if (atMs < beforeMs) this.#stations.delete(stationId);
    for (const [stationId, evses] of this.#power) {
      for (const [evseId, atMs] of evses) if (atMs < beforeMs) evses.delete(evseId);
      if (evses.size === 0) this.#power.delete(stationId);
    }
  }
}
