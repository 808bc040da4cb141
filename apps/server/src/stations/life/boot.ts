import type { Request } from '@smac/ocpp';
import type { Registration } from '../event.ts';
import type { StationRecord } from '../identity/directory.ts';
import { plainText } from '../plain-text.ts';
import type { RequestContext } from '../room.ts';
import { type House, iso } from './house.ts';

export interface BootFacts {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly details: Readonly<Record<string, string>>;
}

export interface BootAnswer {
  readonly currentTime: string;
  readonly interval: number;
  readonly status: Registration;
}

/** A station that may not work yet, or not any more, asks again after these. */
const PENDING_S = 60;
const REJECTED_S = 24 * 3_600;

export function boot16(payload: Request<'1.6', 'BootNotification'>): BootFacts {
  return facts(
    payload.chargePointVendor,
    payload.chargePointModel,
    payload.chargePointSerialNumber ?? payload.chargeBoxSerialNumber,
    payload.firmwareVersion,
    {
      iccid: payload.iccid,
      imsi: payload.imsi,
      meterType: payload.meterType,
      meterSerialNumber: payload.meterSerialNumber,
    },
  );
}

export function boot2(
  payload: Request<'2.0.1', 'BootNotification'> | Request<'2.1', 'BootNotification'>,
): BootFacts {
  const { chargingStation: station, reason } = payload;
  return facts(station.vendorName, station.model, station.serialNumber, station.firmwareVersion, {
    reason,
    iccid: station.modem?.iccid,
    imsi: station.modem?.imsi,
  });
}

function facts(
  vendor: string,
  model: string,
  serial: string | undefined,
  firmware: string | undefined,
  details: Readonly<Record<string, string | undefined>>,
): BootFacts {
  const kept = Object.entries(details).flatMap(([name, value]) => {
    const text = plainText(value, 100);
    return text === null ? [] : [[name, text] as const];
  });
  return {
    vendor: plainText(vendor, 50) ?? 'unknown',
    model: plainText(model, 50) ?? 'unknown',
    serial: plainText(serial, 50),
    firmware: plainText(firmware, 50),
    details: Object.fromEntries(kept),
  };
}

/** Rejected once retired, Pending while its credentials are the factory's (A00.FR.806), else Accepted. */
function registrationOf(station: StationRecord): Registration {
  if (station.retiredMs !== null) return 'Rejected';
  return station.replaceCredentials ? 'Pending' : 'Accepted';
}

/** Commits who the station is before it hears whether it may work; `next` runs once it has the answer. */
export async function boot(
  house: House,
  context: RequestContext,
  { vendor, model, serial, firmware, details }: BootFacts,
  next: (registration: Registration) => void,
): Promise<BootAnswer> {
  const { stationId, version, receivedMs } = context;
  const before = house.directory.byId(stationId);
  if (before === undefined) throw new Error(`Station ${stationId} has a socket and no record.`);
  const registration = registrationOf(before);
  const isOther = before.vendor !== vendor || before.model !== model || before.firmware !== firmware;
  await house.directory.change(stationId, {
    registration,
    version,
    vendor,
    model,
    serial,
    firmware,
    details,
    bootMs: receivedMs,
  });
  if (isOther && before.vendor !== null) await house.capabilities.forget(stationId);
  house.events.tell({
    kind: 'booted',
    stationId,
    atMs: receivedMs,
    version,
    registration,
    vendor,
    model,
    firmware,
  });
  context.afterAnswer(() => next(registration));
  const interval =
    registration === 'Accepted'
      ? house.policy.heartbeatS
      : registration === 'Pending'
        ? PENDING_S
        : REJECTED_S;
  return { currentTime: iso(house.clock.now()), interval, status: registration };
}
