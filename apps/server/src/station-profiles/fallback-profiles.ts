/** The fallback profiles of one station as they should be now. */
import { type InstalledProfile, limitInAmpere, limitInWatt, roundedDown } from '@smac/ocpp/profiles';
import { maxPowerOf, type Network, type Placed, phasesOf } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import { type FallbackEvse, fallbackShares } from './fallback-share.ts';
import { defaultProfileId, maxProfileId } from './ids.ts';
import { unitFor } from './plan-profile.ts';

export interface FallbackInputs {
  readonly stations: Stations;
  readonly network: Network;
  readonly sites: Sites;
  readonly clock: Clock;
}

const DAY_MS = 24 * 3_600_000;

/** A maximum for the station, a default share for every EVSE of it. */
export async function fallbackProfiles(
  { stations, ...known }: FallbackInputs,
  stationId: string,
  places: readonly Placed[],
): Promise<InstalledProfile[]> {
  const capability = stations.capability(stationId);
  const startMs = Math.floor(known.clock.now() / 1000) * 1000;
  const limits = await limitsOf(known, places);
  const totalW = places.reduce((sum, place) => sum + mostOf(place), 0);
  const stationW = Math.min(totalW, limits.siteW);
  const unitOf = (place: Placed) =>
    unitFor(place.connectors[0]?.powerType === 'DC' ? 'DC' : 'AC', capability.rateUnits);
  const first = places[0];
  if (first === undefined) return [];
  const unit = unitOf(first);
  const stationLimit =
    unit === 'W' ? Math.floor(stationW) : roundedDown(stationW / (voltageOf(first) * capability.phases));
  return [
    {
      evseId: 0,
      profile: {
        id: maxProfileId(capability),
        stackLevel: 0,
        chargingProfilePurpose: 'ChargingStationMaxProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: [
          {
            chargingRateUnit: unit,
            startScheduleMs: startMs,
            chargingSchedulePeriod: [{ startPeriod: 0, limit: stationLimit }],
          },
        ],
      },
    },
    ...places.map((place): InstalledProfile => {
      const shareW = limits.shares.get(keyOf(place)) ?? 0;
      const phases = phasesAt(place);
      const own = unitOf(place);
      const isDc = place.connectors[0]?.powerType === 'DC';
      const limit = isDc
        ? own === 'W'
          ? shareW
          : roundedDown(shareW / 1000)
        : own === 'W'
          ? limitInWatt(shareW, voltageOf(place), phases)
          : limitInAmpere(shareW, voltageOf(place), phases);
      return {
        evseId: place.evseId,
        profile: {
          id: defaultProfileId(capability, place.evseId),
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Relative',
          chargingSchedule: [
            {
              chargingRateUnit: own,
              chargingSchedulePeriod: [
                { startPeriod: 0, limit, ...(isDc || phases === 3 ? {} : { numberPhases: phases }) },
              ],
            },
          ],
        },
      };
    }),
  ];
}

/** The limit of the supply point, and every EVSE's share of what its base load leaves of it. */
async function limitsOf(
  { sites, network, clock }: Omit<FallbackInputs, 'stations'>,
  places: readonly Placed[],
): Promise<{ readonly siteW: number; readonly shares: ReadonlyMap<string, number> }> {
  const first = places[0];
  const contexts = await sites.contexts();
  const context = contexts.find(
    ({ peerId, statics }) =>
      peerId === network.owner.peerId &&
      statics.evses.some(
        ({ locationId, evseUid }) => locationId === first?.locationId && evseUid === first.evseUid,
      ),
  );
  const { maxImportW, capW } = context?.statics ?? {};
  const nowMs = clock.now();
  const series = context && (await sites.series(context.id, nowMs - DAY_MS, nowMs + DAY_MS));
  const caps = (series?.cap ?? []).filter(
    (slot) =>
      slot.startMs + slot.durationMs > nowMs &&
      (slot.validUntilMs ?? Infinity) > nowMs &&
      slot.startMs <= nowMs,
  );
  const siteW = Math.min(maxImportW ?? Infinity, capW ?? Infinity, ...caps.map(({ value }) => value));
  if (!Number.isFinite(siteW)) {
    return { siteW, shares: new Map(places.map((place) => [keyOf(place), mostOf(place)])) };
  }
  const baseW = Math.max(0, ...(series?.demand ?? []).map(({ value }) => value));
  const members: FallbackEvse[] = network
    .evses(first?.locationId)
    .map((place) => ({ key: keyOf(place), maxW: mostOf(place), leastW: leastOf(place) }));
  return { siteW, shares: fallbackShares(members, siteW - baseW) };
}

const keyOf = ({ locationId, evseUid }: Placed) => `${locationId}/${evseUid}`;
const mostOf = (place: Placed) => Math.max(0, ...place.connectors.map(maxPowerOf));
const phasesAt = (place: Placed): 1 | 2 | 3 => {
  const connector = place.connectors[0];
  return connector === undefined ? 3 : phasesOf(connector);
};
const voltageOf = (place: Placed) =>
  place.connectors[0]?.powerType === 'DC' ? 230 : (place.connectors[0]?.maxVoltageV ?? 230);
const leastOf = (place: Placed) =>
  place.connectors[0]?.powerType === 'DC' ? 0 : 6 * voltageOf(place) * phasesAt(place);
