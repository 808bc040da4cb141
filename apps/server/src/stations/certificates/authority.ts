import { X509Certificate } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Issuer } from './issuer.ts';

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

/** The own authority with its memory: what it issued to whom, and what does not count any more. */
export interface StationAuthority extends Pick<Issuer, 'certificate' | 'present'> {
  load(): Promise<void>;
  /** Signs a station's request (A02) and commits it before anybody gets the certificate. */
  sign(
    stationId: string,
    identity: string,
    csrPem: string,
  ): Promise<
    | { readonly ok: true; readonly issued: IssuedCertificate }
    | { readonly ok: false; readonly detail: string }
  >;
  /** @param fingerprint256 as node's `getPeerCertificate` writes it. */
  isRevoked(fingerprint256: string | undefined): boolean;
  /** Ends every certificate of a station; the number of them. */
  revoke(stationId: string): Promise<number>;
  list(): Promise<readonly CertificateRow[]>;
}

export function createAuthority(store: Store, clock: Clock, issuer: Issuer): StationAuthority {
  const revoked = new Set<string>();
  return {
    certificate: () => issuer.certificate(),
    present: () => issuer.present(),
    async load() {
      const rows = await store.db
        .selectFrom('station_certificate')
        .select('fingerprint')
        .where('revoked_ms', 'is not', null)
        .execute();
      for (const { fingerprint } of rows) revoked.add(fingerprint);
    },
    async sign(stationId, identity, csrPem) {
      const outcome = await issuer.sign(identity, csrPem);
      if (!outcome.ok) return outcome;
      const { pem, chainPem, serial, notAfterMs } = outcome.signed;
      await store.db
        .insertInto('station_certificate')
        .values({
          serial,
          station_id: stationId,
          fingerprint: new X509Certificate(pem).fingerprint256,
          not_after_ms: notAfterMs,
          issued_ms: clock.now(),
          revoked_ms: null,
        })
        .execute();
      return { ok: true, issued: { chainPem, serial, notAfterMs } };
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
