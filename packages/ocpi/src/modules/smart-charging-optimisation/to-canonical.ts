import type { UnitProfile } from '../../exchange/codec.ts';
import { type Outcome, refused } from '../../exchange/outcome.ts';
import { parseDateTime } from '../../model/date-time.ts';
import type { ScOptimisation, ScSlotValue } from '../../model/index.ts';
import type { CanonicalContext, CanonicalEvse, CanonicalSlot, SeriesKind } from './canonical-context.ts';
import { type GapRule, readSeries } from './time-series.ts';
import { UNIT_PROFILES, type Units } from './unit-profile.ts';

/** Length of a slot where neither `slot_duration` nor a list says it (D4.2 names 15 minutes as its example). */
export const DEFAULT_SLOT_MINUTES = 15;

interface SeriesPlan {
  readonly kind: SeriesKind;
  readonly field:
    | 'demand'
    | 'generation'
    | 'price'
    | 'export_price'
    | 'flex_orders'
    | 'co2_intensity'
    | 'site_cap';
  readonly gaps: GapRule;
  readonly ownSpacing?: true;
  /** Value on the wire to canonical value, for slots of `hours`. */
  readonly convert: (value: number, units: Units, hours: number) => number;
}

/** Rounding errs to the safe side: more demand, less generation, less room. */
const SERIES: readonly SeriesPlan[] = [
  {
    kind: 'demand',
    field: 'demand',
    gaps: 'hold',
    convert: (v, units, hours) => roundedUp((v * units.energyWh) / hours),
  },
  {
    kind: 'generation',
    field: 'generation',
    gaps: 'hold',
    convert: (v, units, hours) => roundedDown((v * units.energyWh) / hours),
  },
  { kind: 'price', field: 'price', gaps: 'refuse', ownSpacing: true, convert: (v) => v },
  { kind: 'export_price', field: 'export_price', gaps: 'refuse', ownSpacing: true, convert: (v) => v },
  { kind: 'flex', field: 'flex_orders', gaps: 'leave', convert: (v, units) => roundedDown(v * units.flexW) },
  { kind: 'co2', field: 'co2_intensity', gaps: 'hold', ownSpacing: true, convert: (v) => v },
  { kind: 'cap', field: 'site_cap', gaps: 'hold', convert: (v, units) => roundedDown(v * units.siteW) },
];

/**
 * An SCOptimisation object (valid, in the units of the peer) in canonical units. Refused with 2001: holes in prices, slots longer than a
 * day, an EVSE or connector listed twice. Whether the values make sense is `checkPlausibility`'s question.
 */
export function toCanonical(object: ScOptimisation, unitProfile: UnitProfile): Outcome<CanonicalContext> {
  const units = UNIT_PROFILES[unitProfile];
  const evses = readEvses(object, units);
  if (!evses.ok) return evses;
  const lists = readLists(object, units);
  if (!lists.ok) return lists;
  const hours = lists.data.slotMinutes / 60;
  return {
    ok: true,
    data: {
      owner: { countryCode: object.country_code.toUpperCase(), partyId: object.party_id.toUpperCase() },
      id: object.id,
      lastUpdatedMs: parseDateTime(object.last_updated) ?? 0,
      ...given('maxImportW', object.max_power, (power) => roundedDown(power * units.siteW)),
      ...given('maxExportW', object.min_power, (power) => roundedDown(Math.abs(power) * units.siteW)),
      ...given('opportunityCostPerHour2', object.opportunity_cost, (cost) => cost / hours ** 2),
      currency: object.currency ?? 'EUR',
      ...given('parentId', object.parent_id, (id) => id),
      ...given('gridConnectionId', object.grid_connection_id, (id) => id),
      evses: evses.data,
      series: lists.data.series,
      confirmed: object.plausibility_confirmed ?? false,
      notes: lists.data.notes,
    },
  };
}

interface Lists {
  readonly series: Partial<Record<SeriesKind, readonly CanonicalSlot[]>>;
  /** Length of the slots that `opportunity_cost` counts in (X36). */
  readonly slotMinutes: number;
  readonly notes: readonly string[];
}

function readLists(object: ScOptimisation, units: Units): Outcome<Lists> {
  const series: Partial<Record<SeriesKind, readonly CanonicalSlot[]>> = {};
  const notes: string[] = [];
  const declared = object.slot_duration;
  const others = commonSpacing({ ...object, flex_orders: [] });
  const defaultMinutes = others ?? commonSpacing(object) ?? DEFAULT_SLOT_MINUTES;
  for (const { kind, field, gaps, ownSpacing, convert } of SERIES) {
    const list: readonly ScSlotValue[] | undefined = object[field];
    if (list === undefined) continue;
    const reading = readSeries(list, {
      field,
      gaps,
      defaultMinutes,
      ownSpacing: ownSpacing ?? false,
      ...(declared === undefined ? {} : { declaredMinutes: declared }),
      ...(gaps === 'leave' && declared === undefined && others !== undefined
        ? { liftsAtMostMinutes: others }
        : {}),
    });
    if (!reading.ok) return reading;
    const { slots, slotMinutes } = reading.data;
    series[kind] = slots.map((slot) => ({ ...slot, value: convert(slot.value, units, slotMinutes / 60) }));
    notes.push(...reading.data.notes);
  }
  return { ok: true, data: { series, notes, slotMinutes: declared ?? defaultMinutes } };
}

/** Spacing of the first list that shows one: a list of one element and the opportunity cost take theirs from it. */
function commonSpacing(object: ScOptimisation): number | undefined {
  for (const { field } of SERIES) {
    const list = object[field];
    if (list === undefined || list.length < 2) continue;
    const reading = readSeries(list, { field, gaps: 'hold', defaultMinutes: DEFAULT_SLOT_MINUTES });
    if (reading.ok) return reading.data.slotMinutes;
  }
  return undefined;
}

function readEvses(object: ScOptimisation, units: Units): Outcome<readonly CanonicalEvse[]> {
  const seen = new Set<string>();
  for (const evse of object.evses) {
    const names = [
      `EVSE ${evse.location_id}/${evse.evse_uid}`,
      ...evse.connectors.map(
        (connector) => `connector ${evse.location_id}/${evse.evse_uid}/${connector.connector_id}`,
      ),
    ];
    for (const name of names) {
      const key = name.toUpperCase();
      if (seen.has(key)) return refused('invalidParameters', `evses: ${name} is listed twice; list it once.`);
      seen.add(key);
    }
  }
  return {
    ok: true,
    data: object.evses.map((evse) => ({
      locationId: evse.location_id,
      evseUid: evse.evse_uid,
      connectors: evse.connectors.map((connector) => ({
        connectorId: connector.connector_id,
        chargeW: roundedDown(connector.power * units.connectorW),
        dischargeW: roundedDown((connector.discharge_power ?? 0) * units.connectorW),
      })),
    })),
  };
}

/** Binary fractions of decimal numbers (1.005 kW) must not cost a watt. */
const NOISE = 1e-6;

function roundedDown(value: number): number {
  return Math.floor(value + NOISE) + 0;
}

function roundedUp(value: number): number {
  return Math.ceil(value - NOISE) + 0;
}

function given<K extends string, V, R>(key: K, value: V | undefined, convert: (value: V) => R) {
  return (value === undefined ? {} : { [key]: convert(value) }) as { readonly [P in K]?: R };
}
