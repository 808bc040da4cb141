/** A simple tariff as a person types it: prices in its currency; '' where there is none. */
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
};

/** The form as an OCPI Tariff; discharging is priced by an element of its own (`max_power` 0), so that both directions may differ. */
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
  return {
    id: form.id.trim(),
    currency: form.currency.trim().toUpperCase(),
    type: 'REGULAR',
    tax_included: 'NO',
    elements: [
      ...(back.length === 0 ? [] : [{ price_components: back, restrictions: { max_power: 0 } }]),
      ...(usual.length === 0 ? [] : [{ price_components: usual }]),
    ],
  };
}

export const placesOf = ({ locationId }: TariffForm) =>
  locationId.trim() === '' ? [{}] : [{ locationId: locationId.trim() }];

interface Component {
  readonly type: string;
  readonly price: number;
}
interface Element {
  readonly price_components: readonly Component[];
  readonly restrictions?: { readonly max_power?: number };
}

/** First price of a kind that a tariff states; null where it states none. */
export function statedPrice(tariff: object, type: string, isBack = false): number | null {
  const { elements = [] } = tariff as { elements?: readonly Element[] };
  const found = elements
    .filter(({ restrictions }) => (restrictions?.max_power ?? 1) <= 0 === isBack)
    .flatMap(({ price_components }) => price_components)
    .find((component) => component.type === type);
  return found?.price ?? null;
}

export const currencyOf = (tariff: object) => String((tariff as { currency?: unknown }).currency ?? '');

/** Where a tariff counts, as a list of ids; '' is everywhere. */
export const placesText = (places: readonly object[]) =>
  places
    .map((place) => Object.values(place).join('/'))
    .filter((text) => text !== '')
    .join(', ');
