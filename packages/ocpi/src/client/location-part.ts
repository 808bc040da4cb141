import { codecOf } from '../bridge/codecs.ts';
import type { ObjectCodec } from '../exchange/codec.ts';
import type { LocationKey, LocationPart } from '../exchange/ports.ts';

const LOCATION = codecOf('Location');
const EVSE = codecOf('Evse');
const CONNECTOR = codecOf('Connector');

/** A Location, one EVSE of it or one connector, as the key says. */
export function partCodec(key: Omit<LocationKey, 'owner'>): ObjectCodec<LocationPart> {
  const codec = key.connectorId !== undefined ? CONNECTOR : key.evseUid !== undefined ? EVSE : LOCATION;
  return codec as unknown as ObjectCodec<LocationPart>;
}

/** Path of the part below its owner. */
export function partSegments(key: Omit<LocationKey, 'owner'>): string[] {
  return [key.locationId, key.evseUid, key.connectorId].filter((id) => id !== undefined);
}
