/** Logs and firmware in the words of each version. Pure. */
import type { Version } from './station.ts';

export interface UpkeepCall {
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type LogType = 'DiagnosticsLog' | 'SecurityLog';

/** @param location where the station puts the file: http, https, ftp or sftp */
export function logCall(version: Version, logType: LogType, location: string, requestId: number): UpkeepCall {
  if (version === '1.6' && logType === 'DiagnosticsLog')
    return { action: 'GetDiagnostics', payload: { location } };
  return { action: 'GetLog', payload: { logType, requestId, log: { remoteLocation: location } } };
}

/** @param at RFC 3339: not before then */
export function firmwareCall(version: Version, location: string, at: string, requestId: number): UpkeepCall {
  if (version === '1.6') return { action: 'UpdateFirmware', payload: { location, retrieveDate: at } };
  return { action: 'UpdateFirmware', payload: { requestId, firmware: { location, retrieveDateTime: at } } };
}

/** Steps on the way to a new firmware, in order; what else a station says is shown as it is. */
export const FIRMWARE_STEPS: readonly string[] = ['Downloading', 'Downloaded', 'Installing', 'Installed'];

/** How far an update is, 0..1; undefined where it failed or the word says nothing of it. */
export function firmwareShare(status: string): number | undefined {
  if (/Failed|Invalid|Aborted/.test(status)) return undefined;
  if (status === 'InstallRebooting' || status === 'InstallScheduled') return 0.75;
  const step = FIRMWARE_STEPS.indexOf(status);
  return step < 0 ? undefined : (step + 1) / FIRMWARE_STEPS.length;
}
