import type { OcppVersion } from '@smac/ocpp';
import type { InstalledProfile } from '@smac/ocpp/profiles';
import type { Stations } from '../stations/index.ts';
import { type Meaning, meaningOf } from './answers.ts';
import { setProfile16, setProfile21, setProfile201 } from './wire.ts';

/** Sends one profile in the words of the station's version. @param urgent ahead of what waits: a limit that must go down now */
export async function setProfile(
  stations: Pick<Stations, 'call' | 'connected'>,
  stationId: string,
  installed: InstalledProfile,
  urgent = false,
): Promise<Meaning> {
  const version = stations.connected(stationId)?.version;
  if (version === undefined) return meaningOf({ kind: 'offline' });
  const payload = setPayload(version, installed);
  return meaningOf(await stations.call(stationId, 'SetChargingProfile', payload, { actor: ACTOR, urgent }));
}

/** Removes profiles by id; that none was there is as good. */
export async function clearProfile(
  stations: Pick<Stations, 'call' | 'connected'>,
  stationId: string,
  profileId: number,
): Promise<Meaning> {
  const version = stations.connected(stationId)?.version;
  if (version === undefined) return meaningOf({ kind: 'offline' });
  const payload = clearPayload(version, profileId);
  const outcome = await stations.call(stationId, 'ClearChargingProfile', payload, { actor: ACTOR });
  if (outcome.kind === 'result') return { answer: { result: 'ACCEPTED' }, next: false };
  return meaningOf(outcome);
}

export const ACTOR = 'system:dispatch';

/** SetChargingProfile in the words of a version. @throws where it has no word for something in the profile */
export const setPayload = (version: OcppVersion, installed: InstalledProfile): object =>
  WORDS[version](installed);

/** ClearChargingProfile of one profile in the words of a version. */
export const clearPayload = (version: OcppVersion, profileId: number): object =>
  version === '1.6' ? { id: profileId } : { chargingProfileId: profileId };

const WORDS = { '1.6': setProfile16, '2.0.1': setProfile201, '2.1': setProfile21 } as const;
