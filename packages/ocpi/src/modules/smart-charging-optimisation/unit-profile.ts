import type { UnitProfile } from '../../exchange/codec.ts';

/** How many canonical units one unit on the wire is: W for powers, Wh for energies. Prices are per kWh in both profiles. */
export interface Units {
  /** max_power, min_power, site_cap: W in every profile (D4.2 table 17). */
  readonly siteW: number;
  readonly connectorW: number;
  readonly flexW: number;
  /** demand and generation, per slot. */
  readonly energyWh: number;
  /** For error messages. */
  readonly names: { readonly connector: string; readonly flex: string; readonly energy: string };
}

/** X2: agreed per party; nothing is ever guessed from the size of a number. */
export const UNIT_PROFILES: Readonly<Record<UnitProfile, Units>> = {
  'd42-tables': {
    siteW: 1,
    connectorW: 1000,
    flexW: 1000,
    energyWh: 1000,
    names: { connector: 'kW', flex: 'kW', energy: 'kWh per slot' },
  },
  si: {
    siteW: 1,
    connectorW: 1,
    flexW: 1,
    energyWh: 1,
    names: { connector: 'W', flex: 'W', energy: 'Wh per slot' },
  },
};
