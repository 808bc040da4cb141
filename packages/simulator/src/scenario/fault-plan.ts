import type { Random } from '../random/random.ts';
import type { FaultScenario } from './scenario.ts';

export type PlannedFault =
  | {
      readonly kind: 'outage' | 'half-open' | 'power-cut';
      readonly atMs: number;
      readonly lastsMs: number;
      readonly stationId: string;
    }
  | { readonly kind: 'storm'; readonly atMs: number };

const DAY_MS = 86_400_000;

/** Every fault between two instants, in order; the same seed gives the same faults. */
export function faultPlan(
  faults: FaultScenario,
  stationIds: readonly string[],
  startMs: number,
  endMs: number,
  random: Random,
): readonly PlannedFault[] {
  const planned: PlannedFault[] = [];
  const lastsMs = faults.outageS * 1000;
  const lossPerDay =
    faults.linkLossPercent === 0
      ? 0
      : (faults.linkLossPercent / 100) * (DAY_MS / lastsMs) * (100 / (100 - faults.linkLossPercent));
  for (const stationId of stationIds) {
    const own = random.stream(`faults ${stationId}`);
    const often: readonly (readonly ['outage' | 'half-open' | 'power-cut', number])[] = [
      ['outage', lossPerDay],
      ['half-open', faults.halfOpenPerDay],
      ['power-cut', faults.powerCutsPerDay],
    ];
    for (const [kind, perDay] of often) {
      for (const atMs of instants(own.stream(kind), perDay, startMs, endMs)) {
        planned.push({ kind, atMs, lastsMs, stationId });
      }
    }
  }
  for (const atMs of instants(random.stream('storms'), faults.stormsPerDay, startMs, endMs)) {
    planned.push({ kind: 'storm', atMs });
  }
  return planned.sort((a, b) => a.atMs - b.atMs);
}

/** A Poisson process. */
function instants(random: Random, perDay: number, startMs: number, endMs: number): number[] {
  const found: number[] = [];
  if (perDay <= 0) return found;
  let atMs = startMs;
  for (;;) {
    atMs += (-Math.log(1 - random.next()) / perDay) * DAY_MS;
    if (atMs >= endMs) return found;
    found.push(Math.round(atMs));
  }
}
