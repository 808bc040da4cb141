import type { House } from '../life/house.ts';
import { rotatePassword } from './rotate.ts';

/**
 * What a Pending station still lacks: first a password made here, then (2.x with TLS) a certificate. The station asks for the
 * certificate itself, which `SignCertificate` answers; its next connection with it ends the Pending state (A00.FR.806).
 */
export async function replaceCredentials(house: House, stationId: string): Promise<void> {
  const station = house.directory.byId(stationId);
  if (station === undefined) return;
  if (station.current?.generated !== true) {
    await rotatePassword(house, stationId, 'system:onboarding');
    return;
  }
  await askForCertificate(house, stationId);
}

/** Asks the station for a certificate request (A02); it comes as `SignCertificate`. */
export async function askForCertificate(house: House, stationId: string): Promise<void> {
  const version = house.connections.get(stationId)?.connection.version;
  const [action, requestedMessage] =
    version === '1.6'
      ? ['ExtendedTriggerMessage', 'SignChargePointCertificate']
      : ['TriggerMessage', 'SignChargingStationCertificate'];
  await house.call(stationId, action, { requestedMessage }, { actor: 'system:onboarding' });
}
