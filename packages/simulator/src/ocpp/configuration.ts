/** Configuration keys (1.6) and variables (2.x) of a simulated station: what it says of itself and what may be set. */
import type { ProfileLimits } from '../station/profiles/limits.ts';

export interface Key {
  value: string;
  readonly isReadOnly: boolean;
}

/** 1.6 core and smart-charging keys. */
export function keys16(limits: ProfileLimits, connectors: number): Map<string, Key> {
  const fixed = (value: string): Key => ({ value, isReadOnly: true });
  const free = (value: string): Key => ({ value, isReadOnly: false });
  const units = limits.units.map((unit) => (unit === 'A' ? 'Current' : 'Power')).join(',');
  return new Map([
    ['NumberOfConnectors', fixed(String(connectors))],
    [
      'SupportedFeatureProfiles',
      fixed(
        `Core,FirmwareManagement,LocalAuthListManagement,Reservation${takesAny(limits) ? ',SmartCharging' : ''},RemoteTrigger`,
      ),
    ],
    ['ChargeProfileMaxStackLevel', fixed(String(limits.maxStackLevel))],
    ['ChargingScheduleAllowedChargingRateUnit', fixed(units)],
    ['ChargingScheduleMaxPeriods', fixed(String(limits.maxPeriods))],
    ['MaxChargingProfilesInstalled', fixed(String(limits.maxProfiles))],
    ['ConnectorSwitch3to1PhaseSupported', fixed(String(limits.supportsPhaseSwitching))],
    ['LocalAuthListMaxLength', fixed('1000')],
    ['SendLocalListMaxLength', fixed('100')],
    ['GetConfigurationMaxKeys', fixed('50')],
    ['HeartbeatInterval', free('300')],
    ['MeterValueSampleInterval', free('60')],
    ['ConnectionTimeOut', free('60')],
    ['AuthorizeRemoteTxRequests', free('false')],
    ['LocalAuthorizeOffline', free('true')],
    [
      'MeterValuesSampledData',
      free('Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC'),
    ],
    ['WebSocketPingInterval', free('60')],
  ]);
}

export interface Variable {
  readonly component: string;
  readonly evseId?: number;
  readonly variable: string;
  readonly instance?: string;
  value: string;
  readonly isReadOnly: boolean;
}

/** The part of the 2.x device model that a back office with smart charging asks for. */
export function variables2x(limits: ProfileLimits, evseIds: readonly number[]): Variable[] {
  const fixed = (
    component: string,
    variable: string,
    value: string,
    more: Partial<Variable> = {},
  ): Variable => ({
    component,
    variable,
    value,
    isReadOnly: true,
    ...more,
  });
  const free = (component: string, variable: string, value: string): Variable => ({
    component,
    variable,
    value,
    isReadOnly: false,
  });
  return [
    fixed('SmartChargingCtrlr', 'Enabled', String(takesAny(limits))),
    fixed('SmartChargingCtrlr', 'ProfileStackLevel', String(limits.maxStackLevel)),
    fixed('SmartChargingCtrlr', 'RateUnit', limits.units.join(',')),
    fixed('SmartChargingCtrlr', 'PeriodsPerSchedule', String(limits.maxPeriods)),
    fixed('SmartChargingCtrlr', 'Entries', String(limits.maxProfiles), { instance: 'ChargingProfiles' }),
    fixed('SmartChargingCtrlr', 'Phases3to1', String(limits.supportsPhaseSwitching)),
    ...(limits.kinds.includes('Dynamic')
      ? [fixed('SmartChargingCtrlr', 'SupportsDynamicProfiles', 'true')]
      : []),
    ...(limits.maxExternalConstraintsId > 0
      ? [fixed('SmartChargingCtrlr', 'MaxExternalConstraintsId', String(limits.maxExternalConstraintsId))]
      : []),
    ...evseIds.map((evseId) => fixed('EVSE', 'AvailabilityState', 'Available', { evseId })),
    ...evseIds.map((evseId) => fixed('EVSE', 'SupplyPhases', '3', { evseId })),
    free('OCPPCommCtrlr', 'HeartbeatInterval', '300'),
    free('SampledDataCtrlr', 'TxUpdatedInterval', '60'),
    free('AuthCtrlr', 'LocalAuthorizeOffline', 'true'),
    free('SecurityCtrlr', 'BasicAuthPassword', ''),
    fixed('SecurityCtrlr', 'SecurityProfile', '1'),
  ];
}

/** A station that takes profiles of no purpose has no smart charging, and says so. */
const takesAny = ({ purposes }: ProfileLimits) => purposes.length > 0;
