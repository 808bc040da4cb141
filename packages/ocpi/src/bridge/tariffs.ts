/** Tariff, 2.2.1 <-> 2.3.0 (OCPI 2.3.0 `mod_tariffs`). */
import type { Static } from 'typebox';
import type { PriceComponent, Tariff } from '../model/index.ts';
import type { tariff221Schema } from '../model/wire-221.ts';
import { energyMixTo221 } from './locations.ts';
import { compact, type Losses } from './losses.ts';
import { priceLimitFrom221, priceLimitTo221 } from './price.ts';

export type Tariff221 = Static<typeof tariff221Schema>;

/** Prices of 2.2.1 exclude VAT by definition. */
export function tariffFrom221(tariff: Tariff221): Tariff {
  const { min_price, max_price, ...same } = tariff;
  return compact({
    ...same,
    min_price: min_price && priceLimitFrom221(min_price),
    max_price: max_price && priceLimitFrom221(max_price),
    tax_included: 'NO' as const,
  });
}

/** Prices with taxes are divided by their VAT percentage; where none is given the price stays, since 2.2.1 then adds none. */
export function tariffTo221(tariff: Tariff, losses: Losses): Tariff221 {
  const { tax_included, min_price, max_price, energy_mix, elements, ...same } = tariff;
  return compact({
    ...same,
    elements: elements?.map((element) => ({
      ...element,
      price_components: element.price_components.map((component) => componentTo221(component, tax_included)),
    })),
    min_price: min_price && priceLimitTo221(min_price),
    max_price: max_price && priceLimitTo221(max_price),
    energy_mix: energy_mix && energyMixTo221(energy_mix, '/energy_mix', losses),
  });
}

function componentTo221(
  component: PriceComponent,
  taxIncluded: Tariff['tax_included'] | undefined,
): PriceComponent {
  const { vat, ...withoutVat } = component;
  if (taxIncluded === 'N/A') return withoutVat;
  if (taxIncluded !== 'YES' || vat === undefined) return component;
  return { ...component, price: Number((component.price / (1 + vat / 100)).toFixed(6)) };
}
