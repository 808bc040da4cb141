/** The price of a session (OCPI 2.3.0 mod_tariffs and mod_cdrs; the rules that OCPI leaves open are in the README of this package). */
import type { Price, PriceLimit, Tariff } from '../model/index.ts';
import { amountsOf, Lines, type OpenLine, type Subject } from './line.ts';
import { type LocalClock, localClock } from './local-clock.ts';
import { amountOf, decimalText, divided, OCPI_ROUNDING, type Rounding, rounded } from './money.ts';
import { activePrices, situationOf } from './situation.ts';
import { applyStepSizes } from './step-size.ts';
import { type UsagePeriod, type Volumes, volumesOf } from './usage.ts';

export interface SessionToPrice {
  /** Tariffs that counted; the first one where a period names none. One currency. */
  readonly tariffs: readonly Tariff[];
  /** In any order. Where a tariff changes its prices a period must end: `billablePeriods` sees to it. */
  readonly periods: readonly UsagePeriod[];
  /** IANA name of the Location's `time_zone`. */
  readonly timeZone: string;
  readonly rounding?: Rounding;
}

/** One line of the bill. Amounts are decimal texts in the currency of the tariff, not rounded. */
export interface BillLine {
  readonly subject: Subject;
  readonly tariffId: string;
  readonly elementIndex: number;
  readonly dimension: 'ENERGY' | 'FLAT' | 'PARKING_TIME' | 'TIME';
  /** Wh or seconds; 1 for FLAT. */
  readonly measured: number;
  /** `measured` and what `step_size` adds. */
  readonly billed: number;
  readonly price: number;
  /** Percent. */
  readonly vat?: number;
  readonly beforeTaxes: string;
  readonly afterTaxes: string;
}

export interface Amounts {
  readonly beforeTaxes: string;
  readonly afterTaxes: string;
}

export interface Bill {
  readonly ok: true;
  readonly currency: string;
  /** After `min_price` and `max_price`. */
  readonly total: Amounts;
  /** Total as OCPI writes it. */
  readonly totalCost: Price;
  /** Costs by subject, before limits, as OCPI writes them; absent where nothing of it had a price. `energy` holds the credit for discharging. */
  readonly costs: Readonly<Partial<Record<'fixed' | 'energy' | 'time' | 'parking' | 'reservation', Price>>>;
  readonly lines: readonly BillLine[];
  readonly warnings: readonly string[];
}

export interface NotPriced {
  readonly ok: false;
  readonly code: 'no-tariff' | 'unknown-tariff' | 'mixed-currencies' | 'unknown-time-zone' | 'broken-period';
  readonly detail: string;
}

export function priceOf(session: SessionToPrice): Bill | NotPriced {
  const broken = session.periods.find(
    ({ startMs, endMs, importedWh, exportedWh }) =>
      !(endMs >= startMs) ||
      !(importedWh >= 0) ||
      !(exportedWh >= 0) ||
      !Number.isFinite(importedWh + exportedWh),
  );
  if (broken !== undefined) {
    return notPriced('broken-period', 'A period ends before it starts or counts energy below zero.');
  }
  return priceVolumes({ ...session, volumes: session.periods.map(volumesOf) });
}

/** As `priceOf`, for periods that are volumes already (those of a CDR). */
export function priceVolumes(
  session: Omit<SessionToPrice, 'periods'> & { readonly volumes: readonly Volumes[] },
): Bill | NotPriced {
  const { tariffs, rounding = OCPI_ROUNDING } = session;
  const first = tariffs[0];
  if (first === undefined) return notPriced('no-tariff', 'No tariff was given; name at least one.');
  if (tariffs.some(({ currency }) => currency !== first.currency)) {
    return notPriced('mixed-currencies', 'The tariffs have several currencies; a session has one.');
  }
  const clock = localClock(session.timeZone);
  if (clock === undefined) {
    return notPriced(
      'unknown-time-zone',
      `"${session.timeZone}" is no IANA time zone, e.g. Europe/Helsinki.`,
    );
  }
  const volumes = session.volumes.toSorted((a, b) => a.startMs - b.startMs);
  const used = new Map<string, Tariff>();
  for (const { tariffId = first.id } of volumes) {
    const tariff = tariffNamed(tariffs, tariffId);
    if (tariff === undefined)
      return notPriced('unknown-tariff', `A period names tariff ${tariffId}, which was not given.`);
    used.set(tariffId, tariff);
  }
  const warnings: string[] = [];
  const lines = linesOf(volumes, (id) => used.get(id ?? first.id) ?? first, clock, warnings);
  applyStepSizes(lines);
  return billOf(lines.all(), [...used.values()], first.currency, rounding, warnings);
}

