import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CannotStart } from '../../config/index.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Authorities of station certificates beside the own one. */
  readonly clientCa: string | undefined;
}

export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** PEM certificates whose stations are believed. */
  readonly ca: string[];
}

/** ECDHE with AES-GCM or ChaCha only: the RSA key exchanges that OCPP lists have no forward secrecy (security.md 2.1, a listed deviation). */
export const TLS12_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** @throws CannotStart with one sentence when a file cannot be read or used. */
export function readTls(files: TlsFiles, ownAuthority: string | undefined): TlsMaterial {
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path);
    } catch {
      throw new CannotStart(
        `${name} (${path}) cannot be read: give the path of a PEM file this user may read.`,
      );
    }
  };
  const cert = read('SMAC_OCPP_TLS_CERT', files.cert);
  const key = read('SMAC_OCPP_TLS_KEY', files.key);
  const ca = [
    ...(ownAuthority === undefined ? [] : [ownAuthority]),
    ...(files.clientCa === undefined ? [] : [read('SMAC_OCPP_TLS_CLIENT_CA', files.clientCa).toString()]),
  ];
  try {
    createSecureContext({ cert, key, ca });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotStart(
      `SMAC_OCPP_TLS_CERT (${files.cert}) and SMAC_OCPP_TLS_KEY (${files.key}) cannot be used (${reason}): give a certificate and the key it was made for, both as PEM.`,
    );
  }
  return { cert, key, ca };
}

/** Changes when one of the files does. */
export function stampOf({ cert, key, clientCa }: TlsFiles): string {
  return [cert, key, clientCa]
    .map((path) => {
      if (path === undefined) return '';
      try {
        const { mtimeMs, size, ino } = statSync(path);
        return `${mtimeMs}/${size}/${ino}`;
      } catch {
        return 'absent';
      }
    })
    .join(' ');
}
