import { toMainsW } from '../ev/connection.ts';
import { energyRequest, ownPowerProfile } from '../ev/needs.ts';
import type { Evse } from './evse.ts';
import type { Composite, CompositeRequest } from './profiles/composite.ts';

const DAY_S = 86_400;

type OwnSchedule = ReturnType<typeof ownPowerProfile>;

/**
 * Scheduled mode of ISO 15118: the EV lays its own profile below the schedule it was given, late and within its need, and keeps to it.
 *
 * @param composite what the station gives the EVSE from a moment on
 * @returns what the car says it will draw; undefined where it does not choose
 */
export function letCarChoose(
  { car, arrival, speaksDigital, options: { evseId } }: Evse,
  atMs: number,
  composite: (request: CompositeRequest) => Composite,
): OwnSchedule | undefined {
  const settings = arrival?.settings;
  if (car === undefined || settings?.mode !== 'Scheduled' || !speaksDigital) return undefined;
  if (settings.departureMs === undefined) return undefined;
  const startMs = Math.ceil(atMs);
  const durationS = Math.min(DAY_S, Math.floor((settings.departureMs - startMs) / 1000));
  if (durationS <= 0) return undefined;
  const { periods } = composite({ evseId, unit: 'W', startMs, durationS });
  const offered = periods.map((period) => ({
    fromMs: startMs + period.startPeriod * 1000,
    powerW: Math.min(period.limit ?? Number.POSITIVE_INFINITY, car.connection.maxW),
  }));
  const { targetWh } = energyRequest(car, settings, startMs);
  const own = ownPowerProfile(
    offered,
    toMainsW(car.connection, targetWh),
    startMs + durationS * 1000,
    'late',
  );
  car.follow(own);
  return own;
}
