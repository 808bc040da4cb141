import { type PriceBand, restrictionsOf } from './price-bands.ts';

/** A tariff as a person types it: prices in its currency; '' where there is none. */
export interface TariffForm {
  readonly id: string;
  readonly currency: string;
  readonly perKwh: string;
  /** Credit per kWh given back. */
  readonly perKwhBack: string;
  readonly perSession: string;
  readonly perHour: string;
  readonly perHourParked: string;
  /** Percent; '' where none is stated. */
  readonly vat: string;
  /** OCPI location id; '' is everywhere. */
  readonly locationId: string;
  /** Prices at some hours; the first that holds and states a kind of price counts. */
  readonly bands: readonly PriceBand[];
}

export const NEW_TARIFF: TariffForm = {
  id: '',
  currency: 'EUR',
  perKwh: '',
  perKwhBack: '',
  perSession: '',
  perHour: '',
  perHourParked: '',
  vat: '',
  locationId: '',
  bands: [],
};

/**
 * The form as an OCPI Tariff; discharging is priced by an element of its own (`max_power` 0), so that both directions may differ. Per
 * kind of price the first element that holds counts (OCPI mod_tariffs, TariffElement), so hours come before what is usual.
 */
export function tariffOf(form: TariffForm): { readonly id: string; readonly [field: string]: unknown } {
  const vat = form.vat === '' ? {} : { vat: Number(form.vat) };
  const component = (type: string, price: string) =>
    price === '' ? [] : [{ type, price: Number(price), step_size: 1, ...vat }];
  const back = component('ENERGY', form.perKwhBack);
  const usual = [
    ...component('ENERGY', form.perKwh),
    ...component('FLAT', form.perSession),
    ...component('TIME', form.perHour),
    ...component('PARKING_TIME', form.perHourParked),
  ];
  const bands = form.bands.flatMap((band) => {
    const prices = [
      ...component('ENERGY', band.perKwh),
      ...component('TIME', band.perHour),
      ...component('PARKING_TIME', band.perHourParked),
    ];
    const restrictions = restrictionsOf(band);
    if (prices.length === 0) return [];
    const isAlways = Object.keys(restrictions).length === 0;
    return [{ price_components: prices, ...(isAlways ? {} : { restrictions }) }];
  });
  return {
    id: form.id.trim(),
    currency: form.currency.trim().toUpperCase(),
    type: 'REGULAR',
    tax_included: 'NO',
    elements: [
      ...(back.length === 0 ? [] : [{ price_components: back, restrictions: { max_power: 0 } }]),
      ...bands,
      ...(usual.length === 0 ? [] : [{ price_components: usual }]),
    ],
  };
}

export const placesOf = ({ locationId }: TariffForm) =>
  locationId.trim() === '' ? [{}] : [{ locationId: locationId.trim() }];

interface Component {
  readonly type: string;
  readonly price: number;
  readonly vat?: number;
}
/** OCPI 2.3.0 mod_tariffs, TariffRestrictions: times and dates by the clock of the place; kWh, kW, A, seconds. */
export interface Restrictions {
  readonly start_time?: string;
  readonly end_time?: string;
  readonly start_date?: string;
  readonly end_date?: string;
  readonly min_kwh?: number;
  readonly max_kwh?: number;
  readonly min_duration?: number;
  readonly max_duration?: number;
  readonly min_power?: number;
  readonly max_power?: number;
  readonly min_current?: number;
  readonly max_current?: number;
  readonly day_of_week?: readonly string[];
  readonly reservation?: string;
}
interface Element {
  readonly price_components: readonly Component[];
  readonly restrictions?: Restrictions;
}

/** One price of a tariff, and when it holds. */
export interface StatedPrice {
  readonly type: string;
  readonly price: number;
  readonly isBack: boolean;
  /** Percent. */
  readonly vat: number | undefined;
  readonly restrictions: Restrictions;
}

/** Every price of a tariff, in the order in which the first that holds counts. */
export function statedPrices(tariff: object): readonly StatedPrice[] {
  const { elements = [] } = tariff as { elements?: readonly Element[] };
  return elements.flatMap(({ price_components, restrictions = {} }) =>
    price_components.map(({ type, price, vat }) => ({
      type,
      price,
      vat,
      isBack: type === 'ENERGY' && (restrictions.max_power ?? 1) <= 0,
      restrictions,
    })),
  );
}

/** The usual price of a kind, outside of what holds only sometimes; null where a tariff states none. */
export function statedPrice(tariff: object, type: string, isBack = false): number | null {
  const { elements = [] } = tariff as { elements?: readonly Element[] };
  const found = elements
    .filter(({ restrictions }) => (restrictions?.max_power ?? 1) <= 0 === isBack)
    .toSorted((a, b) => Number(isSometimes(a)) - Number(isSometimes(b)))
    .flatMap(({ price_components }) => price_components)
    .find((component) => component.type === type);
  return found?.price ?? null;
}

/** `max_power` says the direction of what is given back. */
const isSometimes = ({ restrictions: { max_power, ...others } = {} }: Element) =>
  (max_power ?? 0) > 0 || Object.keys(others).length > 0;

export const currencyOf = (tariff: object) => String((tariff as { currency?: unknown }).currency ?? '');

/** Where a tariff counts, as a list of ids; '' is everywhere. */
export const placesText = (places: readonly object[]) =>
  places
    .map((place) => Object.values(place).join('/'))
    .filter((text) => text !== '')
    .join(', ');
