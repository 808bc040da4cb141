import type { OcppVersion } from '../versions/index.ts';

/** Messages that may be larger than an ordinary frame: reports, lists, certificates and what carries them. */
const either = [
  'SignCertificate',
  'CertificateSigned',
  'InstallCertificate',
  'SendLocalList',
  'DataTransfer',
];
const large: { readonly [V in OcppVersion]: ReadonlySet<string> } = {
  '1.6': new Set([
    ...either,
    'GetConfiguration',
    'GetCompositeSchedule',
    'MeterValues',
    'StopTransaction',
    'SignedUpdateFirmware',
  ]),
  '2.0.1': large2x(),
  '2.1': large2x(),
};

function large2x(): ReadonlySet<string> {
  return new Set([
    ...either,
    'Authorize',
    'Get15118EVCertificate',
    'GetCompositeSchedule',
    'GetDERControl',
    'GetInstalledCertificateIds',
    'GetTariffs',
    'GetVariables',
    'MeterValues',
    'NotifyCustomerInformation',
    'NotifyDisplayMessages',
    'NotifyEVChargingNeeds',
    'NotifyEVChargingSchedule',
    'NotifyEvent',
    'NotifyMonitoringReport',
    'NotifyPeriodicEventStream',
    'NotifyReport',
    'ReportChargingProfiles',
    'ReportDERControl',
    'SetChargingProfile',
    'SetDisplayMessage',
    'SetMonitoringLevel',
    'SetVariableMonitoring',
    'SetVariables',
    'TransactionEvent',
    'UpdateFirmware',
  ]);
}

/** Whether a request or answer of this action may exceed the ordinary frame size. */
export function mayBeLarge(version: OcppVersion, action: string): boolean {
  return large[version].has(action);
}
