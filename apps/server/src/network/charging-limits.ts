/**
 * Limits that a station got from elsewhere (local energy management, grid operator): planning keeps below them while they hold, and never
 * sets that purpose itself (K01.FR.22, D1.5-§2.2.1.2-EXT).
 */

import type { Request } from '@smac/ocpp';
import { converted } from '@smac/ocpp/profiles';
import type { Sites } from '../sites/index.ts';
import type { RequestContext, RequestHandlers, Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import type { Transactions } from '../transactions/index.ts';
import { type Network, OWN_PEER } from './network.ts';
import { type Placed, phasesOf } from './place.ts';

export interface ChargingLimitsOptions {
  readonly stations: Stations;
  readonly transactions: Transactions;
  readonly network: Network;
  readonly sites: Sites;
  readonly clock: Clock;
}

/** A limit without an end is asked about again after this, ms. */
const UNTIL_CLEARED_MS = 24 * 3_600_000;

type Notify = Request<'2.0.1', 'NotifyChargingLimit'> | Request<'2.1', 'NotifyChargingLimit'>;
type Cleared = Request<'2.0.1', 'ClearedChargingLimit'> | Request<'2.1', 'ClearedChargingLimit'>;

export function followChargingLimits(options: ChargingLimitsOptions): () => void {
  const { stations, transactions, network, sites, clock } = options;

  /** Sessions of the station, or of one EVSE of it. */
  async function concerned(stationId: string, evseId: number | undefined) {
    const active = await transactions.list({ stationId, state: 'active', limit: 1_000 });
    return active.filter(
      (transaction) => evseId === undefined || evseId === 0 || transaction.evseId === evseId,
    );
  }

  async function notify(payload: Notify, { stationId }: RequestContext): Promise<Record<string, never>> {
    const isLocalGeneration =
      (payload.chargingLimit as { isLocalGeneration?: boolean }).isLocalGeneration === true;
    const sessions = await concerned(stationId, payload.evseId);
    // What is generated locally comes on top of the limit (SC.01): it takes nothing away.
    if (isLocalGeneration || payload.chargingSchedule === undefined) return {};
    for (const transaction of sessions) {
      const place = network.placeOf(stationId, transaction.evseId);
      const [schedule] = payload.chargingSchedule as unknown as readonly LimitSchedule[];
      if (place === undefined || schedule === undefined) continue;
      const lowestW = lowestOf(schedule, place);
      if (lowestW === undefined) continue;
      // A limit of the station binds its sessions together: each may count on its part.
      const parts = payload.evseId === undefined || payload.evseId === 0 ? sessions.length : 1;
      const untilMs =
        clock.now() + (schedule.duration === undefined ? UNTIL_CLEARED_MS : schedule.duration * 1000);
      await sites.setStationLimit(
        { peerId: OWN_PEER, sessionId: transaction.id },
        { powerW: Math.max(0, Math.floor(lowestW / parts)), untilMs },
      );
    }
    return {};
  }

  async function cleared(payload: Cleared, { stationId }: RequestContext): Promise<Record<string, never>> {
    for (const { id } of await concerned(stationId, payload.evseId)) {
      await sites.setStationLimit({ peerId: OWN_PEER, sessionId: id }, undefined);
    }
    return {};
  }

  const requests: RequestHandlers = {
    '2.0.1': { NotifyChargingLimit: notify, ClearedChargingLimit: cleared },
    '2.1': { NotifyChargingLimit: notify, ClearedChargingLimit: cleared },
  };
  return stations.listen({ requests });
}

interface LimitSchedule {
  readonly chargingRateUnit: 'A' | 'W';
  readonly duration?: number;
  readonly chargingSchedulePeriod: readonly { readonly limit?: number; readonly numberPhases?: number }[];
}

/** The lowest limit of the schedule, W: what planning may rely on whenever it looks. */
function lowestOf(schedule: LimitSchedule, place: Placed): number | undefined {
  const [connector] = place.connectors;
  if (connector === undefined) return undefined;
  const voltageV = connector.powerType === 'DC' ? 230 : connector.maxVoltageV;
  const limits = schedule.chargingSchedulePeriod.flatMap(({ limit, numberPhases }) =>
    limit === undefined
      ? []
      : [converted(limit, schedule.chargingRateUnit, 'W', voltageV, numberPhases || phasesOf(connector))],
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}
