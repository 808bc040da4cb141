/** The fallback profiles of one station as they should be now. */
import { type InstalledProfile, limitInAmpere, limitInWatt, roundedDown } from '@smac/ocpp/profiles';
import type { Placed } from '../network/index.ts';
import type { Capability, Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import { type FallbackLimits, leastOf, mostOf, nameOf, phasesAt, voltageOf } from './fallback-limits.ts';
import { fallbackShares } from './fallback-share.ts';
import { defaultProfileId, maxProfileId } from './ids.ts';
import { unitFor } from './plan-profile.ts';

export interface FallbackInputs {
  readonly stations: Stations;
  readonly limits: FallbackLimits;
  readonly clock: Clock;
}

/**
 * May the station's maximum take a place? One that says it holds few profiles needs them for a default share and a plan per EVSE: with
 * the maximum beside them it would refuse every plan, while the shares alone keep below what the maximum says.
 */
export const holdsMaximum = ({ stated, maxProfiles }: Capability, evses: number): boolean =>
  !stated.includes('maxProfiles') || maxProfiles > 2 * evses;

/** A maximum for the station where it has a place for it, a default share for every EVSE of it. */
export async function fallbackProfiles(
  { stations, limits, clock }: FallbackInputs,
  stationId: string,
  places: readonly Placed[],
): Promise<InstalledProfile[]> {
  const capability = stations.capability(stationId);
  const startMs = Math.floor(clock.now() / 1000) * 1000;
  const first = places[0];
  if (first === undefined) return [];
  const { mostW, shares } = await atSupplies(limits, places);
  const fuseW = fuseOf(places);
  const stationW = Math.min(mostW, fuseW);
  const behind = behindFuse(places, shares, fuseW);
  const unitOf = (place: Placed) =>
    unitFor(place.connectors[0]?.powerType === 'DC' ? 'DC' : 'AC', capability.rateUnits);
  const unit = unitOf(first);
  const phases = Math.min(capability.phases, phasesOf(places));
  const isDc = first.connectors[0]?.powerType === 'DC';
  const stationLimit =
    unit === 'W' ? Math.floor(stationW) : roundedDown(stationW / (voltageOf(first) * phases));
  const maximum: InstalledProfile[] = [
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
            chargingSchedulePeriod: [
              {
                startPeriod: 0,
                limit: stationLimit,
                ...(isDc || phases === 3 ? {} : { numberPhases: phases }),
              },
            ],
          },
        ],
      },
    },
  ];
  return [
    ...(holdsMaximum(capability, places.length) ? maximum : []),
    ...places.map((place): InstalledProfile => {
      const shareW = behind.get(nameOf(place)) ?? 0;
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

/** What the supply points let the station draw, each its own EVSEs, and the share of every EVSE by its name. */
async function atSupplies(
  limits: FallbackLimits,
  places: readonly Placed[],
): Promise<{ readonly mostW: number; readonly shares: ReadonlyMap<string, number> }> {
  const shares = new Map<string, number>();
  let mostW = 0;
  for (const here of Map.groupBy(places, ({ locationId }) => locationId).values()) {
    const read = await limits.at(here[0]!);
    mostW += Math.min(
      here.reduce((sum, place) => sum + mostOf(place), 0),
      read.siteW,
    );
    for (const [name, shareW] of read.shares) shares.set(name, shareW);
  }
  return { mostW, shares };
}

/** How many phases the sockets of a station are wired to, all together: three are assumed where a profile names none (OCPP 1.6 numberPhases). */
function phasesOf(places: readonly Placed[]): number {
  const wired = places.flatMap((place) =>
    Array.from({ length: phasesAt(place) }, (_, n) => (place.firstPhase + n) % 3),
  );
  return new Set(wired).size;
}

/** Fuse of the station, W; infinite where its EVSEs together fit under it. */
function fuseOf(places: readonly Placed[]): number {
  const phases = Math.max(...places.map(phasesAt));
  return Math.min(
    ...places.map((place) => (place.stationFuseA ?? Number.POSITIVE_INFINITY) * voltageOf(place) * phases),
  );
}

/** Shares of the site, lower where the sockets of the station would not fit under its fuse together (SC8). */
function behindFuse(
  places: readonly Placed[],
  shares: ReadonlyMap<string, number>,
  fuseW: number,
): ReadonlyMap<string, number> {
  if (!Number.isFinite(fuseW)) return shares;
  const evses = places.map((place) => {
    const shareW = shares.get(nameOf(place)) ?? 0;
    return { key: nameOf(place), maxW: shareW, leastW: Math.min(shareW, leastOf(place)) };
  });
  return fallbackShares(evses, fuseW);
}
