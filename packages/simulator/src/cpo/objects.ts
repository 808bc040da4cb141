import {
  formatDateTime,
  type Location,
  type PartyId,
  type Session,
  type Tariff,
  type Token,
} from '@smac/ocpi';
import { type EvseConfig, evsePowerW } from '../site/socket.ts';
import type { Visit } from '../visits/visit.ts';
import type { EvseStatuses } from './evse-statuses.ts';

/** Who the counterpart is and where its sockets stand. */
export interface CpoIdentity {
  readonly party: PartyId;
  readonly name: string;
  readonly locationId: string;
  readonly timeZone: string;
  readonly currency: string;
  /** Where its sockets stand; default a street that does not exist. */
  readonly place?: Pick<Location, 'address' | 'city' | 'postal_code' | 'country' | 'coordinates'>;
}

const NOWHERE: NonNullable<CpoIdentity['place']> = {
  address: 'Example street 1',
  city: 'Exampletown',
  postal_code: '12345',
  country: 'DEU',
  coordinates: { latitude: '52.520000', longitude: '13.405000' },
};

export const TARIFF_ID = 'standard';

const owner = (party: PartyId) => ({ country_code: party.countryCode, party_id: party.partyId });

/** The car park as an OCPI Location: every EVSE takes profiles and preferences. */
export function locationOf(
  cpo: CpoIdentity,
  evses: readonly EvseConfig[],
  atMs: number,
  statuses: EvseStatuses,
): Location {
  const last_updated = formatDateTime(atMs);
  return {
    ...owner(cpo.party),
    id: cpo.locationId,
    publish: true,
    name: cpo.name,
    ...(cpo.place ?? NOWHERE),
    evses: evses.map((evse) => ({
      uid: evse.uid,
      ...statuses.of(evse.uid),
      capabilities: ['CHARGING_PROFILE_CAPABLE', 'CHARGING_PREFERENCES_CAPABLE', 'RFID_READER'],
      connectors: [
        {
          id: evse.connectorId,
          standard: evse.phases === 1 && evse.voltageV < 220 ? 'IEC_62196_T1' : 'IEC_62196_T2',
          format: 'CABLE',
          power_type: evse.phases === 3 ? 'AC_3_PHASE' : evse.phases === 2 ? 'AC_2_PHASE' : 'AC_1_PHASE',
          max_voltage: evse.voltageV,
          max_amperage: evse.maxCurrentA,
          max_electric_power: Math.floor(evsePowerW(evse)),
          tariff_ids: [TARIFF_ID],
          last_updated,
        },
      ],
    })),
    time_zone: cpo.timeZone,
    opening_times: { twentyfourseven: true },
    last_updated: statuses.lastUpdated(),
  };
}

export function tariffOf(cpo: CpoIdentity, atMs: number): Tariff {
  return {
    ...owner(cpo.party),
    id: TARIFF_ID,
    currency: cpo.currency,
    type: 'REGULAR',
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.35, vat: 19, step_size: 1 }] }],
    tax_included: 'NO',
    last_updated: formatDateTime(atMs),
  };
}

const contractOf = (cpo: CpoIdentity, visit: Visit) =>
  `${cpo.party.countryCode}-${cpo.party.partyId}-C${visit.id}`;

export function tokenOf(cpo: CpoIdentity, visit: Visit, atMs: number): Token {
  return {
    ...owner(cpo.party),
    uid: `T-${visit.id}`,
    type: 'RFID',
    contract_id: contractOf(cpo, visit),
    issuer: cpo.name,
    valid: true,
    whitelist: 'ALWAYS',
    default_profile_type: visit.wish,
    last_updated: formatDateTime(atMs),
  };
}

/** A session at plug-in; readings are added as it goes. */
export function sessionOf(cpo: CpoIdentity, visit: Visit, evse: EvseConfig): Session {
  return {
    ...owner(cpo.party),
    id: visit.id,
    start_date_time: formatDateTime(visit.plugInMs),
    kwh: 0,
    cdr_token: {
      ...owner(cpo.party),
      uid: `T-${visit.id}`,
      type: 'RFID',
      contract_id: contractOf(cpo, visit),
    },
    auth_method: 'WHITELIST',
    location_id: cpo.locationId,
    evse_uid: evse.uid,
    connector_id: evse.connectorId,
    currency: cpo.currency,
    charging_periods: [],
    status: 'ACTIVE',
    last_updated: formatDateTime(visit.plugInMs),
  };
}
