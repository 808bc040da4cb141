import type { Answer } from '../api/client.ts';
import type { MapPoint, Tone } from '../components/map/clusters.ts';

export type PlaceSocket = Answer<'GET /api/places'>['sockets'][number];

/** What a socket is doing, in one word of the catalogue (`state.<word>`). */
export const SOCKET_STATES: Readonly<Record<string, string>> = {
  AVAILABLE: 'free',
  CHARGING: 'occupied',
  BLOCKED: 'occupied',
  RESERVED: 'reserved',
  OUTOFORDER: 'faulted',
  INOPERATIVE: 'faulted',
};
export const isFree = ({ status }: PlaceSocket): boolean => status === 'AVAILABLE';

/** Sockets at one address. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly sockets: readonly PlaceSocket[];
  readonly free: number;
}

export interface PlaceFilter {
  readonly text: string;
  readonly isFreeOnly: boolean;
  readonly minPowerW: number;
  /** OCPI ConnectorType; '' for any. */
  readonly connector: string;
}

/** Names that drivers know, of the connectors they meet; any other is shown as OCPI writes it. */
export const CONNECTORS: Readonly<Record<string, string>> = {
  IEC_62196_T2: 'Type 2',
  IEC_62196_T2_COMBO: 'CCS',
  CHADEMO: 'CHAdeMO',
  IEC_62196_T1: 'Type 1',
  DOMESTIC_F: 'Schuko',
};
export const connectorName = (standard: string): string =>
  CONNECTORS[standard] ?? standard.replaceAll('_', ' ');

export function filtered(sockets: readonly PlaceSocket[], filter: PlaceFilter): readonly PlaceSocket[] {
  const text = filter.text.trim().toLowerCase();
  return sockets
    .filter((socket) => !filter.isFreeOnly || isFree(socket))
    .filter(({ maxW }) => maxW >= filter.minPowerW)
    .filter(
      ({ connectors }) =>
        filter.connector === '' || connectors.some(({ standard }) => standard === filter.connector),
    )
    .filter(({ place, address, city, label }) =>
      `${place} ${address} ${city} ${label}`.toLowerCase().includes(text),
    );
}

/** Places with most free sockets first, then by name. */
export function placesOf(sockets: readonly PlaceSocket[]): readonly Place[] {
  const byId = new Map<string, PlaceSocket[]>();
  for (const socket of sockets) {
    const known = byId.get(socket.locationId);
    if (known === undefined) byId.set(socket.locationId, [socket]);
    else known.push(socket);
  }
  return [...byId]
    .flatMap(([id, all]) => {
      const [first] = all;
      return first === undefined
        ? []
        : [
            {
              id,
              name: first.place,
              address: [first.address, first.city]
                .filter((part) => part !== '' && part !== first.place)
                .join(', '),
              sockets: all,
              free: all.filter(isFree).length,
            },
          ];
    })
    .sort((a, b) => Math.sign(b.free) - Math.sign(a.free) || a.name.localeCompare(b.name));
}

export function pointOf({ id, name, sockets, free }: Place): MapPoint {
  const [first] = sockets;
  const works = sockets.some(({ status }) => SOCKET_STATES[status] !== 'faulted' && status !== 'UNKNOWN');
  const tone: Tone =
    free > 0 ? 'good' : works ? 'busy' : sockets.some(({ status }) => status === 'UNKNOWN') ? 'quiet' : 'bad';
  return {
    id,
    label: `${name}: ${free}/${sockets.length}`,
    tone,
    text: `${free}/${sockets.length}`,
    longitude: first?.longitude ?? Number.NaN,
    latitude: first?.latitude ?? Number.NaN,
  };
}
