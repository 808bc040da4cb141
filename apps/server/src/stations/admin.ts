import type { Audit } from '../operators/index.ts';
import type { Clock } from '../time/clock.ts';
import type { IssuedCertificate, StationAuthority } from './certificates/authority.ts';
import type { Connections } from './connections.ts';
import type { Directory, SecurityProfile, StationRecord, Waiver } from './identity/directory.ts';
import type { Secrets } from './identity/secret.ts';
import { plainText } from './plain-text.ts';
import type { RandomBytes } from './surroundings.ts';

export interface NewStation {
  /** What the platform calls it; default: made up. */
  readonly stationId?: string | undefined;
  /** OCPP identity; default: random, which nobody can guess from a map (CWE-522). */
  readonly identity?: string | undefined;
  readonly name?: string | undefined;
  /** Lowest security profile it may come with; default 2. 1 needs a listener without TLS. */
  readonly securityProfile?: SecurityProfile | undefined;
  /** A password the station has already (factory, other back office); default: made here. */
  readonly password?: string | undefined;
  /** Answer Pending until it uses credentials made here. */
  readonly replaceCredentials?: boolean | undefined;
}

/** Shown once: the secret is stored nowhere. */
export interface AddedStation {
  readonly stationId: string;
  readonly identity: string;
  /** 40 hex digits: AuthorizationKey (1.6) or BasicAuthPassword (2.x); absent when a password was given. */
  readonly password?: string;
}

export type AdminOutcome<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly code: 'not-found' | 'conflict' | 'invalid'; readonly detail: string };

export interface WaiverTerms {
  readonly kind: Waiver['kind'];
  readonly reason: string;
  readonly expiresMs: number;
}

/** What administrators do with stations; every step stands in the audit trail. */
export interface StationAdmin {
  add(terms: NewStation, actor: string): Promise<AdminOutcome<AddedStation>>;
  /** A new password, shown once. The old one stays valid until the new one was used. */
  newPassword(stationId: string, actor: string): Promise<AdminOutcome<AddedStation>>;
  /** Ends its certificates and its work: a boot is answered Rejected from now on. Its history stays. */
  retire(stationId: string, actor: string): Promise<AdminOutcome<null>>;
  /** Ends the live socket, if any. */
  disconnect(stationId: string, actor: string): Promise<AdminOutcome<{ readonly wasConnected: boolean }>>;
  grantWaiver(stationId: string, terms: WaiverTerms, actor: string): Promise<AdminOutcome<Waiver>>;
  /** Signs a certificate request by hand, for a station that is set up on a bench. */
  signCertificate(stationId: string, csrPem: string, actor: string): Promise<AdminOutcome<IssuedCertificate>>;
  endWaiver(stationId: string, waiverId: number, actor: string): Promise<AdminOutcome<null>>;
}

const STATION_ID = /^[\w.:-]{1,48}$/;
/** OCPP 2.x identifierString; no slash, no space, at most 48 characters. */
const IDENTITY = /^[A-Za-z0-9*\-_=+|@.]{1,48}$/;
const LONGEST_WAIVER_MS = 366 * 24 * 3_600_000;

const done = <T>(data: T): AdminOutcome<T> => ({ ok: true, data });
const refused = (code: 'not-found' | 'conflict' | 'invalid', detail: string) =>
  ({ ok: false, code, detail }) as const;

