import { type ChargingPreferences, type Outcome, parseDateTime, refused } from '@smac/ocpi';
import type { Preferences } from './preferences.ts';
import { change, type Room } from './room.ts';
import type { SocSource, StationLimit, Vehicle } from './session.ts';
import { sessionOf } from './session-row.ts';
import { lockSession, unknownSession } from './sessions.ts';
import type { SessionRef } from './sites.ts';
import { readConnectors } from './snapshot-read.ts';
import { currentSoc, preferredSoc } from './soc.ts';
import type { TriggerCause } from './trigger.ts';

const DONE = { ok: true, data: undefined } as const;

/** OCPI charging preferences in canonical units; what they do not say is not wished (`discharge_allowed` included). */
function canonicalPreferences(preferences: ChargingPreferences): Preferences {
  const departureMs =
    preferences.departure_time === undefined ? undefined : parseDateTime(preferences.departure_time);
  return {
    profileType: preferences.profile_type,
    ...(departureMs === undefined ? {} : { departureMs }),
    ...(preferences.energy_need === undefined ? {} : { energyNeedWh: preferences.energy_need * 1000 }),
    dischargeAllowed: preferences.discharge_allowed ?? false,
    ...(preferences.target_soc === undefined ? {} : { targetSoc: preferences.target_soc }),
    ...(preferences.min_soc === undefined ? {} : { minSoc: preferences.min_soc }),
    ...(preferences.max_soc === undefined ? {} : { maxSoc: preferences.max_soc }),
    ...(preferences.reserve_soc === undefined ? {} : { reserveSoc: preferences.reserve_soc }),
  };
}

/**
 * Stores OCPI preferences. A wish that cannot be met in time at the connector's full power is stored too and answered NOT_POSSIBLE:
 * the plan then does what it can (X11). Unknown departure or need is no reason to refuse (X46).
 */
export function setChargingPreferences(
  room: Room,
  ref: SessionRef,
  wished: ChargingPreferences,
): Promise<Outcome<'ACCEPTED' | 'NOT_POSSIBLE'>> {
  const preferences = canonicalPreferences(wished);
  const nowMs = room.clock.now();
  return change(room, async (trx, emit) => {
    const row = await lockSession(trx, ref.peerId, ref.sessionId);
    if (row === undefined || !row.live) return unknownSession(ref.sessionId);
    if (preferences.departureMs !== undefined && preferences.departureMs <= nowMs) {
      return refused(
        'invalidParameters',
        'departure_time: lies in the past; send a time that is still ahead',
      );
    }
    const session = sessionOf(row);
    const connector = (await readConnectors(trx, [session])).get(session.sessionId);
    // A firm departure set by the operator stays firm only while the time is the same.
    const before = session.preferences;
    const firm = before.departureFirm && before.departureMs === preferences.departureMs;
    const stored: Preferences = {
      ...preferences,
      ...(firm ? { departureFirm: true } : {}),
      ...(before.priority ? { priority: true } : {}),
    };
    await trx
      .updateTable('charging_session')
      .set({ preferences: JSON.stringify(stored) })
      .where('peer_id', '=', row.peer_id)
      .where('session_key', '=', row.session_key)
      .execute();
    emit({ contextId: row.context_id, cause: 'preferences', session: ref });
    const chargeW = Math.min(connector?.chargeW ?? Infinity, session.vehicle.maxChargeW ?? Infinity);
    const neededWh = wantedWh(session.vehicle, stored, session.energyWh);
    const hours = ((preferences.departureMs ?? Infinity) - nowMs) / 3_600_000;
    return { ok: true, data: neededWh > chargeW * hours + 1 ? 'NOT_POSSIBLE' : 'ACCEPTED' };
  });
}

function wantedWh(vehicle: Vehicle, preferences: Preferences, energyWh: number): number {
  const soc = currentSoc(vehicle, energyWh);
  if (preferences.targetSoc !== undefined && soc !== undefined && vehicle.batteryWh !== undefined) {
    return (preferences.targetSoc - soc) * vehicle.batteryWh;
  }
  return preferences.energyNeedWh === undefined ? 0 : preferences.energyNeedWh - energyWh;
}

export function setPreferences(
  room: Room,
  ref: SessionRef,
  preferences: Preferences,
): Promise<Outcome<undefined>> {
  return update(room, ref, 'preferences', () => ({ preferences: JSON.stringify(preferences) }));
}

export function setVehicle(
  room: Room,
  ref: SessionRef,
  vehicle: Omit<Vehicle, 'soc' | 'observedMaxW'>,
): Promise<Outcome<undefined>> {
  return update(room, ref, 'preferences', (known) => ({
    vehicle: JSON.stringify({ ...known.vehicle, ...vehicle }),
  }));
}

export function reportSoc(
  room: Room,
  ref: SessionRef,
  reading: { readonly soc: number; readonly source: SocSource; readonly atMs: number },
): Promise<Outcome<undefined>> {
  if (!(reading.soc >= 0 && reading.soc <= 1)) {
    return Promise.resolve(refused('invalidParameters', `soc: must be between 0 and 1, got ${reading.soc}`));
  }
  return update(room, ref, 'soc', (known) => {
    const soc = preferredSoc(known.vehicle.soc, { ...reading, energyWh: known.energyWh });
    return { vehicle: JSON.stringify({ ...known.vehicle, soc }) };
  });
}

export function setStationLimit(
  room: Room,
  ref: SessionRef,
  limit: StationLimit | undefined,
): Promise<Outcome<undefined>> {
  return update(room, ref, 'station-report', () => ({ station_limit: limit ? JSON.stringify(limit) : null }));
}

export function setProvider(
  room: Room,
  ref: SessionRef,
  provider: string | undefined,
): Promise<Outcome<undefined>> {
  return update(room, ref, 'preferences', () => ({ provider: provider ?? null }));
}

export function setObservedMaximum(room: Room, ref: SessionRef, powerW: number): Promise<Outcome<undefined>> {
  return update(room, ref, undefined, (known) => ({
    vehicle: JSON.stringify({ ...known.vehicle, observedMaxW: powerW }),
  }));
}

function update(
  room: Room,
  ref: SessionRef,
  cause: TriggerCause | undefined,
  set: (known: { readonly vehicle: Vehicle; readonly energyWh: number }) => {
    readonly preferences?: string;
    readonly vehicle?: string;
    readonly station_limit?: string | null;
    readonly provider?: string | null;
  },
): Promise<Outcome<undefined>> {
  return change(room, async (trx, emit) => {
    const row = await lockSession(trx, ref.peerId, ref.sessionId);
    if (row === undefined || !row.live) return unknownSession(ref.sessionId);
    await trx
      .updateTable('charging_session')
      .set(set({ vehicle: row.vehicle as Vehicle, energyWh: row.energy_wh }))
      .where('peer_id', '=', row.peer_id)
      .where('session_key', '=', row.session_key)
      .execute();
    if (cause) emit({ contextId: row.context_id, cause, session: ref });
    return DONE;
  });
}
