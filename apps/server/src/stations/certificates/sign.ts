import type { House } from '../life/house.ts';
import type { RequestContext } from '../room.ts';

/** What the station may do with the answer to its SignCertificate. */
export type Signing = { readonly status: 'Accepted' } | { readonly status: 'Rejected' };

/**
 * A02/A03: signs the station's request and sends the certificate once it has the answer. The station's next connection with it raises
 * the security profile it is held to.
 */
export async function signCertificate(
  house: House,
  context: RequestContext,
  csr: string,
  certificateType: string | undefined,
): Promise<Signing> {
  const { stationId, version } = context;
  const station = house.directory.byId(stationId);
  const refuse = async (detail: string): Promise<Signing> => {
    await house.events.note({
      stationId,
      source: 'server',
      level: 'info',
      code: 'CertificateNotSigned',
      text: detail,
    });
    return { status: 'Rejected' };
  };
  if (station === undefined) return { status: 'Rejected' };
  if (certificateType !== undefined && certificateType !== 'ChargingStationCertificate')
    return refuse(
      `Certificates of type ${certificateType} come from a 15118 authority, not from this server.`,
    );
  const outcome = await house.authority.sign(stationId, station.identity, csr);
  if (!outcome.ok) return refuse(outcome.detail);
  const { chainPem, notAfterMs } = outcome.issued;
  context.afterAnswer(() =>
    house.background(`certificate for ${stationId}`, async () => {
      const payload = {
        certificateChain: chainPem,
        ...(version === '1.6' ? {} : { certificateType: 'ChargingStationCertificate' }),
      };
      const answer = await house.call(stationId, 'CertificateSigned', payload, {
        actor: 'system:certificates',
      });
      const isTaken =
        answer.kind === 'result' && (answer.payload as { readonly status?: string }).status === 'Accepted';
      await house.events.note({
        stationId,
        source: 'server',
        level: isTaken ? 'info' : 'alarm',
        code: isTaken ? 'CertificateIssued' : 'CertificateNotTaken',
        text: isTaken
          ? `The station has a certificate until ${new Date(notAfterMs).toISOString()}.`
          : `The station did not take its new certificate (${answer.kind}).`,
      });
    }),
  );
  return { status: 'Accepted' };
}
