import type { Selectable } from 'kysely';
import type { ChargingSessionTable } from '../store/tables/sites.ts';
import type { Preferences } from './preferences.ts';
import type { SessionState, SessionStatus, StationLimit, Vehicle } from './session.ts';

export const LIVE: readonly SessionStatus[] = ['ACTIVE', 'PENDING', 'RESERVATION'];

export function sessionOf(row: Omit<Selectable<ChargingSessionTable>, 'object'>): SessionState {
  return {
    peerId: row.peer_id,
    sessionId: row.session_id,
    party: row.party,
    locationId: row.location_id,
    evseUid: row.evse_uid,
    connectorId: row.connector_id,
    contextId: row.context_id,
    status: row.status as SessionStatus,
    startMs: row.start_ms,
    ...(row.end_ms === null ? {} : { endMs: row.end_ms }),
    energyWh: row.energy_wh,
    energyAtMs: row.energy_at_ms,
    ...(row.power_w === null ? {} : { powerW: row.power_w }),
    preferences: row.preferences as Preferences,
    vehicle: row.vehicle as Vehicle,
    ...(row.station_limit === null ? {} : { stationLimit: row.station_limit as StationLimit }),
    ...(row.provider === null ? {} : { provider: row.provider }),
    tokenUid: row.token_uid,
    lastUpdatedMs: row.last_updated_ms,
  };
}

/** Columns of a session without the OCPI object, which is long and nobody but the OCPI face asks for. */
export const SESSION_COLUMNS = [
  'charging_session.peer_id',
  'charging_session.session_key',
  'charging_session.session_id',
  'charging_session.party',
  'charging_session.location_id',
  'charging_session.evse_uid',
  'charging_session.evse_key',
  'charging_session.connector_id',
  'charging_session.context_id',
  'charging_session.status',
  'charging_session.live',
  'charging_session.start_ms',
  'charging_session.end_ms',
  'charging_session.energy_wh',
  'charging_session.energy_at_ms',
  'charging_session.power_w',
  'charging_session.preferences',
  'charging_session.vehicle',
  'charging_session.station_limit',
  'charging_session.provider',
  'charging_session.token_uid',
  'charging_session.token_key',
  'charging_session.last_updated_ms',
] as const;
