import type { ProfileType } from '@smac/ocpi';
import type { Preferences, SessionRef, SessionState, Sites, Vehicle } from '../../sites/index.ts';
import { vehiclesOf } from './garage.ts';
import { allowedWishes } from './own-sessions.ts';
import { NO_CHOICE, providerOf } from './provider.ts';
import { type DriverRoom, OWN_SESSIONS } from './room.ts';
import type { DriverVehicle } from './vehicle.ts';

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What is wanted of a charge that begins on one weekday, at the place of the charge. */
export type DayWishes = Pick<
  DriverDefaults,
  'profileType' | 'readyBy' | 'targetSoc' | 'minSoc' | 'atOnceSoc'
>;

/** What a driver usually wants; a form before a charge starts from it, and a charge without a form gets it. */
export interface DriverDefaults {
  readonly profileType?: ProfileType;
  /** `07:30` at the place of the charge. */
  readonly readyBy?: string;
  readonly targetSoc?: number;
  readonly minSoc?: number;
  /** Wanted right away, before the rest is planned. */
  readonly atOnceSoc?: number;
  readonly dischargeAllowed?: boolean;
  readonly reserveSoc?: number;
  /** The car that is driven most. */
  readonly vehicleId?: string;
  /** Instead of the wishes above, on these days. */
  readonly weekdays?: Readonly<Partial<Record<Weekday, DayWishes>>>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export async function defaultsOf(
  { store }: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<DriverDefaults> {
  const row = await store.db
    .selectFrom('driver_defaults')
    .select('object')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return (row?.object as DriverDefaults | undefined) ?? {};
}

export async function setDefaults(
  { store, clock }: DriverRoom,
  accountId: string,
  defaults: DriverDefaults,
): Promise<void> {
  const values = { object: JSON.stringify(defaults), updated_ms: clock.now() };
  await store.db
    .insertInto('driver_defaults')
    .values({ account_id: accountId, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute();
}

/**
 * A charge with a driver's token began: what is known of the car and the usual wishes hold until a form says otherwise (UC-003). What was
 * wished with a booking of this pole holds instead of what is usual.
 */
export async function applyDefaults(
  room: DriverRoom,
  sessionId: string,
  timeZoneOf: Sites['timeZone'],
  booked: (accountId: string, session: SessionState) => Promise<Preferences | undefined>,
): Promise<void> {
  const ref = { peerId: OWN_SESSIONS, sessionId };
  const session = await room.sites.session(ref);
  // The charge that a booking stands for gets its wishes from the form it was made with.
  if (session === undefined || session.status === 'RESERVATION') return;
  const card = await room.store.db
    .selectFrom('driver_card')
    .select('account_id')
    .where('uid_key', '=', session.tokenUid.toLowerCase())
    .executeTakeFirst();
  if (card === undefined) return;
  const { account_id: accountId } = card;
  const { provider } = await providerOf(room, accountId);
  if (provider !== NO_CHOICE) await room.sites.setProvider(ref, provider);
  await applyCar(room, accountId, ref);
  const wishes =
    (await booked(accountId, session)) ??
    wishesOn(await defaultsOf(room, accountId), session.startMs, (await timeZoneOf(session)) ?? 'UTC');
  if (wishes === undefined) return;
  const allowed = await allowedWishes(room, accountId, wishes);
  await room.sites.setPreferences(ref, allowed.ok ? allowed.data : { ...wishes, dischargeAllowed: false });
}

/** The car that is driven most, as far as it is known. */
export async function applyCar(room: DriverRoom, accountId: string, ref: SessionRef): Promise<void> {
  const [{ vehicleId }, vehicles] = await Promise.all([
    defaultsOf(room, accountId),
    vehiclesOf(room, accountId),
  ]);
  const driven = vehicles.find(({ id }) => id === vehicleId) ?? vehicles[0];
  if (driven) await room.sites.setVehicle(ref, sessionVehicle(driven));
}

/** A car as planning knows it; a power the connector cannot give is capped there. */
export function sessionVehicle(vehicle: DriverVehicle): Omit<Vehicle, 'soc' | 'observedMaxW'> {
  const { batteryWh, acPhases, acPowerW, dischargePowerW } = vehicle;
  return {
    ...(batteryWh === undefined ? {} : { batteryWh }),
    ...(acPhases === undefined ? {} : { phases: acPhases }),
    ...(acPowerW === undefined ? {} : { maxChargeW: acPowerW }),
    ...(dischargePowerW === undefined ? {} : { maxDischargeW: dischargePowerW }),
  };
}

/** The wishes of the weekday on which the charge begins, otherwise the general ones. */
export function wishesOn(
  { weekdays, ...general }: DriverDefaults,
  startMs: number,
  timeZone: string,
): Preferences | undefined {
  const day = weekdayAt(startMs, timeZone);
  const ofDay = weekdays?.[day];
  if (ofDay === undefined) return wishesOf(general, startMs, timeZone);
  const { dischargeAllowed, reserveSoc } = general;
  const wishes = wishesOf(
    {
      ...ofDay,
      ...(dischargeAllowed === undefined ? {} : { dischargeAllowed }),
      ...(reserveSoc === undefined ? {} : { reserveSoc }),
    },
    startMs,
    timeZone,
  );
  return wishes && { ...wishes, usualDay: day };
}

function weekdayAt(atMs: number, timeZone: string): Weekday {
  const name = new Intl.DateTimeFormat('en', { timeZone, weekday: 'long' }).format(atMs).toLowerCase();
  return WEEKDAYS.find((day) => day === name) ?? 'monday';
}

function wishesOf(
  { dischargeAllowed = false, reserveSoc, vehicleId: _, ...said }: Omit<DriverDefaults, 'weekdays'>,
  startMs: number,
  timeZone: string,
): Preferences | undefined {
  const { profileType, readyBy, targetSoc, minSoc, atOnceSoc } = said;
  if (Object.values(said).every((wish) => wish === undefined))
    return dischargeAllowed
      ? { dischargeAllowed, ...(reserveSoc === undefined ? {} : { reserveSoc }) }
      : undefined;
  return {
    dischargeAllowed,
    ...(profileType === undefined ? {} : { profileType }),
    ...(readyBy === undefined ? {} : { departureMs: nextLocalTime(readyBy, startMs, timeZone) }),
    ...(targetSoc === undefined ? {} : { targetSoc }),
    ...(minSoc === undefined ? {} : { minSoc }),
    ...(atOnceSoc === undefined ? {} : { atOnceSoc }),
    ...(reserveSoc === undefined ? {} : { reserveSoc }),
  };
}

/** The next time the clock at the place shows `HH:MM`, at least a minute ahead. */
export function nextLocalTime(clockTime: string, afterMs: number, timeZone: string): number {
  const [hour = 0, minute = 0] = clockTime.split(':').map(Number);
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const shownMs = (atMs: number) => {
    const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    return (Number(parts.hour) * 60 + Number(parts.minute)) * 60_000;
  };
  const wantedMs = (hour * 60 + minute) * 60_000;
  const wholeMinuteMs = Math.floor(afterMs / 60_000) * 60_000;
  let aheadMs = (wantedMs - shownMs(wholeMinuteMs) + DAY_MS) % DAY_MS;
  if (aheadMs === 0) aheadMs = DAY_MS;
  // Where the clocks change in between, the hour is put right once.
  const offMs = wantedMs - shownMs(wholeMinuteMs + aheadMs);
  const correctionMs = offMs > DAY_MS / 2 ? offMs - DAY_MS : offMs < -DAY_MS / 2 ? offMs + DAY_MS : offMs;
  const atMs = wholeMinuteMs + aheadMs + correctionMs;
  return atMs - afterMs < MINUTE_MS ? nextLocalTime(clockTime, atMs, timeZone) : atMs;
}
