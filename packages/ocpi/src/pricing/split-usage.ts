import { milli, powerOf, type UsagePeriod } from './usage.ts';

/** A period cut at these moments, at constant power; time and energy add up to exactly what it was. */
export function splitUsage(period: UsagePeriod, momentsMs: readonly number[]): UsagePeriod[] {
  const { startMs, endMs } = period;
  const cuts = [...new Set(momentsMs)].filter((ms) => ms > startMs && ms < endMs).sort((a, b) => a - b);
  const powerW = powerOf(period);
  const until = (energyWh: number, atMs: number) =>
    atMs === endMs ? milli(energyWh) : Math.floor((milli(energyWh) * (atMs - startMs)) / (endMs - startMs));
  return [...cuts, endMs].map((toMs, index) => {
    const fromMs = cuts[index - 1] ?? startMs;
    const part = (energyWh: number) =>
      (until(energyWh, toMs) - (index === 0 ? 0 : until(energyWh, fromMs))) / 1000;
    return {
      ...period,
      startMs: fromMs,
      endMs: toMs,
      importedWh: part(period.importedWh),
      exportedWh: part(period.exportedWh),
      powerW,
    };
  });
}
