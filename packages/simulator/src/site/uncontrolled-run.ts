import type { Random } from '../random/random.ts';
import type { Series } from '../series/series.ts';
import type { Visit } from '../visits/visit.ts';
import { uncontrolled } from './policy.ts';
import type { SiteRecord } from './record.ts';
import { Site } from './site.ts';
import type { EvseConfig } from './socket.ts';

/** What uncontrolled charging did: the record of the site and what every visit took. */
export interface UncontrolledRun {
  readonly record: SiteRecord;
  /** Mains energy per visit, Wh, by visit id, and what arrived in its battery. */
  readonly deliveredWh: ReadonlyMap<string, number>;
  readonly storedWh: ReadonlyMap<string, number>;
}

export interface UncontrolledOptions {
  readonly visits: readonly Visit[];
  readonly evses: readonly EvseConfig[];
  readonly baseW?: Series;
  /** Absent = no limit. */
  readonly limitW?: number;
  readonly random: Random;
}

/** The same cars at the same sockets under the same limit, but everybody charges at once and shares fairly. */
export function runUncontrolled(options: UncontrolledOptions): UncontrolledRun {
  const { visits, evses, baseW, limitW, random } = options;
  const startMs = Math.min(...visits.map((visit) => visit.plugInMs));
  const site = new Site({
    evses,
    startMs,
    policy: uncontrolled,
    random,
    ...(baseW === undefined ? {} : { baseW }),
    ...(limitW === undefined ? {} : { limitW }),
  });
  const deliveredWh = new Map<string, number>();
  const storedWh = new Map<string, number>();
  const events = visits.flatMap((visit) => [
    { atMs: visit.plugInMs, leaves: false, visit },
    { atMs: visit.unplugMs, leaves: true, visit },
  ]);
  events.sort((a, b) => a.atMs - b.atMs || Number(b.leaves) - Number(a.leaves));
  for (const { atMs, leaves, visit } of events) {
    if (!leaves) {
      site.plugIn(visit);
      continue;
    }
    const state = site.unplug(visit.evseUid, atMs)?.car.state();
    if (state === undefined) continue;
    deliveredWh.set(visit.id, state.importedWh - state.exportedWh);
    storedWh.set(visit.id, (state.soc - visit.soc) * visit.model.battery.capacityWh);
  }
  return { record: site.record, deliveredWh, storedWh };
}
