/** The status of connectors in the words of OCPI, for everyone who reads locations. */
import type { Evse } from '@smac/ocpi';
import type { StationEvent, StationsRoom } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Network } from './network.ts';
import type { Placed } from './place.ts';

/** OCPP 1.6 ChargePointStatus and 2.x ConnectorStatusEnumType to OCPI mod_locations Status. */
const STATUSES: Readonly<Record<string, Evse['status']>> = {
  Available: 'AVAILABLE',
  Preparing: 'BLOCKED',
  Charging: 'CHARGING',
  SuspendedEV: 'CHARGING',
  SuspendedEVSE: 'CHARGING',
  Finishing: 'BLOCKED',
  Reserved: 'RESERVED',
  Unavailable: 'INOPERATIVE',
  Faulted: 'OUTOFORDER',
  Occupied: 'CHARGING',
};

export interface EvseStatusOptions {
  readonly stations: Pick<StationsRoom, 'listen' | 'connected' | 'connectors'>;
  readonly network: Pick<Network, 'placeOf' | 'evsesOf' | 'setStatuses'>;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/**
 * Keeps the status of every own EVSE up to date. A station without connection is UNKNOWN; one that comes back after a short while says only
 * what changed meanwhile (2.0.1 B04.FR.02), so its EVSEs are again what it said last. Statuses are stored location by location, the newest of
 * each EVSE: when a thousand lines are cut and come back, the database stays free for what stations wait for. @returns ends it
 */
export function followEvseStatus({ stations, network, activity, log }: EvseStatusOptions): () => void {
  const stored = new Map<string, Evse['status']>();
  const waiting = new Map<string, { readonly place: Placed; readonly status: Evse['status'] }>();
  /** What stations said last in the life of this process. */
  const said = new Map<string, Evse['status']>();
  let isStoring = false;
  /** An EVSE may have been moved since it spoke. */
  const placeNow = (place: Placed) => network.placeOf(place.stationId, place.evseId) ?? place;

  function set(stationId: string, evseId: number, status: Evse['status']): void {
    const place = network.placeOf(stationId, evseId);
    if (place === undefined) return;
    // The uid of an EVSE is unique at its location only.
    const name = nameOf(place);
    if (stored.get(name) === status) waiting.delete(name);
    else waiting.set(name, { place, status });
    if (isStoring || waiting.size === 0) return;
    isStoring = true;
    void activity.track(store);
  }

  async function store(): Promise<void> {
    const failed: typeof waiting = new Map();
    for (const [, { place: next }] of waiting) {
      const { locationId } = placeNow(next);
      const changes = [...waiting].filter(([, { place }]) => placeNow(place).locationId === locationId);
      for (const [name] of changes) {
        waiting.delete(name);
        // What is not known to be stored is written, whatever was before.
        stored.delete(name);
      }
      try {
        await network.setStatuses(
          locationId,
          changes.map(([, { place, status }]) => ({ evseUid: placeNow(place).evseUid, status })),
        );
        for (const [name, { status }] of changes) stored.set(name, status);
      } catch (error) {
        for (const [name, change] of changes) failed.set(name, change);
        log.error({ locationId, detail: String(error) }, 'The status of EVSEs was not stored');
      }
    }
    // What was not stored is tried again with the next word of any station, unless its own came meanwhile.
    for (const [name, change] of failed)
      if (!stored.has(name) && !waiting.has(name)) waiting.set(name, change);
    isStoring = false;
  }

  async function isBack(stationId: string): Promise<void> {
    const places = network.evsesOf(stationId);
    const unheard = places.filter((place) => !said.has(nameOf(place)));
    const known = unheard.length === 0 ? [] : await stations.connectors(stationId);
    for (const { evseId } of unheard) {
      const newest = known
        .filter((connector) => connector.evseId === evseId && connector.status !== null)
        .sort((a, b) => (b.statusMs ?? 0) - (a.statusMs ?? 0))[0];
      const name = nameOf({ stationId, evseId });
      if (newest?.status && !said.has(name)) said.set(name, STATUSES[newest.status] ?? 'UNKNOWN');
    }
    if (stations.connected(stationId) === undefined) return;
    for (const { evseId } of places) {
      const status = said.get(nameOf({ stationId, evseId }));
      if (status !== undefined) set(stationId, evseId, status);
    }
  }

  const event = (happened: StationEvent): void => {
    const { kind, stationId } = happened;
    if (stationId === null) return;
    if (kind === 'status' && network.placeOf(stationId, happened.evseId) !== undefined) {
      const status = STATUSES[happened.status] ?? 'UNKNOWN';
      said.set(nameOf(happened), status);
      set(stationId, happened.evseId, status);
    } else if (kind === 'connected') {
      activity
        .track(() => isBack(stationId))
        .catch((error: unknown) =>
          log.error(
            { stationId, detail: String(error) },
            'The status of a station that is back was not read',
          ),
        );
    } else if (kind === 'disconnected') {
      for (const { evseId } of network.evsesOf(stationId)) set(stationId, evseId, 'UNKNOWN');
    }
  };
  return stations.listen({ event });
}

const nameOf = ({ stationId, evseId }: Pick<Placed, 'stationId' | 'evseId'>): string =>
  `${stationId} ${evseId}`;
