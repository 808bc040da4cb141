import { plainText } from '../plain-text.ts';
import type { RequestContext } from '../room.ts';
import { stationTime } from '../station-time.ts';
import type { House } from './house.ts';

/** Security events the specification calls critical (appendix 1 of part 2, 1.6 security whitepaper 3.4): these are alarms. */
const CRITICAL: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'SettingSystemTime',
  'StartupOfTheDevice',
  'ResetOrReboot',
  'SecurityLogWasCleared',
  'MemoryExhaustion',
  'TamperDetectionActivated',
  'InvalidFirmwareSignature',
  'InvalidFirmwareSigningCertificate',
  'InvalidCsmsCertificate',
  'InvalidCentralSystemCertificate',
  'InvalidChargingStationCertificate',
  'InvalidChargePointCertificate',
  'InvalidTLSVersion',
  'InvalidTLSCipherSuite',
  'AttemptedReplayAttacks',
  'FailedToAuthenticateAtCsms',
  'CsmsFailedToAuthenticate',
]);
/** Critical by the list and part of every normal day: stored, no alarm. */
const EVERYDAY: ReadonlySet<string> = new Set([
  'FirmwareUpdated',
  'SettingSystemTime',
  'StartupOfTheDevice',
  'ResetOrReboot',
]);

/** A04: stored with its own time where that can be believed. */
export async function securityEvent(
  { events }: Pick<House, 'events'>,
  { stationId, receivedMs }: RequestContext,
  payload: { readonly type: string; readonly timestamp: string; readonly techInfo?: string },
): Promise<void> {
  const { atMs, isSuspect } = stationTime(payload.timestamp, receivedMs);
  const code = plainText(payload.type, 50) ?? 'unnamed';
  const info = plainText(payload.techInfo, 255);
  await events.note({
    stationId,
    source: 'station',
    level: CRITICAL.has(code) && !EVERYDAY.has(code) ? 'alarm' : 'info',
    code,
    text: info === null ? `The station reports ${code}.` : `The station reports ${code}: ${info}`,
    atMs,
    receivedMs,
    isSuspect,
  });
}