export function createAdmin(options: {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly directory: Directory;
  readonly secrets: Secrets;
  readonly connections: Connections;
  readonly authority: StationAuthority;
}): StationAdmin {
  const { clock, random, audit, directory, secrets, connections, authority } = options;
  const record = (actor: string, action: string, stationId: string, detail: Record<string, unknown> = {}) =>
    ({ actor, action: `station.${action}`, subject: `station:${stationId}`, detail }) as const;
  const known = (stationId: string): StationRecord | undefined => directory.byId(stationId);
  const absent = (stationId: string) => refused('not-found', `There is no station ${stationId}.`);

  return {
    async add(terms, actor) {
      const stationId = terms.stationId ?? `st-${Buffer.from(random(6)).toString('hex')}`;
      const identity = terms.identity ?? `S${Buffer.from(random(10)).toString('hex').toUpperCase()}`;
      if (!STATION_ID.test(stationId))
        return refused('invalid', 'stationId must be 1 to 48 letters, digits, or . : - _');
      if (!IDENTITY.test(identity))
        return refused('invalid', 'identity must be 1 to 48 letters, digits, or * - _ = + | @ .');
      if (known(stationId) || directory.byIdentity(identity))
        return refused(
          'conflict',
          'A station with this stationId or identity exists already: choose another, or give that one a new password.',
        );
      const secret = terms.password === undefined ? secrets.generate() : secrets.given(terms.password);
      if (secret === undefined) return refused('invalid', 'password must have 16 to 64 bytes.');
      const nowMs = clock.now();
      const station: StationRecord = {
        stationId,
        identity,
        name: plainText(terms.name, 100) ?? stationId,
        minSecurityProfile: terms.securityProfile ?? 2,
        replaceCredentials: terms.replaceCredentials ?? false,
        registration: null,
        version: null,
        vendor: null,
        model: null,
        serial: null,
        firmware: null,
        details: {},
        generation: 0,
        bootMs: null,
        connectedMs: null,
        disconnectedMs: null,
        createdMs: nowMs,
        retiredMs: null,
        // A password made here for a station that must replace its credentials is still only the first one.
        current: {
          hash: secrets.hash(stationId, secret),
          generated: terms.password === undefined && terms.replaceCredentials !== true,
          createdMs: nowMs,
        },
        offered: undefined,
        waivers: [],
      };
      await directory.add(station, (trx) =>
        audit.record(
          record(actor, 'added', stationId, {
            securityProfile: station.minSecurityProfile,
            replaceCredentials: station.replaceCredentials,
          }),
          trx,
        ),
      );
      return done({
        stationId,
        identity,
        ...(terms.password === undefined ? { password: secret.text } : {}),
      });
    },
    async newPassword(stationId, actor) {
      const station = known(stationId);
      if (station === undefined) return absent(stationId);
      const secret = secrets.generate();
      await directory.changeSecrets(
        stationId,
        { offered: { hash: secrets.hash(stationId, secret), generated: true, createdMs: clock.now() } },
        (trx) => audit.record(record(actor, 'password_made', stationId), trx),
      );
      return done({ stationId, identity: station.identity, password: secret.text });
    },
    async retire(stationId, actor) {
      const station = known(stationId);
      if (station === undefined) return absent(stationId);
      if (station.retiredMs !== null) return refused('conflict', `Station ${stationId} is retired already.`);
      await directory.change(stationId, { retiredMs: clock.now(), registration: 'Rejected' }, (trx) =>
        audit.record(record(actor, 'retired', stationId), trx),
      );
      await authority.revoke(stationId);
      await connections.get(stationId)?.connection.close(1008, 'retired');
      return done(null);
    },
    async disconnect(stationId, actor) {
      if (known(stationId) === undefined) return absent(stationId);
      const live = connections.get(stationId);
      await audit.record(record(actor, 'disconnected', stationId, { wasConnected: live !== undefined }));
      await live?.connection.close(1012, 'disconnected by an operator');
      return done({ wasConnected: live !== undefined });
    },
    async grantWaiver(stationId, terms, actor) {
      if (known(stationId) === undefined) return absent(stationId);
      const nowMs = clock.now();
      const reason = plainText(terms.reason, 300);
      if (reason === null) return refused('invalid', 'reason must say why.');
      if (terms.expiresMs <= nowMs || terms.expiresMs > nowMs + LONGEST_WAIVER_MS)
        return refused('invalid', 'expires must be ahead, by a year at most.');
      const waiver = await directory.addWaiver(
        stationId,
        { kind: terms.kind, reason, grantedBy: actor, createdMs: nowMs, expiresMs: terms.expiresMs },
        (trx) => audit.record(record(actor, 'waiver_granted', stationId, { kind: terms.kind, reason }), trx),
      );
      return done(waiver);
    },
    async signCertificate(stationId, csrPem, actor) {
      const station = known(stationId);
      if (station === undefined) return absent(stationId);
      const outcome = await authority.sign(stationId, station.identity, csrPem);
      if (!outcome.ok) return refused('invalid', outcome.detail);
      await audit.record(record(actor, 'certificate_signed', stationId, { serial: outcome.issued.serial }));
      return done(outcome.issued);
    },
    async endWaiver(stationId, waiverId, actor) {
      const ended = await directory.removeWaiver(stationId, waiverId, (trx) =>
        audit.record(record(actor, 'waiver_ended', stationId, { waiverId }), trx),
      );
      return ended ? done(null) : refused('not-found', `Station ${stationId} has no waiver ${waiverId}.`);
    },
  };
}
