import { createCipheriv, createECDH, hkdfSync } from 'node:crypto';

/**
 * Encryption of what is pushed to a browser (RFC 8291 on RFC 8188 `aes128gcm`): the push service carries it and cannot read it. Own code on
 * `node:crypto`: the known library brings its own HTTP calls, which our guard against private addresses would not see.
 */

/** Keys that a browser made for one subscription. */
export interface BrowserKeys {
  /** Public key of the browser, P-256, 65 bytes uncompressed. */
  readonly p256dh: Uint8Array;
  /** 16 bytes that only browser and server know. */
  readonly auth: Uint8Array;
}

export const CURVE = 'prime256v1';
const SCALAR_BYTES = 32;
const SALT_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
/** Push services take 4096 bytes (RFC 8030 7.2); one record holds them all. */
const RECORD_BYTES = 4096;
/** Head of 86 bytes, tag of 16, delimiter of 1. */
export const MOST_TEXT_BYTES = RECORD_BYTES - 86 - 16 - 1;
/** RFC 8188 2: ends the last record. */
const LAST_RECORD = 2;

/**
 * The body of one push, for one browser.
 * @param random bytes of the salt and of the key that is used for this message only
 * @throws RangeError when the text is longer than a push service takes
 */
export function encryptedFor(
  { p256dh, auth }: BrowserKeys,
  text: Uint8Array,
  random: (count: number) => Uint8Array,
): Uint8Array {
  if (text.byteLength > MOST_TEXT_BYTES)
    throw new RangeError(`A push holds ${MOST_TEXT_BYTES} bytes at most.`);
  const salt = random(SALT_BYTES);
  const own = createECDH(CURVE);
  own.setPrivateKey(privateScalar(random));
  const ownPublic = own.getPublicKey();
  const shared = own.computeSecret(p256dh);
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, ownPublic]);
  const secret = derived(shared, auth, keyInfo, 32);
  const key = derived(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), KEY_BYTES);
  const nonce = derived(secret, salt, Buffer.from('Content-Encoding: nonce\0'), NONCE_BYTES);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const hidden = [cipher.update(text), cipher.update(Buffer.of(LAST_RECORD)), cipher.final()];
  const head = Buffer.alloc(5);
  head.writeUInt32BE(RECORD_BYTES, 0);
  head.writeUInt8(ownPublic.length, 4);
  return Buffer.concat([salt, head, ownPublic, ...hidden, cipher.getAuthTag()]);
}

/** 32 bytes that are a private key of P-256: all but one of 2^32 are. */
export function privateScalar(random: (count: number) => Uint8Array): Uint8Array {
  for (;;) {
    const candidate = random(SCALAR_BYTES);
    if (isScalar(candidate)) return candidate;
  }
}

function isScalar(candidate: Uint8Array): boolean {
  try {
    createECDH(CURVE).setPrivateKey(candidate);
    return true;
  } catch {
    return false;
  }
}

const derived = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, salt, info, bytes));
