/** The status of connectors in the words of OCPI, for everyone who reads locations. */
import type { Evse } from '@smac/ocpi';
import type { StationEvent, Stations } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Network } from './network.ts';

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
  readonly stations: Pick<Stations, 'listen'>;
  readonly network: Pick<Network, 'placeOf' | 'evses' | 'setStatus'>;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** Keeps the status of every own EVSE up to date; a station without connection is UNKNOWN. @returns ends it */
export function followEvseStatus({ stations, network, activity, log }: EvseStatusOptions): () => void {
  const last = new Map<string, Evse['status']>();

  function set(stationId: string, evseId: number, status: Evse['status']): void {
    const place = network.placeOf(stationId, evseId);
    // The uid of an EVSE is unique at its location only.
    const name = `${stationId} ${evseId}`;
    if (place === undefined || last.get(name) === status) return;
    last.set(name, status);
    void activity
      .track(() => network.setStatus(place, status))
      .catch((error: unknown) => {
        // What was not stored is tried again with the next word about it.
        if (last.get(name) === status) last.delete(name);
        log.error({ evseUid: place.evseUid, detail: String(error) }, 'The status of an EVSE was not stored');
      });
  }

  const event = (happened: StationEvent): void => {
    if (happened.kind === 'status' && happened.evseId > 0) {
      set(happened.stationId, happened.evseId, STATUSES[happened.status] ?? 'UNKNOWN');
    }
    if (happened.kind !== 'disconnected') return;
    for (const { stationId, evseId } of network.evses()) {
      if (stationId === happened.stationId) set(stationId, evseId, 'UNKNOWN');
    }
  };
  return stations.listen({ event });
}
