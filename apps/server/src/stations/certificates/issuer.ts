import 'reflect-metadata';
import { type webcrypto as nodeCrypto, webcrypto } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { CannotStart } from '../../config/index.ts';
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

/** A certificate that was just made; nobody has it yet. */
export interface SignedCertificate {
  readonly pem: string;
  /** The certificate, then the authority's, PEM. */
  readonly chainPem: string;
  readonly serial: string;
  readonly notAfterMs: number;
}

/**
 * Key and certificate of the own authority (P-256), in the data folder, the key with mode 0600. Made when they are first needed.
 * Whoever has an authority already puts it into SMAC_OCPP_TLS_CLIENT_CA instead.
 */
export interface Issuer {
  /** The authority's certificate, PEM. */
  certificate(): Promise<string>;
  /** The same, as far as it exists. */
  present(): string | undefined;
  /** Signs a certificate request of a station: CN must be its identity, and the request must prove that it holds the key. */
  sign(
    identity: string,
    csrPem: string,
  ): Promise<
    | { readonly ok: true; readonly signed: SignedCertificate }
    | { readonly ok: false; readonly detail: string }
  >;
  /** Key and certificate for the OCPP listener, PEM. */
  server(names: readonly string[]): Promise<{ readonly certPem: string; readonly keyPem: string }>;
}

interface Own {
  readonly pem: string;
  readonly certificate: x509.X509Certificate;
  readonly key: nodeCrypto.CryptoKey;
}

/** @throws CannotStart on first use, when the files do not fit each other. */
export function openIssuer(options: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
}): Issuer {
  const { dataDir, clock, random } = options;
  const certFile = join(dataDir, CERT_FILE);
  const keyFile = join(dataDir, KEY_FILE);
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
    certificate: async () => (await own()).pem,
    present: () => (existsSync(certFile) ? readFileSync(certFile, 'utf8') : undefined),
    async sign(identity, csrPem) {
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
      const { pem: ownPem } = await own();
      return {
        ok: true,
        signed: {
          pem,
          chainPem: `${pem}\n${ownPem.trim()}\n`,
          serial: certificate.serialNumber,
          notAfterMs: certificate.notAfter.getTime(),
        },
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
