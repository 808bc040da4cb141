import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { keyFile } from '../../config/index.ts';
import type { RandomBytes } from '../surroundings.ts';

const KEY_FILE = 'station-secret.key';
const SECRET_BYTES = 20;
/** BasicAuthPassword 16-40 characters (2.0.1), 64 (2.1); AuthorizationKey 16-20 bytes (1.6). */
const SHORTEST_BYTES = 16;
const LONGEST_BYTES = 64;
const HEX = /^(?:[0-9a-f]{2})+$/i;

/** A station's password, shown once: 40 hex digits. 1.6 stations take them as AuthorizationKey, 2.x ones as BasicAuthPassword. */
export interface StationSecret {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Makes and recognises station secrets. Only keyed hashes leave it. */
export interface Secrets {
  generate(): StationSecret;
  /** A password somebody gave; undefined when it is shorter than 16 or longer than 64 bytes. */
  given(text: string): StationSecret | undefined;
  /** HMAC-SHA256 over station and secret, hex. */
  hash(stationId: string, secret: StationSecret): string;
  /** Index of the hash that `password` belongs to, -1 for none. Takes as long for no hash at all as for two. */
  match(stationId: string, password: Uint8Array, hashes: readonly string[]): number;
}

/**
 * Secrets of 160 random bits need no slow hash: keyed SHA-256 keeps a stolen database useless and a reconnect storm short
 * (argon2id is for what people choose). The key lies in the data folder.
 */
export function openSecrets(dataDir: string, random: RandomBytes): Secrets {
  // Made once: a key from bytes costs as much as the hash, and a storm asks twice per handshake.
  const key = createSecretKey(keyFile(dataDir, KEY_FILE, random, 'give every station a new password'));
  const digest = (stationId: string, bytes: Uint8Array) =>
    createHmac('sha256', key).update(`${stationId}\0`).update(bytes).digest();
  return {
    generate() {
      const bytes = random(SECRET_BYTES);
      return { bytes, text: Buffer.from(bytes).toString('hex') };
    },
    given(text) {
      const bytes =
        HEX.test(text) && text.length === 2 * SECRET_BYTES ? Buffer.from(text, 'hex') : Buffer.from(text);
      return bytes.length < SHORTEST_BYTES || bytes.length > LONGEST_BYTES ? undefined : { text, bytes };
    },
    hash: (stationId, secret) => digest(stationId, secret.bytes).toString('hex'),
    match(stationId, password, hashes) {
      // A 1.6 station sends the key's bytes or, as many do, its hex digits; a 2.x station the text.
      const text = Buffer.from(password).toString('latin1');
      const forms = [
        digest(stationId, password),
        digest(stationId, HEX.test(text) ? Buffer.from(text, 'hex') : password),
      ];
      let found = -1;
      for (const index of [0, 1]) {
        const expected = Buffer.from(hashes[index] ?? '0'.repeat(64), 'hex');
        for (const form of forms) {
          if (timingSafeEqual(form, expected) && index < hashes.length) found = index;
        }
      }
      return found;
    },
  };
}

/** The secret as 1.6 writes it: hex digits of its bytes (security whitepaper, AuthorizationKey). */
export function authorizationKey(secret: StationSecret): string {
  return Buffer.from(secret.bytes).toString('hex');
}
