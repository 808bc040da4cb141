/** Charging profiles as they come over the wire, in the station's own words. Its own reading: the platform's algebra is judged by it. */
import type {
  Installed,
  Kind,
  Profile,
  Purpose,
  Schedule,
  SchedulePeriod,
} from '../station/profiles/profile.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ProfileOnWire extends Fields {
  readonly stackLevel: number;
  readonly chargingProfilePurpose: string;
  readonly chargingProfileKind: string;
}

const atMs = (value: unknown): number | undefined =>
  typeof value === 'string' ? Date.parse(value) : undefined;

/** @param evseId 0: the station. 1.6 writes connectors, one schedule and numbers of transactions */
export function profileIn(evseId: number, wire: ProfileOnWire): Installed {
  const schedules = Array.isArray(wire.chargingSchedule) ? wire.chargingSchedule : [wire.chargingSchedule];
  const transactionId = wire.transactionId === undefined ? undefined : String(wire.transactionId);
  const isMax = wire.chargingProfilePurpose === 'ChargePointMaxProfile';
  const profile: Profile = {
    id: Number(wire.id ?? wire.chargingProfileId),
    stackLevel: wire.stackLevel,
    chargingProfilePurpose: isMax ? 'ChargingStationMaxProfile' : (wire.chargingProfilePurpose as Purpose),
    chargingProfileKind: wire.chargingProfileKind as Kind,
    chargingSchedule: schedules.map((schedule) => scheduleIn(schedule as Fields)),
    ...present({
      recurrencyKind: wire.recurrencyKind as Profile['recurrencyKind'],
      validFromMs: atMs(wire.validFrom),
      validToMs: atMs(wire.validTo),
      transactionId,
      maxOfflineDuration: wire.maxOfflineDuration as number | undefined,
      invalidAfterOfflineDuration: wire.invalidAfterOfflineDuration as boolean | undefined,
      dynUpdateInterval: wire.dynUpdateInterval as number | undefined,
    }),
  };
  return { evseId, profile };
}

function scheduleIn(wire: Fields): Schedule {
  const start = wire.startSchedule;
  const isLocal = wire.useLocalTime === true && typeof start === 'string';
  // With useLocalTime the offset means nothing: the clock on the wall counts.
  const startScheduleMs = isLocal ? Date.parse(`${start.slice(0, 19)}Z`) : atMs(start);
  return {
    chargingRateUnit: wire.chargingRateUnit as Schedule['chargingRateUnit'],
    chargingSchedulePeriod: wire.chargingSchedulePeriod as readonly SchedulePeriod[],
    ...present({
      id: wire.id as number | undefined,
      startScheduleMs,
      duration: wire.duration as number | undefined,
      minChargingRate: wire.minChargingRate as number | undefined,
      limitAtSoC: wire.limitAtSoC as Schedule['limitAtSoC'],
      useLocalTime: wire.useLocalTime as boolean | undefined,
      randomizedDelay: wire.randomizedDelay as number | undefined,
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