export function tariffNamed(tariffs: readonly Tariff[], id: string): Tariff | undefined {
  return tariffs.find((tariff) => tariff.id.toUpperCase() === id.toUpperCase());
}

function linesOf(
  volumes: readonly Volumes[],
  tariffOf: (id: string | undefined) => Tariff,
  clock: LocalClock,
  warnings: string[],
): Lines {
  const lines = new Lines();
  const sessionStartMs =
    volumes.find(({ reservedMs }) => reservedMs === 0)?.startMs ?? volumes[0]?.startMs ?? 0;
  let usedMilliWh = 0;
  // FLAT is due once for a session and once for the reservation before it (mod_tariffs, worked example 16).
  const flatDue = { session: true, reservation: true };
  for (const [index, period] of volumes.entries()) {
    const now = situationOf(period, { sessionStartMs, usedMilliWh }, clock);
    const prices = activePrices(tariffOf(period.tariffId), period, now);
    const scope = period.reservedMs > 0 ? 'reservation' : 'session';
    if (flatDue[scope] && prices.flats.length > 0) {
      for (const flat of prices.flats)
        lines.add(scope === 'session' ? 'fixed' : 'reservation', flat, 1, index);
      flatDue[scope] = false;
    }
    if (prices.energy) lines.add('energy', prices.energy, period.importedMilliWh, index);
    if (prices.discharge) lines.add('discharge', prices.discharge, period.exportedMilliWh, index);
    else if (period.exportedMilliWh > 0)
      warnings.push('Energy was discharged, and the tariff has no price for it.');
    if (prices.time) lines.add('time', prices.time, period.chargingMs, index);
    if (prices.parking) lines.add('parking', prices.parking, period.parkingMs, index);
    if (prices.reservation) lines.add('reservation', prices.reservation, period.reservedMs, index);
    usedMilliWh += period.importedMilliWh;
  }
  return lines;
}

interface Exact {
  readonly beforeTaxes: bigint;
  readonly afterTaxes: bigint;
}

function billOf(
  lines: readonly OpenLine[],
  tariffs: readonly Tariff[],
  currency: string,
  rounding: Rounding,
  warnings: readonly string[],
): Bill {
  const sum = sumOf(lines);
  const limited = withinLimits(sum, tariffs);
  const total = round(limited, rounding);
  const unlimited = limited.beforeTaxes === sum.beforeTaxes && limited.afterTaxes === sum.afterTaxes;
  const costs: Partial<Record<Subject, Price>> = {};
  for (const subject of ['fixed', 'energy', 'time', 'parking', 'reservation'] as const) {
    const own = lines.filter((line) => subjectOfCost(line.subject) === subject);
    if (own.length > 0) costs[subject] = priceFrom(round(sumOf(own), rounding), own, tariffs, rounding, true);
  }
  return {
    ok: true,
    currency,
    total: { beforeTaxes: decimalText(total.beforeTaxes), afterTaxes: decimalText(total.afterTaxes) },
    totalCost: priceFrom(total, lines, tariffs, rounding, unlimited),
    costs,
    lines: lines.map(lineOf),
    warnings: [...new Set(warnings)],
  };
}

function subjectOfCost(subject: Subject): Subject {
  return subject === 'discharge' ? 'energy' : subject;
}

