/** One line of a bill: what one price component was applied to. */
import type { ActiveComponent, Dimension } from './active-component.ts';
import { energyCost, fixedCost, millionths, timeCost, withoutTax, withTax } from './money.ts';

/** What a line is about; `discharge` is a credit where its price is positive. */
export type Subject = 'fixed' | 'energy' | 'discharge' | 'time' | 'parking' | 'reservation';

/** Volumes that add up while the periods of a session are walked through; mWh or ms, FLAT 1. */
export interface OpenLine {
  readonly subject: Subject;
  readonly active: ActiveComponent;
  measured: number;
  billed: number;
  /** Position of the last period that added to it. */
  lastPeriod: number;
}

export class Lines {
  readonly #lines = new Map<string, OpenLine>();

  add(subject: Subject, active: ActiveComponent, volume: number, period: number): void {
    const { tariff, elementIndex, component } = active;
    const key = `${subject} ${tariff.id} ${elementIndex} ${component.type}`;
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#lines.set(key, { subject, active, measured: volume, billed: volume, lastPeriod: period });
    } else {
      line.measured += volume;
      line.billed += volume;
      line.lastPeriod = period;
    }
  }

  of(...subjects: readonly Subject[]): OpenLine[] {
    return [...this.#lines.values()].filter(({ subject }) => subjects.includes(subject));
  }

  all(): OpenLine[] {
    return [...this.#lines.values()];
  }
}

/** Amount before and after taxes, exact; a discharge is what we owe the driver. */
export function amountsOf(line: OpenLine): { readonly beforeTaxes: bigint; readonly afterTaxes: bigint } {
  const { component, tariff } = line.active;
  const cost = costOf(component.type, component.price, line.billed);
  const amount = line.subject === 'discharge' ? -cost : cost;
  const { vat } = component;
  if (vat === undefined || tariff.tax_included === 'N/A') return { beforeTaxes: amount, afterTaxes: amount };
  return tariff.tax_included === 'YES'
    ? { beforeTaxes: withoutTax(amount, vat), afterTaxes: amount }
    : { beforeTaxes: amount, afterTaxes: withTax(amount, vat) };
}

function costOf(dimension: Dimension, price: number, billed: number): bigint {
  const priceMicro = millionths(price);
  if (dimension === 'FLAT') return fixedCost(priceMicro);
  return dimension === 'ENERGY' ? energyCost(priceMicro, billed) : timeCost(priceMicro, billed);
}
