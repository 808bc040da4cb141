import { formatDateTime, type ScOptimisation, type ScSlotValue } from '@smac/ocpi';
import type { Random } from '../random/random.ts';
import { meanOver, type Series } from '../series/series.ts';
import { addDays, startOfDay, wallOfEpoch } from '../series/wall-time.ts';
import { type EvseConfig, evsePowerW } from '../site/socket.ts';
import type { CpoIdentity } from './objects.ts';

/** What the CPO knows about its supply point; all series as they will really be. */
export interface SupplyPoint {
  readonly limitW?: number;
  readonly demandW?: Series;
  readonly generationW?: Series;
  /** Per kWh, with everything that is paid per kWh. */
  readonly importPrice: Series;
  readonly exportPrice?: Series;
  readonly co2GramsPerKwh?: Series;
  /** Offsets on the limit, W, either sign; a step of the series that is 0 is no order. */
  readonly flexW?: Series;
  /** Standard deviation of a demand or generation forecast a day ahead, as a share; nearer slots are better known. Default 0. */
  readonly forecastError?: number;
  readonly opportunityCostPerSlot?: number;
}

export const CONTEXT_ID = 'car-park';

const SLOT_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** The auction result of the next day is out at 13:00 local time. */
const PRICES_OUT_AT_HOUR = 13;

/** Until when prices are known at `atMs`: the end of today, after 13:00 the end of tomorrow. */
export function pricesKnownUntilMs(atMs: number, timeZone: string): number {
  const midnightMs = startOfDay(atMs, timeZone);
  return addDays(midnightMs, wallOfEpoch(atMs, timeZone).hour >= PRICES_OUT_AT_HOUR ? 2 : 1, timeZone);
}

/** The next 13:00 local time after `atMs`. */
export function nextPublicationMs(atMs: number, timeZone: string): number {
  const today = startOfDay(atMs, timeZone);
  const publication = (midnightMs: number) => {
    let at = midnightMs + PRICES_OUT_AT_HOUR * 3_600_000;
    while (wallOfEpoch(at, timeZone).hour > PRICES_OUT_AT_HOUR) at -= 3_600_000;
    while (wallOfEpoch(at, timeZone).hour < PRICES_OUT_AT_HOUR) at += 3_600_000;
    return at;
  };
  const first = publication(today);
  return first > atMs ? first : publication(addDays(today, 1, timeZone));
}

/** The SCOptimisation object with what is known at `atMs` (D4.2 tables 17 to 23, unit profile `d42-tables`). */
export function contextOf(
  cpo: CpoIdentity,
  evses: readonly EvseConfig[],
  supply: SupplyPoint,
  atMs: number,
  random: Random,
): ScOptimisation {
  return {
    country_code: cpo.party.countryCode,
    party_id: cpo.party.partyId,
    id: CONTEXT_ID,
    ...(supply.limitW === undefined ? {} : { max_power: Math.floor(supply.limitW) }),
    evses: evses.map((evse) => ({
      location_id: cpo.locationId,
      evse_uid: evse.uid,
      connectors: [
        {
          connector_id: evse.connectorId,
          power: Math.floor(evsePowerW(evse)) / 1000,
          discharge_power: evse.dischargeW / 1000,
        },
      ],
    })),
    ...(supply.opportunityCostPerSlot === undefined
      ? {}
      : { opportunity_cost: supply.opportunityCostPerSlot }),
    ...dynamicInputs(cpo, supply, atMs, random),
    currency: cpo.currency,
    slot_duration: SLOT_MS / 60_000,
    last_updated: formatDateTime(atMs),
  };
}

/** The lists of the object alone, as a PATCH carries them. */
export function dynamicInputs(
  cpo: CpoIdentity,
  supply: SupplyPoint,
  atMs: number,
  random: Random,
): Pick<
  ScOptimisation,
  'demand' | 'generation' | 'price' | 'flex_orders' | 'export_price' | 'co2_intensity'
> {
  const fromMs = Math.floor(atMs / SLOT_MS) * SLOT_MS;
  const priceEndMs = pricesKnownUntilMs(atMs, cpo.timeZone);
  const forecastEndMs = fromMs + DAY_MS + 12 * 3_600_000;
  const list = (
    series: Series | undefined,
    endMs: number,
    convert: (value: number, startMs: number) => number,
  ) => (series === undefined ? undefined : slots(series, fromMs, endMs, convert));
  const kwhPerSlot = SLOT_MS / DAY_MS / (1000 / 24);
  const forecast = (stream: string) => (value: number, startMs: number) =>
    Math.max(0, value * (1 + deviation(supply, random, stream, startMs, atMs))) * kwhPerSlot;
  const demand = list(supply.demandW, forecastEndMs, forecast('demand'));
  const generation = list(supply.generationW, forecastEndMs, forecast('generation'));
  const exportPrice = list(supply.exportPrice, priceEndMs, (value) => value);
  const co2 = list(supply.co2GramsPerKwh, forecastEndMs, (value) => value);
  const flex = list(supply.flexW, forecastEndMs, (value) => value / 1000)?.filter((slot) => slot.value !== 0);
  return {
    ...(demand === undefined ? {} : { demand }),
    ...(generation === undefined ? {} : { generation }),
    price: slots(supply.importPrice, fromMs, priceEndMs, (value) => value),
    ...(flex === undefined ? {} : { flex_orders: flex }),
    ...(exportPrice === undefined ? {} : { export_price: exportPrice }),
    ...(co2 === undefined ? {} : { co2_intensity: co2 }),
  };
}

/** Error of a forecast as a share: grows with the square root of the lead time and keeps its sign for a slot. */
function deviation(
  supply: SupplyPoint,
  random: Random,
  stream: string,
  startMs: number,
  atMs: number,
): number {
  const error = supply.forecastError ?? 0;
  if (error === 0) return 0;
  const lead = Math.max(0, startMs - atMs) / DAY_MS;
  return error * Math.sqrt(lead) * random.stream(`${stream} ${startMs}`).normal();
}

function slots(
  series: Series,
  fromMs: number,
  endMs: number,
  convert: (value: number, startMs: number) => number,
): ScSlotValue[] {
  const out: ScSlotValue[] = [];
  for (let startMs = fromMs; startMs < endMs; startMs += SLOT_MS) {
    const mean = meanOver(series, startMs, startMs + SLOT_MS);
    if (mean === undefined) continue;
    const value = Math.round(convert(mean, startMs) * 1e9) / 1e9;
    out.push({ time_slot: formatDateTime(startMs), value });
  }
  return out;
}
