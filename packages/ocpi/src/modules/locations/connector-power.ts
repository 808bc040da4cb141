import type { Connector } from '../../model/index.ts';

/** Conductors that carry the full current. Split phase counts once: its voltage is usually given between both legs. */
const LINES: Readonly<Record<Connector['power_type'], number>> = {
  AC_1_PHASE: 1,
  AC_2_PHASE: 2,
  AC_2_PHASE_SPLIT: 1,
  AC_3_PHASE: 3,
  DC: 1,
};

/**
 * Nominal power of a connector in W (D4.2-§4.1.1-NOM, SMC_008): `max_electric_power`, and where it is absent voltage x current, three
 * times for three phases since OCPI gives the voltage to neutral there.
 */
export function connectorMaxPowerW(connector: Connector): number {
  const electricalW = connector.max_voltage * connector.max_amperage * LINES[connector.power_type];
  const statedW = connector.max_electric_power;
  if (statedW === undefined) return electricalW;
  return electricalW > 0 ? Math.min(statedW, electricalW) : statedW;
}
