import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyFile } from './key-file.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals what must be read again, so that a copy of the database alone opens no door (security.md 6, Secrets). */
export interface Seal {
  /** @param owner the row it belongs to: a sealed text cannot be moved to another one. */
  seal(text: string, owner: string): string;
  /** undefined when the text was sealed with another key or for another owner. */
  open(sealed: string, owner: string): string | undefined;
}

/**
 * AES-256-GCM with a key file in the data folder (0600), made on the first start.
 * @param otherwise what is lost without the file, for the sentence of the refusal.
 */
export function openSeal(
  dataDir: string,
  name: string,
  random: (count: number) => Uint8Array,
  otherwise: string,
): Seal {
  const key = keyFile(dataDir, name, random, otherwise);
  return {
    seal(text, owner) {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
