import type { Location, ScOptimisation, Session, Token } from '@smac/ocpi';
import { formatDateTime } from '@smac/ocpi';

const owner = { country_code: 'NL', party_id: 'TNM' };

/** A location with two EVSEs of 11 kW; `plain` takes no charging profiles. */
export function location(nowMs: number, more: Partial<Location> = {}): Location {
  const last_updated = formatDateTime(nowMs);
  const connectors = [
    {
      id: '1',
      standard: 'IEC_62196_T2' as const,
      format: 'SOCKET' as const,
      power_type: 'AC_3_PHASE' as const,
      max_voltage: 230,
      max_amperage: 16,
      max_electric_power: 11_000,
      last_updated,
    },
  ];
  return {
    ...owner,
    id: 'quay',
    publish: true,
    address: 'Quay 1',
    city: 'Rotterdam',
    country: 'NLD',
    coordinates: { latitude: '51.92', longitude: '4.48' },
    time_zone: 'Europe/Amsterdam',
    evses: [
      {
        uid: 'quay-1',
        status: 'AVAILABLE',
        capabilities: ['CHARGING_PROFILE_CAPABLE', 'CHARGING_PREFERENCES_CAPABLE'],
        connectors,
        last_updated,
      },
      { uid: 'plain', status: 'AVAILABLE', capabilities: ['RFID_READER'], connectors, last_updated },
    ],
    last_updated,
    ...more,
  };
}

/** A context over the first EVSE: 20 kW, in the units of the D4.2 tables. */
export function context(nowMs: number, more: Partial<ScOptimisation> = {}): ScOptimisation {
  return {
    ...owner,
    id: 'supply',
    max_power: 20_000,
    evses: [{ location_id: 'quay', evse_uid: 'quay-1', connectors: [{ connector_id: '1', power: 11 }] }],
    demand: [],
    generation: [],
    price: [],
    flex_orders: [],
    last_updated: formatDateTime(nowMs),
    ...more,
  };
}

export function session(id: string, nowMs: number, more: Partial<Session> = {}): Session {
  return {
    ...owner,
    id,
    start_date_time: formatDateTime(nowMs),
    kwh: 0,
    cdr_token: {
      country_code: 'DE',
      party_id: 'EMP',
      uid: 'TOKEN-1',
      type: 'RFID',
      contract_id: 'DE-EMP-C1',
    },
    auth_method: 'WHITELIST',
    location_id: 'quay',
    evse_uid: 'quay-1',
    connector_id: '1',
    currency: 'EUR',
    charging_periods: [],
    status: 'ACTIVE',
    last_updated: formatDateTime(nowMs),
    ...more,
  };
}

export function token(nowMs: number): Token {
  return {
    country_code: 'NL',
    party_id: 'TNM',
    uid: 'TOKEN-9',
    type: 'RFID',
    contract_id: 'NL-TNM-C9',
    issuer: 'TNM',
    valid: true,
    whitelist: 'ALWAYS',
    default_profile_type: 'GREEN',
    last_updated: formatDateTime(nowMs),
  };
}
