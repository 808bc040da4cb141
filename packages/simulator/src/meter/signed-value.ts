import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Random } from '../random/random.ts';

/** What a signed value says about one reading. */
export interface SignedReading {
  readonly atMs: number;
  /** B at the begin, C during, E at the end of a transaction. */
  readonly kind: 'B' | 'C' | 'E';
  readonly importWh: number;
  readonly exportWh: number;
  readonly idToken: string;
}

/** DER head of an Ed25519 private key (RFC 8410); the 32 bytes that follow are the key. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signs readings in the form of OCMF (Open Charge Metering Format): `OCMF|payload|signature`, as one string whose bytes must
 * not change on their way. Ed25519 instead of ECDSA, so that a seed gives the same bytes twice.
 */
export class MeterSigner {
  readonly #serial: string;
  readonly #key: KeyObject;
  #page = 0;

  constructor(serial: string, random: Random) {
    const bytes = random.stream(`key ${serial}`);
    const secret = Buffer.from(Array.from({ length: 32 }, () => bytes.below(256)));
    this.#serial = serial;
    this.#key = createPrivateKey({
      key: Buffer.concat([PKCS8_HEAD, secret]),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** SubjectPublicKeyInfo, base64. */
  get publicKey(): string {
    return createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).toString('base64');
  }

  sign(reading: SignedReading): string {
    this.#page += 1;
    const register = (identifier: string, wh: number) => ({
      TM: `${new Date(reading.atMs).toISOString().replace(/\.(\d{3})Z$/, ',$1+0000')} S`,
      TX: reading.kind,
      RV: wh / 1000,
      RI: identifier,
      RU: 'kWh',
      ST: 'G',
    });
    const payload = JSON.stringify({
      FV: '1.0',
      GI: 'SMAC simulator',
      GS: this.#serial,
      PG: `T${this.#page}`,
      MS: this.#serial,
      IS: true,
      IT: 'LOCAL',
      ID: reading.idToken,
      RD: [register('1-b:1.8.0', reading.importWh), register('1-b:2.8.0', reading.exportWh)],
    });
    const signature = sign(null, Buffer.from(payload), this.#key).toString('hex');
    return `OCMF|${payload}|${JSON.stringify({ SA: 'Ed25519', SD: signature })}`;
  }
}

/** Is the string, byte for byte, what the holder of the key signed? */
export function isGenuine(signedValue: string, publicKeyBase64: string): boolean {
  const match = /^OCMF\|(\{.*\})\|(\{[^|]*\})$/s.exec(signedValue);
  const [payload, head] = [match?.[1], match?.[2]];
  if (payload === undefined || head === undefined) return false;
  const signature: unknown = JSON.parse(head);
  if (typeof signature !== 'object' || signature === null || !('SD' in signature)) return false;
  const key = createPublicKey({ key: Buffer.from(publicKeyBase64, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(payload), key, Buffer.from(String(signature.SD), 'hex'));
}
