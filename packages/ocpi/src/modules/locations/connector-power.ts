import type { Connector } from '../../model/index.ts';

/** How many times voltage x current a connector gives. Split phase counts once: its voltage is usually given between both legs. */
export const CONNECTOR_LINES: Readonly<Record<Connector['power_type'], number>> = {
  AC_1_PHASE: 1,
  AC_2_PHASE: 2,
  AC_2_PHASE_SPLIT: 1,
  AC_3_PHASE: 3,
  DC: 1,
};

/**
 * Nominal power of a connector in W (D4.2-§4.1.1-NOM, SMC_008): `max_electric_power`, and where it is absent voltage x current, once
 * per phase since OCPI gives the voltage to neutral; too low a figure would let a station draw more than is counted.
 */
export function connectorMaxPowerW(connector: Connector): number {
  const electricalW = connector.max_voltage * connector.max_amperage * CONNECTOR_LINES[connector.power_type];
  const statedW = connector.max_electric_power;
  if (statedW === undefined) return electricalW;
  return electricalW > 0 ? Math.min(statedW, electricalW) : statedW;
}
