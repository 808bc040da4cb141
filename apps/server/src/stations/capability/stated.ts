import type { OcppVersion } from '@smac/ocpp';
import type { Variable } from '../life/device-model.ts';
import type { Capability, CapabilityField } from './capability.ts';

export type Stated = Partial<Pick<Capability, CapabilityField>>;

/** What configuration keys (1.6) or variables (2.x) say about charging profiles. Values that make no sense say nothing. */
export function statedBy(version: OcppVersion, variables: readonly Variable[]): Stated {
  return version === '1.6' ? stated16(variables) : stated2(variables);
}

function stated16(variables: readonly Variable[]): Stated {
  const value = (key: string) =>
    variables.find(({ variable }) => variable.toLowerCase() === key.toLowerCase())?.value ?? undefined;
  const features = words(value('SupportedFeatureProfiles'));
  return compact({
    smartCharging: features.length === 0 ? undefined : features.includes('smartcharging'),
    rateUnits: units(value('ChargingScheduleAllowedChargingRateUnit')),
    maxStackLevel: count(value('ChargeProfileMaxStackLevel'), 0),
    maxPeriods: count(value('ChargingScheduleMaxPeriods'), 1),
    maxProfiles: count(value('MaxChargingProfilesInstalled'), 1),
    switches3to1: flag(value('ConnectorSwitch3to1PhaseSupported')),
  });
}

function stated2(variables: readonly Variable[]): Stated {
  const attribute = (component: string, variable: string, instance?: string) =>
    variables.find(
      (v) =>
        v.component === component &&
        v.variable === variable &&
        (instance === undefined || v.variableInstance === instance) &&
        v.attribute === 'Actual',
    );
  const value = (component: string, variable: string) => attribute(component, variable)?.value ?? undefined;
  const control = 'SmartChargingCtrlr';
  const available = flag(value(control, 'Available'));
  const enabled = flag(value(control, 'Enabled'));
  const entries = attribute(control, 'Entries', 'ChargingProfiles')?.characteristics?.maxLimit;
  const external = count(value(control, 'MaxExternalConstraintsId'), 0);
  return compact({
    smartCharging: available === false || enabled === false ? false : (enabled ?? available),
    rateUnits: units(value(control, 'RateUnit')),
    maxStackLevel: count(value(control, 'ProfileStackLevel'), 0),
    maxPeriods: count(value(control, 'PeriodsPerSchedule'), 1),
    maxProfiles: typeof entries === 'number' ? count(String(Math.trunc(entries)), 1) : undefined,
    phases: phases(value('EVSE', 'SupplyPhases') ?? value('ChargingStation', 'SupplyPhases')),
    switches3to1: flag(value(control, 'Phases3to1')) ?? flag(value(control, 'ACPhaseSwitchingSupported')),
    maxExternalConstraintsId: external,
    dynamicProfiles: flag(value(control, 'SupportsDynamicProfiles')),
  });
}

/** `[Core, SmartCharging` and `Core,Smart Charging` are seen in the field (ocpp.md 4.3): only the letters count. */
function words(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[,;|]/)
    .map((word) => word.toLowerCase().replace(/[^a-z]/g, ''))
    .filter((word) => word !== '');
}

/** 1.6 says Current and Power, 2.x A and W; stations mix them. */
function units(text: string | undefined): ('A' | 'W')[] | undefined {
  const found = words(text).flatMap((word) =>
    word === 'current' || word === 'a'
      ? ['A' as const]
      : word === 'power' || word === 'w'
        ? ['W' as const]
        : [],
  );
  return found.length === 0 ? undefined : [...new Set(found)];
}

function count(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !/^\s*\d{1,10}\s*$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= 2 ** 31 ? number : undefined;
}

function flag(text: string | undefined): boolean | undefined {
  const word = text?.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function phases(text: string | undefined): 1 | 2 | 3 | undefined {
  const number = count(text, 1);
  return number === 1 || number === 2 || number === 3 ? number : undefined;
}

function compact(values: { readonly [K in CapabilityField]?: Stated[K] | undefined }): Stated {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Stated;
}
