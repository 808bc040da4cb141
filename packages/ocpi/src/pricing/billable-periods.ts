/** Usage cut where a tariff changes its prices, and joined where it does not. */
import type { Tariff } from '../model/index.ts';
import { type LocalClock, localClock } from './local-clock.ts';
import { tariffNamed } from './price-of.ts';
import type { ActivePrices } from './situation.ts';
import { activePrices, situationOf } from './situation.ts';
import { switchPoints } from './switch-moments.ts';
import { milli, powerOf, type UsagePeriod, volumesOf } from './usage.ts';

/** A place inside a period: when, and how much energy went through until then. */
interface Cut {
  readonly atMs: number;
  readonly importedMilliWh: number;
  readonly exportedMilliWh: number;
}

/**
 * The ChargingPeriods of a session: a new one wherever another price component becomes active (OCPI 2.3.0 mod_cdrs, ChargingPeriod),
 * interpolated between meter values at constant power; neighbours with the same prices, activity and direction become one. Time and energy
 * add up to exactly what came in. Undefined for an unknown time zone or tariff.
 */
export function billablePeriods(
  periods: readonly UsagePeriod[],
  tariffs: readonly Tariff[],
  timeZone: string,
): readonly UsagePeriod[] | undefined {
  const clock = localClock(timeZone);
  const first = tariffs[0];
  if (clock === undefined || first === undefined) return undefined;
  const sorted = periods.toSorted((a, b) => a.startMs - b.startMs);
  const isReserved = ({ activity }: UsagePeriod) =>
    activity === 'reserved' || activity === 'reservation-expired';
  const sessionStartMs = sorted.find((period) => !isReserved(period))?.startMs ?? sorted[0]?.startMs ?? 0;
  const result: { period: UsagePeriod; prices: string }[] = [];
  let usedMilliWh = 0;
  for (const period of sorted) {
    const tariff = tariffNamed(tariffs, period.tariffId ?? first.id);
    if (tariff === undefined) return undefined;
    for (const part of cutPeriod(period, cutsOf(period, tariff, clock, sessionStartMs, usedMilliWh))) {
      const volumes = volumesOf(part);
      const now = situationOf(volumes, { sessionStartMs, usedMilliWh }, clock);
      const prices = nameOf(activePrices(tariff, volumes, now));
      usedMilliWh += volumes.importedMilliWh;
      const before = result.at(-1);
      if (before !== undefined && before.prices === prices && mayJoin(before.period, part, tariff)) {
        before.period = joined(before.period, part);
      } else {
        result.push({ period: part, prices });
      }
    }
  }
  return result.map(({ period }) => period);
}

function cutsOf(
  period: UsagePeriod,
  tariff: Tariff,
  clock: LocalClock,
  sessionStartMs: number,
  usedMilliWh: number,
): readonly Cut[] {
  const { startMs, endMs } = period;
  const importedMilliWh = milli(period.importedWh);
  const exportedMilliWh = milli(period.exportedWh);
  const points = switchPoints(tariff);
  const share = (atMs: number) => (atMs - startMs) / (endMs - startMs);
  const byTime = [
    ...(points.minutesOfDay.length > 0 ? clock.moments(points.minutesOfDay, startMs, endMs) : []),
    ...points.elapsedMs.map((elapsedMs) => sessionStartMs + elapsedMs),
  ].map((atMs) => ({
    atMs,
    importedMilliWh: Math.floor(importedMilliWh * share(atMs)),
    exportedMilliWh: Math.floor(exportedMilliWh * share(atMs)),
  }));
  const byEnergy = points.usedMilliWh
    .map((limit) => limit - usedMilliWh)
    .filter((wanted) => wanted > 0 && wanted < importedMilliWh)
    .map((wanted) => ({
      atMs: startMs + Math.round(((endMs - startMs) * wanted) / importedMilliWh),
      importedMilliWh: wanted,
      exportedMilliWh: Math.floor((exportedMilliWh * wanted) / importedMilliWh),
    }));
  return [...byTime, ...byEnergy]
    .filter(({ atMs }) => atMs > startMs && atMs < endMs)
    .sort((a, b) => a.atMs - b.atMs || a.importedMilliWh - b.importedMilliWh);
}

function cutPeriod(period: UsagePeriod, cuts: readonly Cut[]): UsagePeriod[] {
  const powerW = powerOf(period);
  const end: Cut = {
    atMs: period.endMs,
    importedMilliWh: milli(period.importedWh),
    exportedMilliWh: milli(period.exportedWh),
  };
  const parts: UsagePeriod[] = [];
  let from: Cut = { atMs: period.startMs, importedMilliWh: 0, exportedMilliWh: 0 };
  for (const cut of [...cuts, end]) {
    if (cut !== end && cut.atMs === from.atMs) continue;
    const to = {
      ...cut,
      importedMilliWh: Math.max(from.importedMilliWh, cut.importedMilliWh),
      exportedMilliWh: Math.max(from.exportedMilliWh, cut.exportedMilliWh),
    };
    parts.push({
      ...period,
      startMs: from.atMs,
      endMs: to.atMs,
      importedWh: (to.importedMilliWh - from.importedMilliWh) / 1000,
      exportedWh: (to.exportedMilliWh - from.exportedMilliWh) / 1000,
      powerW,
    });
    from = to;
  }
  return parts;
}

/** Two parts with the same name have the same prices in every dimension. */
function nameOf({ flats, ...prices }: ActivePrices): string {
  const named = [...Object.entries(prices), ...flats.map((flat) => ['flat', flat] as const)];
  return named
    .flatMap(([subject, active]) => (active ? `${subject} ${active.tariff.id} ${active.elementIndex}` : []))
    .sort()
    .join(', ');
}

/** Where prices depend on power or current, only parts with the same of it become one: the mean of two may have a third price. */
function mayJoin(a: UsagePeriod, b: UsagePeriod, tariff: Tariff): boolean {
  const direction = ({ importedWh, exportedWh }: UsagePeriod) => `${importedWh > 0} ${exportedWh > 0}`;
  const depends = dependsOn(tariff);
  return (
    a.endMs === b.startMs &&
    a.activity === b.activity &&
    a.tariffId === b.tariffId &&
    (!depends.current || a.currentA === b.currentA) &&
    (!depends.power || powerOf(a) === powerOf(b)) &&
    direction(a) === direction(b)
  );
}

function dependsOn({ elements }: Tariff): { readonly power: boolean; readonly current: boolean } {
  const all = elements.flatMap(({ restrictions }) => restrictions ?? []);
  return {
    // A limit at 0 asks for the direction, which joined parts share.
    power: all.some((r) => (r.min_power ?? 0) !== 0 || (r.max_power ?? 0) !== 0),
    current: all.some((r) => r.min_current !== undefined || r.max_current !== undefined),
  };
}

/** The power of both is that of the energy they hold: restrictions were looked at before. */
function joined(a: UsagePeriod, b: UsagePeriod): UsagePeriod {
  const { powerW: _power, currentA, ...rest } = a;
  const whole = {
    ...rest,
    ...(currentA !== undefined && currentA === b.currentA ? { currentA } : {}),
    endMs: b.endMs,
    importedWh: (milli(a.importedWh) + milli(b.importedWh)) / 1000,
    exportedWh: (milli(a.exportedWh) + milli(b.exportedWh)) / 1000,
  };
  return powerOf(a) === powerOf(b) ? { ...whole, powerW: powerOf(a) } : whole;
}
