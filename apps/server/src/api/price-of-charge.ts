import { priceAhead } from '../billing/index.ts';
import { maxPowerOf } from '../network/index.ts';
import { locationOf } from './driver-sockets.ts';
import { owed } from './outlook-of-charge.ts';
import { HttpProblem } from './problem.ts';
import type { ApiSurroundings } from './surroundings.ts';

const HOUR_MS = 3_600_000;
/** Anybody may ask, and a price by the clock costs work for every day of it. */
const LONGEST_HOURS = 72;

/**
 * What charging so much from now on at full power will cost, by the same tariff and the same arithmetic as the bill (BI21). A tariff whose
 * price changes with the hour makes a later charge cheaper or dearer: that is said once there is a plan.
 */
export async function priceOfCharge(
  around: Pick<ApiSurroundings, 'network' | 'sites' | 'billing' | 'clock'>,
  wish: {
    readonly locationId: string;
    readonly evseUid: string;
    readonly energyWh: number;
    readonly powerW?: number;
    readonly profileType?: unknown;
  },
) {
  const { network, billing, clock } = around;
  const { locationId, evseUid, energyWh } = wish;
  const connectors = network.find(locationId, evseUid)?.connectors ?? [];
  const powerW = Math.max(1, Math.min(wish.powerW ?? Infinity, ...connectors.map(maxPowerOf)));
  const hours = energyWh / powerW;
  if (hours > LONGEST_HOURS) {
    const problem = `takes more than ${LONGEST_HOURS} h at ${powerW} W: ask for less`;
    throw new HttpProblem(400, `query.energyWh ${problem}.`, [{ field: 'query.energyWh', problem }]);
  }
  const startMs = clock.now();
  const endMs = startMs + hours * HOUR_MS;
  const connectorId = connectors[0]?.id ?? '1';
  const tariffs = await billing.tariffs.at({ locationId, evseUid, connectorId }, startMs);
  const profileType = typeof wish.profileType === 'string' ? wish.profileType : 'REGULAR';
  const cost = priceAhead(tariffs, {
    startMs,
    profileType,
    usage: [{ startMs, endMs, activity: 'charging', importedWh: energyWh, exportedWh: 0 }],
    timeZone: (await locationOf(around, locationId))?.time_zone ?? 'UTC',
  });
  return {
    locationId,
    evseUid,
    energyWh,
    minutes: Math.round((endMs - startMs) / 60_000),
    tariffId: tariffs[0]?.id ?? null,
    cost: owed(cost),
  };
}
