import type { Evse, Location, ScOptimisation, Session, Token } from '@smac/ocpi';
import { VirtualClock } from '@smac/simulator';
import type { Store } from '../../store/index.ts';
import type { ContextReading } from '../context.ts';
import { createSites } from '../create-sites.ts';
import type { Owner } from '../owner.ts';
import type { SeriesSlot } from '../series.ts';
import type { ReadContext, Sites } from '../sites.ts';
import type { Trigger } from '../trigger.ts';

/** 2026-11-23 is a Monday. */
export const MONDAY_MS = Date.UTC(2026, 10, 23);
export const HOUR_MS = 3_600_000;

export const OWNER: Owner = { peerId: 'p1', party: { countryCode: 'NL', partyId: 'TNM' } };

export const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

export interface Bench {
  readonly sites: Sites;
  readonly clock: VirtualClock;
  readonly triggers: Trigger[];
}

/** The sites room on a store with a clock that moves only when told. Every bench has a peer of its own in the shared database. */
export function bench(store: Store, nowMs = MONDAY_MS + 8 * HOUR_MS): Bench {
  const clock = new VirtualClock(nowMs);
  const sites = createSites({ store, clock, log: silentLog });
  const triggers: Trigger[] = [];
  sites.onTrigger((trigger) => triggers.push(trigger));
  return { sites, clock, triggers };
}

let peers = 0;

/** An owner nobody else uses: the tests of a file share one database. */
export function newOwner(): Owner {
  peers += 1;
  return { peerId: `peer-${peers}`, party: { countryCode: 'NL', partyId: 'TNM' } };
}

export function at(ms: number): string {
  return new Date(ms).toISOString();
}

export function anEvse(uid: string, overrides: Partial<Evse> = {}): Evse {
  return {
    uid,
    status: 'AVAILABLE',
    capabilities: ['CHARGING_PROFILE_CAPABLE'],
    connectors: [
      {
        id: '1',
        standard: 'IEC_62196_T2',
        format: 'SOCKET',
        power_type: 'AC_3_PHASE',
        max_voltage: 230,
        max_amperage: 32,
        max_electric_power: 22_000,
        last_updated: at(MONDAY_MS),
      },
    ],
    last_updated: at(MONDAY_MS),
    ...overrides,
  };
}

export function aLocation(id: string, evses: readonly Evse[], overrides: Partial<Location> = {}): Location {
  return {
    country_code: 'NL',
    party_id: 'TNM',
    id,
    publish: true,
    address: 'Straat 1',
    city: 'Rotterdam',
    country: 'NLD',
    coordinates: { latitude: '51.92250', longitude: '4.47917' },
    time_zone: 'Europe/Amsterdam',
    evses: [...evses],
    last_updated: at(MONDAY_MS),
    ...overrides,
  };
}

export function aContext(id: string, overrides: Partial<ScOptimisation> = {}): ScOptimisation {
  return {
    country_code: 'NL',
    party_id: 'TNM',
    id,
    max_power: 30_000,
    evses: [{ location_id: 'L1', evse_uid: 'E1', connectors: [{ connector_id: '1', power: 11_000 }] }],
    last_updated: at(MONDAY_MS),
    ...overrides,
  };
}

export function aSession(id: string, overrides: Partial<Session> = {}): Session {
  return {
    country_code: 'NL',
    party_id: 'TNM',
    id,
    start_date_time: at(MONDAY_MS + 8 * HOUR_MS),
    kwh: 0,
    cdr_token: { country_code: 'NL', party_id: 'MSP', uid: 'T1', type: 'RFID', contract_id: 'C1' },
    auth_method: 'WHITELIST',
    location_id: 'L1',
    evse_uid: 'E1',
    connector_id: '1',
    currency: 'EUR',
    status: 'ACTIVE',
    last_updated: at(MONDAY_MS + 8 * HOUR_MS),
    ...overrides,
  };
}

export function aToken(uid: string, overrides: Partial<Token> = {}): Token {
  return {
    country_code: 'NL',
    party_id: 'MSP',
    uid,
    type: 'RFID',
    contract_id: 'C1',
    issuer: 'Issuer',
    valid: true,
    whitelist: 'ALWAYS',
    last_updated: at(MONDAY_MS),
    ...overrides,
  };
}

/** SI units as they come, slots of a quarter of an hour: what a role does with the `si` unit profile. */
export const readSi: ReadContext = (object) => {
  const slots = (list: readonly { time_slot: string; value: number }[] | undefined): SeriesSlot[] =>
    (list ?? []).map(({ time_slot, value }) => ({
      startMs: Date.parse(time_slot),
      durationMs: (object.slot_duration ?? 15) * 60_000,
      value,
    }));
  const reading: ContextReading = {
    statics: {
      ...(object.max_power === undefined ? {} : { maxImportW: object.max_power }),
      ...(object.min_power === undefined ? {} : { maxExportW: Math.abs(object.min_power) }),
      ...(object.parent_id === undefined ? {} : { parentId: object.parent_id }),
      ...(object.opportunity_cost === undefined
        ? {}
        : { opportunityCostPerHour2: object.opportunity_cost * 16 }),
      currency: object.currency ?? 'EUR',
      evses: object.evses.map((evse) => ({
        locationId: evse.location_id,
        evseUid: evse.evse_uid,
        connectors: evse.connectors.map((connector) => ({
          connectorId: connector.connector_id,
          chargeW: connector.power,
          dischargeW: connector.discharge_power ?? 0,
        })),
      })),
    },
    series: {
      demand: slots(object.demand),
      generation: slots(object.generation),
      price: slots(object.price),
      export_price: slots(object.export_price),
      flex: slots(object.flex_orders),
      cap: slots(object.site_cap),
      co2: slots(object.co2_intensity),
    },
  };
  return { ok: true, data: reading };
};

/** Quarter-hour values from `startMs` on, as SCOptimisation lists carry them. */
export function quarterHours(startMs: number, values: readonly number[]) {
  return values.map((value, slot) => ({ time_slot: at(startMs + slot * 900_000), value }));
}
