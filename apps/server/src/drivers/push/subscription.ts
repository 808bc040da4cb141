import { createECDH, createHash } from 'node:crypto';
import { guardUrl, type Outcome, refused } from '@smac/ocpi';
import { type BrowserKeys, CURVE } from './message-encryption.ts';

/** What a browser hands out when a person wants to be told although no page is open (W3C Push API, RFC 8030). */
export interface Subscription {
  /** Whoever knows it may send there: never shown again. */
  readonly endpoint: string;
  /** base64url */
  readonly p256dh: string;
  /** base64url */
  readonly auth: string;
  readonly language: string;
}

const POINT_BYTES = 65;
const AUTH_BYTES = 16;

/** Refused with the field: the endpoint comes from a browser, so it must not point into our own network (SSRF). */
export function checked(subscription: Subscription, allowPrivate: boolean): Outcome<BrowserKeys> {
  const guarded = guardUrl(subscription.endpoint, allowPrivate);
  if ('refusal' in guarded) return refused('invalidParameters', `endpoint: ${guarded.refusal}.`);
  const keys = keysOf(subscription);
  if (keys.auth.byteLength !== AUTH_BYTES)
    return refused('invalidParameters', `auth: must be ${AUTH_BYTES} bytes in base64url.`);
  if (!isPoint(keys.p256dh))
    return refused('invalidParameters', 'p256dh: must be a public key of P-256, uncompressed, in base64url.');
  return { ok: true, data: keys };
}

export const keysOf = ({ p256dh, auth }: Pick<Subscription, 'p256dh' | 'auth'>): BrowserKeys => ({
  p256dh: Buffer.from(p256dh, 'base64url'),
  auth: Buffer.from(auth, 'base64url'),
});

/** How a subscription is called without saying where it sends: SHA-256 of the endpoint, base64url. */
export const deviceIdOf = (endpoint: string): string =>
  createHash('sha256').update(endpoint).digest('base64url');

function isPoint(bytes: Uint8Array): boolean {
  if (bytes.byteLength !== POINT_BYTES) return false;
  try {
    const any = createECDH(CURVE);
    any.setPrivateKey(Buffer.alloc(32, 1));
    any.computeSecret(bytes);
    return true;
  } catch {
    return false;
  }
}
