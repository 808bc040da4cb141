import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import { CURVE, privateScalar } from './message-encryption.ts';

/** How this server proves to push services who sends (RFC 8292). Browsers bind a subscription to the public key. */
export interface Vapid {
  /** base64url of 65 bytes: what a browser subscribes with. */
  readonly publicKey: string;
  /** Value of the header `Authorization` for one push service. */
  authorization(endpoint: string, nowMs: number): string;
}

/** RFC 8292 2 allows 24 h; a clock that is off must not make it longer. */
const VALID_S = 12 * 3_600;

/**
 * @param secret 32 bytes that are kept beside the database and never leave the process
 * @param contact `mailto:` or `https:` address push services may write to; left out where there is none
 */
export function openVapid(secret: Uint8Array, contact: string | undefined): Vapid {
  const pair = createECDH(CURVE);
  pair.setPrivateKey(scalarOf(secret));
  const point = pair.getPublicKey();
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: pair.getPrivateKey('base64url'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const publicKey = point.toString('base64url');
  const head = part({ typ: 'JWT', alg: 'ES256' });
  return {
    publicKey,
    authorization(endpoint, nowMs) {
      const claims = {
        aud: new URL(endpoint).origin,
        exp: Math.floor(nowMs / 1000) + VALID_S,
        ...(contact === undefined ? {} : { sub: contact }),
      };
      const signed = `${head}.${part(claims)}`;
      // JWS wants r and s side by side (RFC 7518 3.4), not DER.
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
      return `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`;
    },
  };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Almost every secret is a private key by itself; of one that is not, the same one is made each time. */
function scalarOf(secret: Uint8Array): Uint8Array {
  let next = secret;
  return privateScalar(() => {
    const candidate = next;
    next = createHash('sha256').update(candidate).digest();
    return candidate;
  });
}
