/** An authenticator in software: what a browser with a passkey answers, byte by byte (WebAuthn level 2, sections 6.1 and 6.5). */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SoftwarePasskey {
  /** `navigator.credentials.create` */
  make(options: { readonly challenge: string }): Record<string, unknown>;
  /** `navigator.credentials.get` */
  show(
    options: { readonly challenge: string },
    where?: { readonly origin?: string },
  ): Record<string, unknown>;
  /** As an authenticator whose key was copied before: its counter is behind. */
  goBack(): void;
}

const USER_PRESENT_AND_VERIFIED = 0x05;
const WITH_CREDENTIAL = 0x40;

export function softwarePasskey(site: URL): SoftwarePasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;

  const clientData = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (flags: number, credential: Buffer = Buffer.alloc(0)) => {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const place = createHash('sha256').update(site.hostname).digest();
    return Buffer.concat([place, Buffer.from([flags]), count, credential]);
  };
  const answer = (response: Record<string, string>) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    response,
    clientExtensionResults: {},
  });

  return {
    make({ challenge }) {
      // COSE key of ES256 on P-256: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ]);
      const length = Buffer.from([0, id.length]);
      const data = authenticatorData(
        USER_PRESENT_AND_VERIFIED | WITH_CREDENTIAL,
        Buffer.concat([Buffer.alloc(16), length, id, key]),
      );
      // {"fmt": "none", "attStmt": {}, "authData": bytes}
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', challenge, site.origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      });
    },
    show({ challenge }, { origin = site.origin } = {}) {
      const data = authenticatorData(USER_PRESENT_AND_VERIFIED);
      const client = clientData('webauthn.get', challenge, origin);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
      });
    },
    goBack() {
      counter = 0;
    },
  };
}