function sumOf(lines: readonly OpenLine[]): Exact {
  let [beforeTaxes, afterTaxes] = [0n, 0n];
  for (const line of lines) {
    const amounts = amountsOf(line);
    beforeTaxes += amounts.beforeTaxes;
    afterTaxes += amounts.afterTaxes;
  }
  return { beforeTaxes, afterTaxes };
}

function round(amounts: Exact, rounding: Rounding): Exact {
  return {
    beforeTaxes: rounded(amounts.beforeTaxes, rounding),
    afterTaxes: rounded(amounts.afterTaxes, rounding),
  };
}

/**
 * `min_price` and `max_price` count before and after taxes separately. Of several tariffs every limit holds, and where they contradict each
 * other the driver pays the lower one. Without `after_taxes` the taxes keep their share.
 */
function withinLimits(sum: Exact, tariffs: readonly Tariff[]): Exact {
  const raised = tariffs.reduce((at, { min_price }) => limit(at, min_price, (a, b) => (a > b ? a : b)), sum);
  return tariffs.reduce((at, { max_price }) => limit(at, max_price, (a, b) => (a < b ? a : b)), raised);
}

function limit(sum: Exact, bound: PriceLimit | undefined, stricter: (a: bigint, b: bigint) => bigint): Exact {
  if (bound === undefined) return sum;
  const beforeTaxes = stricter(sum.beforeTaxes, amountOf(bound.before_taxes));
  if (bound.after_taxes !== undefined) {
    return { beforeTaxes, afterTaxes: stricter(sum.afterTaxes, amountOf(bound.after_taxes)) };
  }
  const afterTaxes =
    sum.beforeTaxes === 0n ? beforeTaxes : divided(sum.afterTaxes * beforeTaxes, sum.beforeTaxes);
  return { beforeTaxes, afterTaxes };
}

/**
 * Price with its taxes: one per rate, the last of them what is left, so that all add up to the difference. Nothing is said about taxes
 * where no price of the tariffs does (taxes that only the payer's country knows), and an empty list where there are none.
 */
function priceFrom(
  total: Exact,
  lines: readonly OpenLine[],
  tariffs: readonly Tariff[],
  rounding: Rounding,
  unlimited: boolean,
): Price {
  const before_taxes = Number(decimalText(total.beforeTaxes));
  if (tariffs.every(({ tax_included }) => tax_included === 'N/A')) return { before_taxes, taxes: [] };
  const rates = [...new Set(lines.flatMap(({ active }) => active.component.vat ?? []))].sort((a, b) => a - b);
  const tax = total.afterTaxes - total.beforeTaxes;
  if (rates.length === 0) {
    return tax === 0n
      ? { before_taxes }
      : { before_taxes, taxes: [{ name: 'VAT', amount: Number(decimalText(tax)) }] };
  }
  if (!unlimited) return { before_taxes, taxes: [{ name: 'VAT', amount: Number(decimalText(tax)) }] };
  let left = tax;
  const taxes = rates.map((percentage, index) => {
    const own = sumOf(lines.filter(({ active }) => active.component.vat === percentage));
    const amount = index === rates.length - 1 ? left : rounded(own.afterTaxes - own.beforeTaxes, rounding);
    left -= amount;
    return { name: 'VAT', percentage, amount: Number(decimalText(amount)) };
  });
  return { before_taxes, taxes };
}

function lineOf(line: OpenLine): BillLine {
  const { component, tariff, elementIndex } = line.active;
  const amounts = amountsOf(line);
  const unit = component.type === 'FLAT' ? 1 : 1000;
  return {
    subject: line.subject,
    tariffId: tariff.id,
    elementIndex,
    dimension: component.type,
    measured: line.measured / unit,
    billed: line.billed / unit,
    price: component.price,
    ...(component.vat === undefined ? {} : { vat: component.vat }),
    beforeTaxes: decimalText(amounts.beforeTaxes),
    afterTaxes: decimalText(amounts.afterTaxes),
  };
}

function notPriced(code: NotPriced['code'], detail: string): NotPriced {
  return { ok: false, code, detail };
}
