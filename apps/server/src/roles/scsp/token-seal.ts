import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyFile } from '../../config/index.ts';
import type { RandomBytes } from '../../dispatch/index.ts';

const KEY_FILE = 'ocpi-token.key';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals the tokens we present to peers, so that a copy of the database alone opens no door (security.md 6, Secrets). */
export interface TokenSeal {
  seal(token: string, peerId: string): string;
  /** undefined when the text was sealed with another key or for another peer. */
  open(sealed: string, peerId: string): string | undefined;
}

/**
 * AES-256-GCM with a key file in the data folder (0600), made on the first start. The peer id is authenticated too, so that a
 * sealed token cannot be moved to another row.
 */
export function openTokenSeal(dataDir: string, random: RandomBytes): TokenSeal {
  const key = keyFile(dataDir, KEY_FILE, random, 'invite every OCPI party again');
  return {
    seal(token, peerId) {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(peerId));
      const text = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed, peerId) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(peerId)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
