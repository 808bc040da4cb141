import type { PartyId, Session } from '@smac/ocpi';
import { exportedWh, importedWh, type TransactionState } from '../transactions/index.ts';
import type { Placed } from './place.ts';

/** An own transaction as the OCPI Session it is for planning, and for every platform that may see it (OCPI 2.3.0 mod_sessions). */
export function sessionObject(
  transaction: TransactionState,
  place: Placed,
  party: PartyId,
  currency: string,
  lastUpdatedMs: number,
): Session {
  const start = new Date(transaction.startMs).toISOString();
  const connector = place.connectors.find(({ connectorId }) => connectorId === transaction.connectorId);
  return {
    country_code: party.countryCode,
    party_id: party.partyId,
    id: transaction.id,
    start_date_time: start,
    ...(transaction.endMs === undefined
      ? {}
      : { end_date_time: new Date(Math.max(transaction.endMs, transaction.startMs)).toISOString() }),
    kwh: importedWh(transaction) / 1000,
    cdr_token: {
      country_code: party.countryCode,
      party_id: party.partyId,
      uid: transaction.tokenUid ?? NO_TOKEN,
      type: TOKEN_TYPES[transaction.tokenType ?? ''] ?? 'OTHER',
      contract_id: transaction.tokenUid ?? NO_TOKEN,
    },
    auth_method: transaction.remoteStartId === undefined ? 'WHITELIST' : 'COMMAND',
    location_id: place.locationId,
    evse_uid: place.evseUid,
    connector_id: connector?.id ?? place.connectors[0]?.id ?? '1',
    currency,
    ...(transaction.batteryWh === undefined ? {} : { battery_capacity: transaction.batteryWh / 1000 }),
    charging_periods: periodsOf(transaction, start),
    status: transaction.state === 'ended' ? 'COMPLETED' : 'ACTIVE',
    last_updated: new Date(lastUpdatedMs).toISOString(),
  };
}

/** A station that charges without a card (free vending) names none. */
const NO_TOKEN = 'NO-TOKEN';

const TOKEN_TYPES: Readonly<Record<string, Session['cdr_token']['type']>> = {
  ISO14443: 'RFID',
  ISO15693: 'RFID',
  KeyCode: 'OTHER',
  Central: 'APP_USER',
  DirectPayment: 'AD_HOC_USER',
  eMAID: 'EMAID',
};

/** What was given back stands in the first period, power and charge of the last reading in one of its own. */
function periodsOf(transaction: TransactionState, start: string): NonNullable<Session['charging_periods']> {
  const exportedKwh = exportedWh(transaction) / 1000;
  const periods: NonNullable<Session['charging_periods']> = [];
  if (exportedKwh > 0) {
    periods.push({ start_date_time: start, dimensions: [{ type: 'ENERGY_EXPORT', volume: exportedKwh }] });
  }
  const dimensions = [
    ...(transaction.powerW === undefined
      ? []
      : [{ type: 'POWER' as const, volume: transaction.powerW / 1000 }]),
    ...(transaction.soc === undefined
      ? []
      : [{ type: 'STATE_OF_CHARGE' as const, volume: transaction.soc * 100 }]),
  ];
  if (dimensions.length > 0 && transaction.meteredMs !== undefined) {
    periods.push({ start_date_time: new Date(transaction.meteredMs).toISOString(), dimensions });
  }
  return periods;
}
