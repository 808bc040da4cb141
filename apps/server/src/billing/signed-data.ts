/** What the meter signed, for the CDR (OCPI 2.3.0 mod_cdrs, SignedData): byte for byte as it came over OCPP, or not at all. */
import type { SignedData } from '@smac/ocpi';

/** A signed value as the meter store keeps it. */
interface Signed {
  readonly context: string;
  /** 1.6: the text of a value in the format SignedData. 2.x: SignedMeterValueType. */
  readonly data: unknown;
}

interface Written {
  readonly nature: 'Start' | 'End' | 'Intermediate';
  readonly text: string;
  readonly plain: string;
  readonly method: string;
  readonly publicKey?: string;
}

/** What OCPI has room for; half a signature is none. */
const LONGEST = 5000;
const LONGEST_KEY = 512;

/**
 * The signed values of the beginning and the end of a transaction; where the meter names neither, its first and last one. Undefined: it signed
 * nothing that OCPI can carry.
 * @param readings ascending in time
 */
export function signedDataOf(
  readings: readonly { readonly signed: readonly unknown[] }[],
): { readonly signedData: SignedData; readonly meterId?: string } | undefined {
  const written = readings
    .flatMap(({ signed }) => signed as readonly Signed[])
    .map(writtenOf)
    .filter((each) => each !== undefined);
  const start = written.find(({ nature }) => nature === 'Start') ?? written[0];
  const end = written.findLast(({ nature }) => nature === 'End') ?? written.at(-1);
  if (start === undefined || end === undefined) return undefined;
  const values = start === end ? [start] : [start, end];
  const meterId = meterOf(end.plain);
  const publicKey = values.find((each) => each.publicKey !== undefined)?.publicKey;
  return {
    signedData: {
      encoding_method: end.method,
      ...(publicKey === undefined ? {} : { public_key: publicKey }),
      signed_values: values.map(({ nature, plain, text }) => ({
        nature,
        plain_data: plain,
        signed_data: text,
      })),
    },
    ...(meterId === undefined ? {} : { meterId }),
  };
}

function writtenOf({ context, data }: Signed): Written | undefined {
  const { signedMeterData, encodingMethod, publicKey } =
    typeof data === 'string'
      ? { signedMeterData: data, encodingMethod: undefined, publicKey: undefined }
      : (data as { signedMeterData?: string; encodingMethod?: string; publicKey?: string });
  if (signedMeterData === undefined || !isCarried(signedMeterData, LONGEST)) return undefined;
  const decoded = Buffer.from(signedMeterData, 'base64').toString('latin1');
  // 2.x encodes the text of the meter; what decodes to none was none.
  const isEncoded = typeof data !== 'string' && isCarried(decoded, LONGEST);
  const plain = isEncoded ? decoded : signedMeterData;
  return {
    nature: NATURES[context] ?? 'Intermediate',
    text: signedMeterData,
    plain,
    method: encodingMethod || (plain.startsWith('OCMF|') ? 'OCMF' : 'OCPP'),
    ...(publicKey !== undefined && isCarried(publicKey, LONGEST_KEY) ? { publicKey } : {}),
  };
}

const NATURES: Readonly<Record<string, Written['nature']>> = {
  'Transaction.Begin': 'Start',
  'Transaction.End': 'End',
};

/** Printable ASCII, as OCPI wants it of signed texts. */
function isCarried(text: string, longest: number): boolean {
  return text.length > 0 && text.length <= longest && /^[\x20-\x7e]+$/.test(text);
}

/** OCMF names the meter in its payload (`MS`). */
function meterOf(plain: string): string | undefined {
  const payload = /^OCMF\|(\{.*\})\|/.exec(plain)?.[1];
  if (payload === undefined) return undefined;
  try {
    const { MS: serial } = JSON.parse(payload) as { readonly MS?: unknown };
    return typeof serial === 'string' && serial !== '' ? serial.slice(0, 255) : undefined;
  } catch {
    return undefined;
  }
}
