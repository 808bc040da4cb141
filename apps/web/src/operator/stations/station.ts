import type { Answer } from '../../api/client.ts';
import type { Tone } from '../../components/table/column.ts';

export type StationState = Answer<'GET /api/station-states'>['stations'][number];
export type StationEvse = StationState['evses'][number];
export type Charge = NonNullable<StationEvse['transaction']>;
export type Readiness = Answer<'GET /api/stations/{stationId}/readiness'>[number];
export type StationDetail = Answer<'GET /api/stations/{stationId}'>;
export type LoggedMessage = Answer<'GET /api/stations/{stationId}/log'>[number];
export type Variable = Answer<'GET /api/stations/{stationId}/device-model'>[number];
export type HeldProfiles = Answer<'GET /api/stations/{stationId}/profiles'>;
export type Version = '1.6' | '2.0.1' | '2.1';

/** Where nobody said in which zone a station stands, the clock of who looks. */
export const zoneOf = ({ site }: Pick<StationState, 'site'>) =>
  site?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

export const titleOf = ({ stationId, name }: Pick<StationState, 'stationId' | 'name'>) =>
  name === '' ? stationId : name;

/** Less is measuring noise, W. */
const LEAST_W = 100;
export type Flow = 'charging' | 'discharging' | 'idle';

/** What a running charge does now: power to the car, back from it, or none (D1.5-Q5-8). */
export function flowOf({ powerW }: Pick<Charge, 'powerW'>): Flow {
  if (powerW === null || Math.abs(powerW) < LEAST_W) return 'idle';
  return powerW > 0 ? 'charging' : 'discharging';
}

/** One word for an EVSE in a list: what is wrong, then what it does, then what the station calls it. */
export type EvseWord = 'faulted' | 'unavailable' | Flow | 'occupied' | 'free' | 'reserved' | 'unknown';

export function evseWord(evse: StationEvse, isConnected: boolean): EvseWord {
  if (!isConnected || evse.status === null) return 'unknown';
  if (evse.status === 'Faulted') return 'faulted';
  if (evse.status === 'Unavailable') return 'unavailable';
  if (evse.transaction !== null) return flowOf(evse.transaction);
  if (evse.status === 'Available') return 'free';
  return evse.status === 'Reserved' ? 'reserved' : 'occupied';
}

export const TONES: Readonly<Record<EvseWord, Tone>> = {
  faulted: 'bad',
  unavailable: 'bad',
  charging: 'active',
  discharging: 'active',
  idle: 'warn',
  occupied: 'warn',
  reserved: 'warn',
  free: 'plain',
  unknown: 'plain',
};

const RANK: readonly Readiness['verdict'][] = ['no', 'unknown', 'partly', 'yes'];
/** The worst of all counts for the whole. */
export const worstOf = (rows: readonly Pick<Readiness, 'verdict'>[]): Readiness['verdict'] =>
  RANK.find((verdict) => rows.some((row) => row.verdict === verdict)) ?? 'unknown';

export const VERDICT_TONES: Readonly<Record<Readiness['verdict'], Tone>> = {
  yes: 'good',
  partly: 'warn',
  no: 'bad',
  unknown: 'plain',
};
