import type { UnitProfile } from '../../exchange/codec.ts';
import { formatDateTime } from '../../model/date-time.ts';
import type { ScOptimisation, ScSlotValue } from '../../model/index.ts';
import type { CanonicalContext, CanonicalSlot } from './canonical-context.ts';
import { DEFAULT_SLOT_MINUTES } from './to-canonical.ts';
import { UNIT_PROFILES } from './unit-profile.ts';

const MINUTE_MS = 60_000;

/**
 * The object as it travels to a party with this unit profile: what a CPO sends, and what a context made on the operator site looks like
 * from OCPI. All lists get the same, declared slot length (their greatest common one), so that the receiver infers nothing.
 */
export function fromCanonical(context: CanonicalContext, unitProfile: UnitProfile): ScOptimisation {
  const units = UNIT_PROFILES[unitProfile];
  const { series } = context;
  const slotMinutes = commonMinutes(Object.values(series).flat());
  const hours = slotMinutes / 60;
  const list = (slots: readonly CanonicalSlot[], scale: number): ScSlotValue[] =>
    slots.flatMap((slot) => pieces(slot, slotMinutes * MINUTE_MS, scale));
  return {
    country_code: context.owner.countryCode,
    party_id: context.owner.partyId,
    id: context.id,
    ...(context.maxImportW === undefined ? {} : { max_power: context.maxImportW / units.siteW }),
    ...(context.maxExportW === undefined ? {} : { min_power: -context.maxExportW / units.siteW + 0 }),
    evses: context.evses.map((evse) => ({
      location_id: evse.locationId,
      evse_uid: evse.evseUid,
      connectors: evse.connectors.map((connector) => ({
        connector_id: connector.connectorId,
        power: connector.chargeW / units.connectorW,
        discharge_power: connector.dischargeW / units.connectorW,
      })),
    })),
    ...(context.opportunityCostPerHour2 === undefined
      ? {}
      : { opportunity_cost: context.opportunityCostPerHour2 * hours ** 2 }),
    ...(series.demand && { demand: list(series.demand, hours / units.energyWh) }),
    ...(series.generation && { generation: list(series.generation, hours / units.energyWh) }),
    ...(series.price && { price: list(series.price, 1) }),
    ...(series.flex && { flex_orders: list(series.flex, 1 / units.flexW) }),
    last_updated: formatDateTime(context.lastUpdatedMs),
    currency: context.currency,
    slot_duration: slotMinutes,
    ...(context.parentId === undefined ? {} : { parent_id: context.parentId }),
    ...(series.export_price && { export_price: list(series.export_price, 1) }),
    ...(context.gridConnectionId === undefined ? {} : { grid_connection_id: context.gridConnectionId }),
    ...(series.cap && { site_cap: list(series.cap, 1 / units.siteW) }),
    ...(series.co2 && { co2_intensity: list(series.co2, 1) }),
    ...(context.confirmed ? { plausibility_confirmed: true } : {}),
  };
}

function pieces(slot: CanonicalSlot, lengthMs: number, scale: number): ScSlotValue[] {
  const count = Math.max(1, Math.round(slot.durationMs / lengthMs));
  return Array.from({ length: count }, (_, index) => ({
    time_slot: formatDateTime(slot.startMs + index * lengthMs),
    value: slot.value * scale,
  }));
}

/** Greatest common slot length in whole minutes. */
function commonMinutes(slots: readonly CanonicalSlot[]): number {
  let common = 0;
  for (const slot of slots) {
    let [a, b] = [common, Math.max(1, Math.round(slot.durationMs / MINUTE_MS))];
    while (b > 0) [a, b] = [b, a % b];
    common = a;
  }
  return common === 0 ? DEFAULT_SLOT_MINUTES : common;
}
