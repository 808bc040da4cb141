import type { PriceComponent, Tariff, TariffElement } from '../model/index.ts';
import { holds, type Situation } from './restrictions.ts';

export type Dimension = PriceComponent['type'];

/** A price that counts, and where it stands in its tariff. */
export interface ActiveComponent {
  readonly tariff: Tariff;
  readonly elementIndex: number;
  readonly component: PriceComponent;
}

/**
 * The one component of a dimension that counts now: that of the first element that has one and whose restrictions hold (OCPI 2.3.0
 * mod_tariffs, Tariff). Undefined: this dimension costs nothing now.
 */
export function activeComponent(
  tariff: Tariff,
  dimension: Dimension,
  now: Situation,
  only: (element: TariffElement) => boolean = () => true,
): ActiveComponent | undefined {
  for (const [elementIndex, element] of tariff.elements.entries()) {
    const component = element.price_components.find(({ type }) => type === dimension);
    if (component === undefined || !only(element) || !holds(element.restrictions, now)) continue;
    return { tariff, elementIndex, component };
  }
  return undefined;
}

/**
 * Energy that flows back is credited only by an ENERGY component that says so: one whose element counts at negative power alone
 * (`max_power` 0 or below). An ordinary price is a price for charging, whatever the sign of a volume.
 */
export function isForDischarging({ restrictions }: TariffElement): boolean {
  return restrictions?.max_power !== undefined && restrictions.max_power <= 0;
}
