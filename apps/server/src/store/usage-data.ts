/**
 * What leaves when usage data is handed to somebody else (BI12, BI14): a new operator, an independent monitor. Charging, its meters, its
 * profiles and plans, its bills, its places. Cards are in it, because a bill names one; accounts of people, keys, secrets and the trail
 * of staff are not. What is not in this table stays here.
 */
export const USAGE_TABLES: ReadonlySet<string> = new Set([
  'cdr',
  'charging_session',
  'context_evse',
  'context_version',
  'cpo_reservation',
  'dispatch_event',
  'dispatch_profile',
  'evse',
  'location',
  'meter_value',
  'network_evse',
  'ocpp_transaction',
  'optimisation_context',
  'plan',
  'series_slot',
  'service_policy',
  'session_reading',
  'station',
  'station_connector',
  'station_uptime',
  'tariff',
  'tariff_revision',
  'transaction_event',
]);

/** Columns that open a door: they leave as the id of their row. */
const HIDDEN: Readonly<Record<string, string>> = {
  // Who knows how a station names itself may knock in its name.
  station: 'identity',
};

export function withoutDoors(table: string, row: unknown): unknown {
  const column = HIDDEN[table];
  if (column === undefined) return row;
  const { id } = row as { id: unknown };
  return { ...(row as object), [column]: id };
}
