/**
 * The gate behind the unit profile (X2): values that only make sense in another unit are refused with a hint, never converted by guess.
 * Demand read a thousand times too small would hide the base load and end in an overload, so small is suspicious too.
 */
import type { UnitProfile } from '../../exchange/codec.ts';
import { type Outcome, type Refused, refused } from '../../exchange/outcome.ts';
import type {
  CanonicalConnector,
  CanonicalContext,
  CanonicalEvse,
  CanonicalSlot,
} from './canonical-context.ts';
import { UNIT_PROFILES } from './unit-profile.ts';

/** Nominal power in W that OCPI Locations give for a connector; undefined where no location says so. */
export type KnownConnectorPowerW = (
  evse: Pick<CanonicalEvse, 'locationId' | 'evseUid'>,
  connectorId: string,
) => number | undefined;

/** Above the largest connector there is (MCS, 1250 V x 3000 A). */
const LARGEST_CONNECTOR_W = 3_750_000;
const CONNECTOR_TOLERANCE = 1.2;
const CONNECTOR_TOO_SMALL = 0.01;
const TIMES_MAX_POWER = 10;
const SHARE_OF_MAX_POWER = 0.001;
const PRICE_RANGE_EUR = { lowest: -2, highest: 5 } as const;

/** Roughly how many units of a currency a euro is: the price range is one of magnitude, not of exchange rates. Others count as 1. */
const UNITS_PER_EURO: Readonly<Record<string, number>> = {
  CZK: 25,
  DKK: 8,
  HUF: 400,
  ISK: 150,
  JPY: 160,
  NOK: 12,
  PLN: 4.5,
  RON: 5,
  RSD: 120,
  SEK: 12,
  TRY: 45,
  UAH: 45,
};

/** Refuses with 2001 and a unit hint what cannot be meant. The owner lifts the checks for small values by `plausibility_confirmed`. */
export function checkPlausibility(
  context: CanonicalContext,
  knownPowerW: KnownConnectorPowerW,
  unitProfile: UnitProfile,
): Outcome<undefined> {
  for (const evse of context.evses) {
    for (const connector of evse.connectors) {
      const problem = checkConnector(context, evse, connector, knownPowerW, unitProfile);
      if (problem !== undefined) return problem;
    }
  }
  return checkPower(context, unitProfile) ?? checkPrices(context) ?? { ok: true, data: undefined };
}

function checkConnector(
  context: CanonicalContext,
  evse: CanonicalEvse,
  connector: CanonicalConnector,
  knownPowerW: KnownConnectorPowerW,
  unitProfile: UnitProfile,
): Refused | undefined {
  const unit = UNIT_PROFILES[unitProfile].names.connector;
  const place = `evses ${evse.locationId}/${evse.evseUid} connector ${connector.connectorId}`;
  const knownW = knownPowerW(evse, connector.connectorId);
  const mostW = knownW === undefined ? LARGEST_CONNECTOR_W : knownW * CONNECTOR_TOLERANCE;
  const reason =
    knownW === undefined
      ? 'more than any connector has'
      : `OCPI Locations give ${knownW} W as max_electric_power`;
  for (const [field, powerW] of [
    ['power', connector.chargeW],
    ['discharge_power', connector.dischargeW],
  ] as const) {
    if (powerW > mostW) return implausible(`${place}: ${field} is ${powerW} W`, reason, unit, unitProfile);
  }
  const tooSmall =
    knownW !== undefined && connector.chargeW > 0 && connector.chargeW < knownW * CONNECTOR_TOO_SMALL;
  if (tooSmall && !context.confirmed) {
    return implausible(`${place}: power is ${connector.chargeW} W`, reason, unit, unitProfile, true);
  }
  return undefined;
}

function checkPower(context: CanonicalContext, unitProfile: UnitProfile): Refused | undefined {
  const { maxImportW, series, confirmed } = context;
  if (maxImportW === undefined || maxImportW === 0) return undefined;
  const { names } = UNIT_PROFILES[unitProfile];
  const limit = `max_power is ${maxImportW} W`;
  for (const field of ['demand', 'generation'] as const) {
    const meanW = mean(series[field] ?? []);
    if (meanW > TIMES_MAX_POWER * maxImportW) {
      return implausible(`${field} is ${Math.round(meanW)} W on average`, limit, names.energy, unitProfile);
    }
  }
  const demandW = mean(series.demand ?? []);
  if (demandW > 0 && demandW < SHARE_OF_MAX_POWER * maxImportW && !confirmed) {
    const found = `demand is ${Math.round(demandW)} W on average`;
    return implausible(found, `less than 0.1 % of it: ${limit}`, names.energy, unitProfile, true);
  }
  const flexW = Math.max(0, ...(series.flex ?? []).map((slot) => Math.abs(slot.value)));
  if (flexW > TIMES_MAX_POWER * maxImportW) {
    return implausible(`flex_orders reach ${flexW} W`, limit, names.flex, unitProfile);
  }
  return undefined;
}

function checkPrices(context: CanonicalContext): Refused | undefined {
  const scale = UNITS_PER_EURO[context.currency] ?? 1;
  const lowest = PRICE_RANGE_EUR.lowest * scale;
  const highest = PRICE_RANGE_EUR.highest * scale;
  for (const field of ['price', 'export_price'] as const) {
    const odd = context.series[field]?.find((slot) => slot.value < lowest || slot.value > highest);
    if (odd !== undefined) {
      return refused(
        'invalidParameters',
        `${field}: ${odd.value} ${context.currency} per kWh is outside ${lowest} to ${highest}; send prices per kWh (not per MWh), in the currency of the field currency.`,
      );
    }
  }
  return undefined;
}

function implausible(
  found: string,
  compared: string,
  unit: string,
  unitProfile: UnitProfile,
  confirmable = false,
): Refused {
  const other = unitProfile === 'si' ? 'd42-tables' : 'si';
  const confirm = confirmable ? ', or set plausibility_confirmed to true if the value is right' : '';
  return refused(
    'invalidParameters',
    `${found}, but ${compared}. With the unit profile ${unitProfile} this field is in ${unit}; send it so, agree on the profile ${other}${confirm}.`,
  );
}

/** Mean over time. */
function mean(slots: readonly CanonicalSlot[]): number {
  const totalMs = slots.reduce((sum, slot) => sum + slot.durationMs, 0);
  if (totalMs === 0) return 0;
  return slots.reduce((sum, slot) => sum + slot.value * slot.durationMs, 0) / totalMs;
}
