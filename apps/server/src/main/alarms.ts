import { type AlarmBook, createAlarmBook, findAlarms } from '../alarms/index.ts';
import type { Grid } from '../grid/index.ts';
import { createOverview, type HeardOf, lastMessageMs } from '../insight/index.ts';
import { OWN_PEER } from '../network/index.ts';
import type { Planning } from '../planning/index.ts';
import type { Parties } from '../roles/scsp/index.ts';
import type { Sites } from '../sites/index.ts';
import type { DriftLog } from '../station-profiles/index.ts';
import type { StationsRoom } from '../stations/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';

/** Enough to hold every overdraw of the last quarter of an hour. */
const EVENTS = 500;

/** The alarms room on everything that may give cause for one. */
export function openAlarms(around: {
  readonly store: Store;
  readonly clock: Clock;
  readonly sites: Sites;
  readonly planning: Planning;
  readonly network: HeardOf['network'];
  readonly stations: StationsRoom;
  readonly parties: Pick<Parties, 'list'>;
  readonly grid: Grid;
  readonly drift: DriftLog;
}): AlarmBook {
  const { store, clock, sites, planning, stations, parties, grid, drift } = around;
  const overview = createOverview({
    sites,
    planning,
    clock,
    lastMessageMs: (context) => lastMessageMs(around, context),
  });
  return createAlarmBook({
    store,
    clock,
    async find() {
      const contexts = new Map((await sites.contexts()).map(({ id, peerId }) => [id, peerId]));
      return findAlarms({
        nowMs: clock.now(),
        overview: await overview(),
        peerOf: (contextId) => contexts.get(contextId) ?? OWN_PEER,
        stations: stations.list().map((station) => ({
          ...station,
          isConnected: stations.connected(station.stationId) !== undefined,
        })),
        drifts: await drift.all(),
        events: await stations.events.list({ limit: EVENTS }),
        parties: await parties.list(),
        partners: grid.partners(),
        groups: grid.groups(),
        ownPeer: OWN_PEER,
      });
    },
  });
}
