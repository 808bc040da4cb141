/** Reading and changing one setting in the words of each version. Pure. */

import type { Variable, Version } from './station.ts';
import type { UpkeepCall } from './upkeep-calls.ts';

type Named = Pick<
  Variable,
  'component' | 'componentInstance' | 'evseId' | 'connectorId' | 'variable' | 'variableInstance' | 'attribute'
>;

/** `SmartChargingCtrlr.Entries[ChargingProfiles]`, in 1.6 the key. */
export function nameOf({
  component,
  componentInstance,
  evseId,
  connectorId,
  variable,
  variableInstance,
}: Named): string {
  const instance = (text: string | null) => (text === null ? '' : `[${text}]`);
  const place = evseId === null ? '' : `#${evseId}${connectorId === null ? '' : `.${connectorId}`}`;
  const own = `${variable}${instance(variableInstance)}`;
  return component === '' ? own : `${component}${instance(componentInstance)}${place}.${own}`;
}

function pathOf({
  component,
  componentInstance,
  evseId,
  connectorId,
  variable,
  variableInstance,
  attribute,
}: Named) {
  return {
    attributeType: attribute,
    component: {
      name: component,
      ...(componentInstance === null ? {} : { instance: componentInstance }),
      ...(evseId === null ? {} : { evse: { id: evseId, ...(connectorId === null ? {} : { connectorId }) } }),
    },
    variable: { name: variable, ...(variableInstance === null ? {} : { instance: variableInstance }) },
  };
}

export function readCall(version: Version, of: Named): UpkeepCall {
  if (version === '1.6') return { action: 'GetConfiguration', payload: { key: [of.variable] } };
  return { action: 'GetVariables', payload: { getVariableData: [pathOf(of)] } };
}

export function changeCall(version: Version, of: Named, value: string): UpkeepCall {
  if (version === '1.6') return { action: 'ChangeConfiguration', payload: { key: of.variable, value } };
  return { action: 'SetVariables', payload: { setVariableData: [{ ...pathOf(of), attributeValue: value }] } };
}

/** The value in the answer to a reading; undefined where it tells none. */
export function valueIn(payload: unknown): string | undefined {
  const { configurationKey, getVariableResult } = (payload ?? {}) as {
    readonly configurationKey?: readonly { readonly value?: string }[];
    readonly getVariableResult?: readonly { readonly attributeValue?: string }[];
  };
  return configurationKey?.[0]?.value ?? getVariableResult?.[0]?.attributeValue;
}
