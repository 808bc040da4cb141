import { SOC_SOURCES, type SocReading, type Vehicle } from './session.ts';

/** Battery Wh per supply Wh where nothing is known of the car; AC charging loses about a tenth. */
export const DEFAULT_CHARGE_EFFICIENCY = 0.9;
export const DEFAULT_DISCHARGE_EFFICIENCY = 0.9;

/** X19: station before CPO before driver, the newest inside a class. */
export function preferredSoc(known: SocReading | undefined, incoming: SocReading): SocReading {
  if (known === undefined) return incoming;
  const rank = SOC_SOURCES.indexOf(incoming.source) - SOC_SOURCES.indexOf(known.source);
  if (rank < 0) return incoming;
  if (rank > 0) return known;
  return incoming.atMs >= known.atMs ? incoming : known;
}

/** SoC now: the reading carried on with the energy that flowed since, 0..1; undefined without capacity or reading. */
export function currentSoc(vehicle: Vehicle, energyWh: number): number | undefined {
  const { soc: reading, batteryWh } = vehicle;
  if (reading === undefined || batteryWh === undefined) return undefined;
  const flowedWh = energyWh - reading.energyWh;
  const storedWh =
    flowedWh >= 0
      ? flowedWh * (vehicle.chargeEfficiency ?? DEFAULT_CHARGE_EFFICIENCY)
      : flowedWh / (vehicle.dischargeEfficiency ?? DEFAULT_DISCHARGE_EFFICIENCY);
  return Math.min(1, Math.max(0, reading.soc + storedWh / batteryWh));
}
