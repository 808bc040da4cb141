import 'reflect-metadata';
import { type webcrypto as nodeCrypto, webcrypto, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { CannotStart } from '../../config/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { RandomBytes } from '../surroundings.ts';

x509.cryptoProvider.set(webcrypto);

const KEY_FILE = 'station-authority.key';
const CERT_FILE = 'station-authority.pem';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3_600_000;
const AUTHORITY_DAYS = 3_650;
/** Short, so that a stolen key ends by itself; stations renew by A02. */
const STATION_DAYS = 90;
const SERVER_DAYS = 90;
const LONGEST_CSR = 5_500;

export interface IssuedCertificate {
  /** The station's certificate, then the authority's, PEM. */
  readonly chainPem: string;
  readonly serial: string;
  readonly notAfterMs: number;
}

export interface CertificateRow {
  readonly serial: string;
  readonly stationId: string;
  readonly notAfterMs: number;
  readonly issuedMs: number;
  readonly revokedMs: number | null;
}

/**
 * A small certificate authority of the own back office for station and server certificates (P-256). Its key lies in the data folder,
 * mode 0600. Whoever has an authority already puts it into SMAC_OCPP_TLS_CLIENT_CA instead.
 */
export interface StationAuthority {
  load(): Promise<void>;
  /** The authority's certificate, made on the first call; PEM. */
  certificate(): Promise<string>;
  /** The certificate as far as it exists. */
  present(): string | undefined;
  /** Signs a station's request (A02): CN must be its identity, and the request must prove that it holds the key. */
  sign(
    stationId: string,
    identity: string,
    csrPem: string,
  ): Promise<
    | { readonly ok: true; readonly issued: IssuedCertificate }
    | { readonly ok: false; readonly detail: string }
  >;
  /** Key and certificate for the OCPP listener, PEM. */
  server(names: readonly string[]): Promise<{ readonly certPem: string; readonly keyPem: string }>;
  /** @param fingerprint256 as node's `getPeerCertificate` writes it. */
  isRevoked(fingerprint256: string | undefined): boolean;
  /** Ends every certificate of a station; the number of them. */
  revoke(stationId: string): Promise<number>;
  list(): Promise<readonly CertificateRow[]>;
}

interface Own {
  readonly pem: string;
  readonly certificate: x509.X509Certificate;
  readonly key: nodeCrypto.CryptoKey;
}

export function createAuthority(options: {
  readonly dataDir: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
}): StationAuthority {
  const { dataDir, store, clock, random } = options;
  const certFile = join(dataDir, CERT_FILE);
  const keyFile = join(dataDir, KEY_FILE);
  const revoked = new Set<string>();
  let making: Promise<Own> | undefined;

  async function make(): Promise<Own> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: 'CN=SMAC station authority',
      ...validity(AUTHORITY_DAYS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
    writeWhole(keyFile, x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), 0o600);
    const pem = certificate.toString('pem');
    writeWhole(certFile, `${pem}\n`, 0o644);
    return { pem, certificate, key: keys.privateKey };
  }

  async function open(): Promise<Own> {
    if (!existsSync(certFile) || !existsSync(keyFile)) return make();
    chmodSync(keyFile, 0o600);
    try {
      const pem = readFileSync(certFile, 'utf8');
      const pkcs8 = x509.PemConverter.decodeFirst(readFileSync(keyFile, 'utf8'));
      const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
      return { pem, certificate: new x509.X509Certificate(pem), key };
    } catch {
      throw new CannotStart(
        `${certFile} and ${keyFile} do not hold a certificate and its key: restore them from a copy, or move them away and give every station a new certificate.`,
      );
    }
  }
  const own = (): Promise<Own> => {
    making ??= open();
    return making;
  };

  const serial = (): string => {
    const bytes = Uint8Array.from(random(16));
    bytes[0] = (bytes[0]! & 0x7f) | 0x40;
    return Buffer.from(bytes).toString('hex');
  };
  const validity = (days: number) => ({
    // An hour back: clocks of stations are not exact.
    notBefore: new Date(clock.now() - 3_600_000),
    notAfter: new Date(clock.now() + days * DAY_MS),
  });

  async function issue(
    subject: string,
    publicKey: x509.PublicKeyType,
    days: number,
    usage: x509.ExtendedKeyUsage,
    names: x509.JsonGeneralNames,
  ): Promise<x509.X509Certificate> {
    const { certificate, key } = await own();
    return x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject,
      issuer: certificate.subject,
      ...validity(days),
      signingAlgorithm: ALGORITHM,
      publicKey,
      signingKey: key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(certificate),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
      ],
    });
  }

  return {
    async load() {
      const rows = await store.db
        .selectFrom('station_certificate')
        .select('fingerprint')
        .where('revoked_ms', 'is not', null)
        .execute();
      for (const { fingerprint } of rows) revoked.add(fingerprint);
    },
    certificate: async () => (await own()).pem,
    present: () => (existsSync(certFile) ? readFileSync(certFile, 'utf8') : undefined),
    async sign(stationId, identity, csrPem) {
      if (csrPem.length > LONGEST_CSR) return { ok: false, detail: 'The certificate request is too long.' };
      let request: x509.Pkcs10CertificateRequest;
      try {
        request = new x509.Pkcs10CertificateRequest(csrPem);
        if (!(await request.verify()))
          return { ok: false, detail: 'The certificate request is not signed by its key.' };
      } catch {
        return { ok: false, detail: 'This is no PKCS #10 certificate request in PEM.' };
      }
      const names = request.subjectName.getField('CN');
      if (names.length !== 1 || names[0] !== identity) {
        return { ok: false, detail: 'The common name of the request is not the identity of the station.' };
      }
      if (!isStrong(request.publicKey.algorithm)) {
        return {
          ok: false,
          detail: 'The key is too weak: P-256 or larger, or RSA with 2048 bits or more (A00.FR.501).',
        };
      }
      const subject = new x509.Name([{ O: ['SMAC'] }, { CN: [identity] }]).toString();
      const certificate = await issue(
        subject,
        request.publicKey,
        STATION_DAYS,
        x509.ExtendedKeyUsage.clientAuth,
        [],
      );
      const pem = certificate.toString('pem');
      const notAfterMs = certificate.notAfter.getTime();
      await store.db
        .insertInto('station_certificate')
        .values({
          serial: certificate.serialNumber,
          station_id: stationId,
          fingerprint: new X509Certificate(pem).fingerprint256,
          not_after_ms: notAfterMs,
          issued_ms: clock.now(),
          revoked_ms: null,
        })
        .execute();
      const { pem: ownPem } = await own();
      return {
        ok: true,
        issued: { chainPem: `${pem}\n${ownPem.trim()}\n`, serial: certificate.serialNumber, notAfterMs },
      };
    },
    async server(names) {
      const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const certificate = await issue(
        new x509.Name([{ CN: [names[0] ?? 'localhost'] }]).toString(),
        keys.publicKey,
        SERVER_DAYS,
        x509.ExtendedKeyUsage.serverAuth,
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      );
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
      const { pem } = await own();
      return {
        certPem: `${certificate.toString('pem')}\n${pem.trim()}\n`,
        keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
      };
    },
    isRevoked: (fingerprint256) => fingerprint256 !== undefined && revoked.has(fingerprint256),
    async revoke(stationId) {
      const rows = await store.db
        .updateTable('station_certificate')
        .set({ revoked_ms: clock.now() })
        .where('station_id', '=', stationId)
        .where('revoked_ms', 'is', null)
        .returning('fingerprint')
        .execute();
      for (const { fingerprint } of rows) revoked.add(fingerprint);
      return rows.length;
    },
    async list() {
      const rows = await store.db
        .selectFrom('station_certificate')
        .selectAll()
        .orderBy('issued_ms')
        .execute();
      return rows.map((row) => ({
        serial: row.serial,
        stationId: row.station_id,
        notAfterMs: row.not_after_ms,
        issuedMs: row.issued_ms,
        revokedMs: row.revoked_ms,
      }));
    },
  };
}

/** Security of 112 bits at least (A00.FR.501). */
function isStrong(algorithm: object): boolean {
  if ('modulusLength' in algorithm) return Number(algorithm.modulusLength) >= 2048;
  return 'namedCurve' in algorithm && ['P-256', 'P-384', 'P-521'].includes(String(algorithm.namedCurve));
}

function writeWhole(file: string, text: string, mode: number): void {
  writeFileSync(`${file}.new`, text, { mode, flush: true });
  renameSync(`${file}.new`, file);
}
