/** What all versions ask of a station in the same way: profiles, starting, stopping, availability. */
import type { Installed } from '../station/profiles/profile.ts';
import type { Station } from '../station/station.ts';
import { type ProfileOnWire, profileIn } from './profile-in.ts';
import type { FaceHost } from './station-face.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Answer = Fields | Promise<Fields>;
export type Commands = Readonly<
  Record<string, (payload: Fields, afterAnswer: (fire: () => void) => void) => Answer>
>;

export interface RemoteStart {
  readonly evseId: number | undefined;
  readonly idToken: string;
  readonly remoteStartId?: number;
  readonly profile?: ProfileOnWire;
}

/** Accepts where an EVSE can begin now; the profile that came along waits for the transaction. */
export function remoteStart(
  host: FaceHost,
  { evseId, idToken, remoteStartId, profile }: RemoteStart,
): boolean {
  return host.act((station) => {
    const id = evseId ?? firstFree(station);
    if (id === undefined || station.transaction(id)?.idToken !== undefined) return false;
    if (!station.isInService || ['Unavailable', 'Faulted'].includes(station.status(id))) return false;
    station.authorise(id, { idToken, ...(remoteStartId === undefined ? {} : { remoteStartId }) });
    if (profile !== undefined) installOnceItRuns(host, station, id, profile);
    return true;
  });
}

/** A TxProfile needs its transaction, which may still wait for the car; one that is refused then leaves the defaults in force. */
function installOnceItRuns(host: FaceHost, station: Station, evseId: number, profile: ProfileOnWire): void {
  if (station.transaction(evseId) !== undefined) {
    station.install(profileIn(evseId, profile));
    return;
  }
  const stop = station.onEvent((event) => {
    if (!('evseId' in event) && event.kind !== 'transaction') return;
    const at = event.kind === 'transaction' ? event.event.evseId : event.evseId;
    if (at !== evseId) return;
    if (event.kind === 'authorisation-timeout') stop();
    if (event.kind !== 'transaction' || event.event.eventType !== 'Started') return;
    stop();
    host.later(0, () => host.act((now) => now.install(profileIn(evseId, profile))));
  });
}

const firstFree = (station: Station) =>
  station.evses
    .map(({ options }) => options.evseId)
    .find((id) => station.transaction(id)?.idToken === undefined);

/** @returns the EVSE of the transaction, or undefined where none of that name runs */
export function evseOf(station: Station, transactionId: string): number | undefined {
  return station.evses
    .map(({ options }) => options.evseId)
    .find((evseId) => station.transaction(evseId)?.id === transactionId);
}

export function remoteStop(host: FaceHost, transactionId: string): boolean {
  return host.act((station) => {
    const evseId = evseOf(station, transactionId);
    return evseId !== undefined && station.stop(evseId, 'Remote', 'RemoteStop');
  });
}

export function install(host: FaceHost, evseId: number, wire: ProfileOnWire) {
  return host.act((station) => station.install(profileIn(evseId, wire)));
}

/** Availability of one EVSE, or of all (0 or none named). `Scheduled` while a transaction runs there. */
export function changeAvailability(host: FaceHost, evseId: number | undefined, isOperative: boolean) {
  return host.act((station) => {
    const ids = station.evses
      .map(({ options }) => options.evseId)
      .filter((id) => evseId === undefined || evseId === 0 || id === evseId);
    if (ids.length === 0) return 'Rejected' as const;
    for (const id of ids) station.setAvailable(id, isOperative);
    return ids.some((id) => station.transaction(id) !== undefined)
      ? ('Scheduled' as const)
      : ('Accepted' as const);
  });
}

/** Periods of a composite in wire words; a stretch without limit cannot be written and takes what the hardware allows. */
export function compositePeriods(
  station: Station,
  evseId: number,
  unit: 'A' | 'W',
  durationS: number,
  startMs: number,
): readonly Fields[] {
  const { periods } = station.composite({ evseId, unit, startMs, durationS });
  return periods.map(({ startPeriod, limit, ...held }) => ({
    startPeriod,
    limit: Math.round((limit ?? hardwareLimit(station, evseId, unit)) * 10) / 10,
    ...held,
  }));
}

function hardwareLimit(station: Station, evseId: number, unit: 'A' | 'W'): number {
  const evses = station.evses.filter(({ options }) => evseId === 0 || options.evseId === evseId);
  const voltageV = station.options.nominalVoltageV ?? 230;
  const amperes = evses.map(({ options }) => options.maxCurrentA);
  const watts = evses.reduce((sum, { options }) => sum + options.maxCurrentA * voltageV * options.phases, 0);
  return unit === 'A' ? amperes.reduce((sum, a) => sum + a, 0) : watts;
}

/** Installed profiles as GetChargingProfiles reports them, by EVSE. */
export function reported(
  installed: readonly Installed[],
  wants: (each: Installed) => boolean,
): Map<number, Installed[]> {
  const byEvse = new Map<number, Installed[]>();
  for (const each of installed.filter(wants)) {
    byEvse.set(each.evseId, [...(byEvse.get(each.evseId) ?? []), each]);
  }
  return byEvse;
}
