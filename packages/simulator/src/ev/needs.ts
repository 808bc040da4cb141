import type { ConnectedCar } from './connected-car.ts';
import { toBatteryW } from './connection.ts';

/** What the driver set in the car; soc 0..1. */
export interface DriverSettings {
  readonly mode: 'Scheduled' | 'Dynamic';
  readonly departureMs?: number;
  readonly targetSoc: number;
  readonly minSoc: number;
  readonly maxSoc: number;
  /** The band in which others may use the battery; absent = no V2X. */
  readonly v2x?: { readonly minSoc: number; readonly maxSoc: number };
}

/** Parameters of ISO 15118-20 (ScheduleExchangeReq, charge loop), energies in Wh on the battery side, departure in s from now. */
export interface EnergyRequest {
  readonly mode: 'Scheduled' | 'Dynamic';
  readonly departureS?: number;
  readonly targetWh: number;
  /** Above 0: must charge now and must not discharge. */
  readonly minimumWh: number;
  /** Room left. */
  readonly maximumWh: number;
  /** At most 0 where discharging is allowed. */
  readonly minimumV2xWh?: number;
  readonly maximumV2xWh?: number;
}

export function energyRequest(car: ConnectedCar, settings: DriverSettings, atMs: number): EnergyRequest {
  const toWh = (soc: number) => Math.round((soc - car.soc) * car.vehicle.capacityWh);
  const { departureMs, v2x } = settings;
  return {
    mode: settings.mode,
    ...(departureMs === undefined
      ? {}
      : { departureS: Math.max(0, Math.round((departureMs - atMs) / 1000)) }),
    targetWh: Math.max(0, toWh(settings.targetSoc)),
    minimumWh: toWh(settings.minSoc),
    maximumWh: Math.max(0, toWh(settings.maxSoc)),
    ...(v2x === undefined ? {} : { minimumV2xWh: toWh(v2x.minSoc), maximumV2xWh: toWh(v2x.maxSoc) }),
  };
}

/** May energy be taken out under this request? */
export function allowsDischarge(request: EnergyRequest): boolean {
  return request.minimumWh <= 0 && request.minimumV2xWh !== undefined && request.minimumV2xWh < 0;
}

/** DisplayParameters of ISO 15118-20; every field is optional there, and a car may keep them to itself. */
export interface DisplayParameters {
  readonly presentSoc?: number;
  readonly minimumSoc?: number;
  readonly targetSoc?: number;
  readonly maximumSoc?: number;
  readonly remainingTimeToTargetS?: number;
  readonly chargingComplete?: boolean;
  readonly batteryCapacityWh?: number;
}

/** What the car shows of itself: nothing under IEC 61851, SoC only on DC under ISO 15118-2, everything under -20 when it tells. */
export function displayParameters(car: ConnectedCar, settings: DriverSettings): DisplayParameters {
  const { speaks, tellsSoc, capacityWh } = car.vehicle;
  if (speaks === 'IEC 61851' || !tellsSoc) return {};
  if (speaks === 'ISO 15118-2') return car.connection.currentType === 'DC' ? { presentSoc: car.soc } : {};
  const batteryW = toBatteryW(car.connection, car.powerW());
  const missingWh = Math.max(0, (settings.targetSoc - car.soc) * capacityWh);
  return {
    presentSoc: car.soc,
    minimumSoc: settings.minSoc,
    targetSoc: settings.targetSoc,
    maximumSoc: settings.maxSoc,
    ...(batteryW > 0 ? { remainingTimeToTargetS: Math.round((missingWh / batteryW) * 3_600) } : {}),
    chargingComplete: missingWh === 0,
    batteryCapacityWh: capacityWh,
  };
}

/**
 * Scheduled mode: the EV decides. Its power profile stays within the schedule offered (W from instants on) and fills the
 * battery by departure as late as it can (the cautious ones early); returned as the EV's own limit.
 */
export function ownPowerProfile(
  offered: readonly { readonly fromMs: number; readonly powerW: number }[],
  needWh: number,
  departureMs: number,
  charges: 'early' | 'late',
): readonly { readonly fromMs: number; readonly powerW: number }[] {
  const slots = offered
    .map((entry, n) => ({ ...entry, endMs: Math.min(offered[n + 1]?.fromMs ?? departureMs, departureMs) }))
    .filter((slot) => slot.endMs > slot.fromMs);
  const order = charges === 'early' ? slots : [...slots].reverse();
  const powers = new Map<number, number>();
  let leftWh = needWh;
  for (const { fromMs, endMs, powerW } of order) {
    const hours = (endMs - fromMs) / 3_600_000;
    const usedW = Math.min(powerW, leftWh / hours);
    powers.set(fromMs, usedW);
    leftWh -= usedW * hours;
  }
  return slots.map(({ fromMs }) => ({ fromMs, powerW: powers.get(fromMs) ?? 0 }));
}
