/** OCPP 2.x words for what a station and a car say. */
import type { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { TransactionEvent } from '../station/transaction.ts';
import type { Fields } from './commands.ts';
import { present } from './profile-in.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** 2.0.1 has no word for a changed operation mode. */
export function triggerOf(event: TransactionEvent): string {
  return event.trigger === 'OperationModeChanged' ? 'ChargingStateChanged' : event.trigger;
}

export function scheduleOut(schedule: Fields): Fields {
  const { startScheduleMs, ...rest } = schedule;
  return { ...rest, ...(typeof startScheduleMs === 'number' ? { startSchedule: iso(startScheduleMs) } : {}) };
}

export function profileOut(profile: Fields): Fields {
  const { validFromMs, validToMs, dynUpdateTimeMs, chargingSchedule, ...rest } = profile;
  return {
    ...rest,
    ...(typeof validFromMs === 'number' ? { validFrom: iso(validFromMs) } : {}),
    ...(typeof validToMs === 'number' ? { validTo: iso(validToMs) } : {}),
    ...(typeof dynUpdateTimeMs === 'number' ? { dynUpdateTime: iso(dynUpdateTimeMs) } : {}),
    chargingSchedule: (chargingSchedule as readonly Fields[]).map((schedule, n) =>
      scheduleOut({ id: n + 1, ...schedule }),
    ),
  };
}

/** The profile the car chose for itself. */
export function evScheduleOf({
  atMs,
  periods,
}: Extract<StationEvent, { readonly kind: 'ev-schedule' }>): Fields {
  return {
    id: 1,
    startSchedule: iso(atMs),
    chargingRateUnit: 'W',
    chargingSchedulePeriod: periods.map(({ fromMs, powerW }) => ({
      startPeriod: Math.max(0, Math.round((fromMs - atMs) / 1000)),
      limit: Math.round(powerW * 10) / 10,
    })),
  };
}

type EnergyEvent = Extract<StationEvent, { readonly kind: 'energy-request' }>;

export function needsOf(
  { evseId, request, display, atMs }: EnergyEvent,
  station: Station,
  version: '2.0.1' | '2.1',
): Fields {
  const evse = station.evse(evseId);
  const departureTime = request.departureS === undefined ? undefined : iso(atMs + request.departureS * 1000);
  const isDc = evse.options.currentType === 'DC';
  const { car } = evse;
  const percent = (share: number | undefined) => (share === undefined ? undefined : Math.round(share * 100));
  const canFeed = request.minimumV2xWh !== undefined;
  const acPhases = { 1: 'AC_single_phase', 2: 'AC_two_phase', 3: 'AC_three_phase' } as const;
  const mode = isDc
    ? version === '2.1' && canFeed
      ? 'DC_BPT'
      : 'DC'
    : version === '2.1' && canFeed
      ? 'AC_BPT'
      : acPhases[car?.connection.phases ?? 1];
  const maxCurrent = Math.floor(car?.vehicle.ac.maxCurrentA ?? 0);
  return {
    evseId,
    chargingNeeds: {
      requestedEnergyTransfer: mode,
      ...present({ departureTime }),
      ...(isDc
        ? {
            dcChargingParameters: present({
              evMaxCurrent: Math.floor(car?.vehicle.dc?.maxCurrentA ?? 0),
              evMaxVoltage: Math.floor((car?.vehicle.dc?.batteryV ?? 400) * 1.1),
              energyAmount: request.targetWh,
              stateOfCharge: percent(display.presentSoc),
              evEnergyCapacity: display.batteryCapacityWh,
            }),
          }
        : {
            acChargingParameters: {
              energyAmount: request.targetWh,
              evMinCurrent: 6,
              evMaxCurrent: maxCurrent,
              evMaxVoltage: 230,
            },
          }),
      ...(version === '2.1' && canFeed
        ? {
            v2xChargingParameters: present({
              maxChargePower: car?.connection.maxW,
              maxDischargePower: car?.connection.maxDischargeW,
              evTargetEnergyRequest: request.targetWh,
              evMinEnergyRequest: request.minimumWh,
              evMaxEnergyRequest: request.maximumWh,
              evMinV2XEnergyRequest: request.minimumV2xWh,
              evMaxV2XEnergyRequest: request.maximumV2xWh,
              targetSoC: percent(display.targetSoc),
            }),
          }
        : {}),
    },
  };
}
