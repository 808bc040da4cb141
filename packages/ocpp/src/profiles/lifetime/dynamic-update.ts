import type { InstallRequest } from '../install/rule.ts';
import { v2xRules } from '../install/v2x-rules.ts';
import type { InstalledProfile, PeriodValues, Refusal, Result, Schedule } from '../types.ts';

/**
 * UpdateDynamicSchedule, or the answer to PullDynamicScheduleUpdate (K28): the values given replace those of the one
 * period, dynUpdateTime becomes now, so a profile whose duration was over lives again.
 *
 * @returns the new set, or a refusal: unknown id, not Dynamic, nothing to update, or values that break a V2X rule.
 */
export function updateDynamicProfile(
  request: Pick<InstallRequest, 'installed' | 'capability' | 'transactions'>,
  profileId: number,
  update: PeriodValues,
  nowMs: number,
): Result<readonly InstalledProfile[]> {
  const found = request.installed.find((each) => each.profile.id === profileId);
  if (found === undefined)
    return refused('InvalidProfileId', `profile ${profileId} is not installed: send it first`);
  const [schedule] = found.profile.chargingSchedule;
  const [period] = schedule!.chargingSchedulePeriod;
  if (found.profile.chargingProfileKind !== 'Dynamic') {
    return refused(
      'InvalidProfile',
      `profile ${profileId} is ${found.profile.chargingProfileKind}, not Dynamic`,
    );
  }
  if (Object.keys(update).length === 0) {
    return refused('MissingParam', 'scheduleUpdate must have at least one field');
  }
  const updated: Schedule = { ...schedule!, chargingSchedulePeriod: [{ ...period!, ...update }] };
  const profile = { ...found.profile, chargingSchedule: [updated], dynUpdateTimeMs: nowMs };
  for (const rule of v2xRules) {
    const message = rule.broken({ ...request, evseId: found.evseId, profile, source: 'CSMS' });
    if (message !== undefined && rule.versions?.includes('2.1') === true) {
      return { ok: false, refusal: { code: rule.code, rule: rule.id, message } };
    }
  }
  return {
    ok: true,
    value: request.installed.map((each) => (each === found ? { evseId: found.evseId, profile } : each)),
  };
}

function refused(code: string, message: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code, rule: 'K28', message } };
}
