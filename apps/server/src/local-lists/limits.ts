import type { OcppVersion } from '@smac/ocpp';
import type { LocalListLimits } from '../drivers/index.ts';

/** One configuration key (1.6) or variable (2.x), as the station last told it. */
export interface ToldVariable {
  readonly component: string;
  readonly variable: string;
  readonly variableInstance: string | null;
  readonly attribute: string;
  readonly value: string | null;
  readonly characteristics: Readonly<Record<string, unknown>> | null;
}

/** More than any station holds, whatever it says. */
const MOST_ENTRIES = 1_000_000;
/** Small enough for stations that do not say how much they hold. */
const UNTOLD_ENTRIES = 100;

/**
 * What the station's local list can hold in one message; undefined: it has none, or it is switched off (1.6 9.2, 2.x LocalAuthListCtrlr).
 */
export function limitsOf(
  version: OcppVersion,
  variables: readonly ToldVariable[],
): LocalListLimits | undefined {
  return version === '1.6' ? limits16(variables) : limits2(variables);
}

function limits16(variables: readonly ToldVariable[]): LocalListLimits | undefined {
  const value = (key: string) =>
    variables.find(({ variable }) => variable.toLowerCase() === key.toLowerCase())?.value ?? '';
  const profiles = value('SupportedFeatureProfiles')
    .toLowerCase()
    .replace(/[^a-z,]/g, '');
  if (!profiles.split(',').includes('localauthlistmanagement')) return undefined;
  if (value('LocalAuthListEnabled').toLowerCase() !== 'true') return undefined;
  const maxEntries = least([count(value('LocalAuthListMaxLength')), count(value('SendLocalListMaxLength'))]);
  return maxEntries === 0 ? undefined : { maxEntries, maxUidLength: 20 };
}

function limits2(variables: readonly ToldVariable[]): LocalListLimits | undefined {
  const told = (name: string) =>
    variables.find(
      ({ component, variable, attribute }) =>
        component === 'LocalAuthListCtrlr' && variable === name && attribute === 'Actual',
    );
  const flag = (name: string) => told(name)?.value?.toLowerCase();
  if (flag('Enabled') !== 'true' || flag('Available') === 'false') return undefined;
  const most = told('Entries')?.characteristics?.maxLimit;
  const maxEntries = least([
    typeof most === 'number' ? Math.min(Math.max(0, Math.trunc(most)), MOST_ENTRIES) : undefined,
    count(told('ItemsPerMessage')?.value ?? ''),
  ]);
  return maxEntries === 0 ? undefined : { maxEntries, maxUidLength: 36 };
}

const count = (text: string) =>
  /^\d{1,9}$/.test(text.trim()) ? Math.min(Number(text), MOST_ENTRIES) : undefined;

function least(counts: readonly (number | undefined)[]): number {
  const known = counts.filter((each) => each !== undefined);
  return known.length === 0 ? UNTOLD_ENTRIES : Math.min(...known);
}
