import { type ActiveChargingProfile, type ChargingProfile, formatDateTime, parseDateTime } from '@smac/ocpi';
import type { OfferedLimit } from '../site/offered-limit.ts';
import { type EvseConfig, evsePowerW } from '../site/socket.ts';

/**
 * An OCPI ChargingProfile as what the station offers over time (OCPI mod_charging_profiles: limits are maxima, A is per
 * phase; no start_date_time = from now on; no duration = the last period has no end). `setpoint` below zero (agreement
 * `v2x`) asks for discharge. undefined: the profile has no period, or not the first at 0.
 */
export function offeredFrom(
  profile: ChargingProfile,
  evse: EvseConfig,
  nowMs: number,
): OfferedLimit | undefined {
  const startMs = (profile.start_date_time && parseDateTime(profile.start_date_time)) || nowMs;
  const unitW = profile.charging_rate_unit === 'W' ? 1 : evse.phases * evse.voltageV;
  const periods = (profile.charging_profile_period ?? []).map((period) => ({
    fromMs: startMs + period.start_period * 1000,
    powerW: (period.setpoint !== undefined && period.setpoint < 0 ? period.setpoint : period.limit) * unitW,
  }));
  if (periods[0]?.fromMs !== startMs) return undefined;
  if (periods.some((period, n) => n > 0 && period.fromMs <= periods[n - 1]!.fromMs)) return undefined;
  const endMs = profile.duration === undefined ? Number.POSITIVE_INFINITY : startMs + profile.duration * 1000;
  return { startMs, endMs, periods };
}

/**
 * What is in force for the next `durationS`, as OCPI reports it: from now on, in W, never more than the hardware or the
 * station's own limit; a socket without a profile shows its maximum.
 */
export function activeProfileOf(
  offered: OfferedLimit | undefined,
  evse: EvseConfig,
  nowMs: number,
  durationS: number,
  ownLimitW = Number.POSITIVE_INFINITY,
): ActiveChargingProfile {
  const maxW = evsePowerW(evse);
  // Periods start on whole seconds of the profile: counted from a whole second they fall on the true instants.
  const startMs = Math.floor(nowMs / 1000) * 1000;
  const endMs = startMs + durationS * 1000;
  const changes =
    offered === undefined ? [] : [...offered.periods.map((period) => period.fromMs), offered.endMs];
  const grid = [startMs, ...changes.filter((at) => at > startMs && at < endMs)];
  const limitW = (at: number) => {
    if (offered === undefined || at < offered.startMs || at >= offered.endMs) return maxW;
    return offered.periods.findLast((period) => period.fromMs <= at)?.powerW ?? maxW;
  };
  return {
    start_date_time: formatDateTime(startMs),
    charging_profile: {
      start_date_time: formatDateTime(startMs),
      duration: durationS,
      charging_rate_unit: 'W',
      charging_profile_period: grid.map((at) => ({
        start_period: Math.round((at - startMs) / 1000),
        limit: Math.floor(Math.max(0, Math.min(limitW(at), maxW, ownLimitW)) * 10) / 10,
      })),
    },
  };
}
