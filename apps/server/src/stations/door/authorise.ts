import type { Admission, Handshake } from '@smac/ocpp';
import type { Clock } from '../../time/clock.ts';
import type { StationAuthority } from '../certificates/authority.ts';
import type { Claim, Connections } from '../connections.ts';
import type { EventLog } from '../event-log.ts';
import type { Directory, SecurityProfile, StationRecord } from '../identity/directory.ts';
import type { Secrets } from '../identity/secret.ts';
import type { StationsPolicy } from '../policy.ts';
import { RateLimit } from './rate-limit.ts';
import { Tarpit } from './tarpit.ts';

/** A station that showed who it is. */
export interface Binding {
  readonly stationId: string;
  /** Number of this socket, committed: what an earlier one still wants is dropped. */
  readonly generation: number;
  readonly securityProfile: SecurityProfile;
  readonly claim: Claim;
}

export interface DoorOptions {
  readonly clock: Clock;
  readonly policy: StationsPolicy;
  readonly directory: Directory;
  readonly secrets: Secrets;
  readonly connections: Connections;
  readonly events: EventLog;
  readonly authority: Pick<StationAuthority, 'isRevoked'>;
}

/** Old sockets get so long to show that they live (security.md 4.3). */
const PONG_MS = 5_000;
/** From the so-manieth duplicate within ten minutes on it is an alarm. */
const DUPLICATES_ALARM = 2;
const DUPLICATES_MS = 10 * 60_000;

const UNKNOWN = { accept: false, status: 401, reason: 'unauthorised' } as const;
const REFUSED = { accept: false, status: 403, reason: 'forbidden' } as const;

type Shown =
  | {
      readonly station: StationRecord;
      readonly profile: SecurityProfile;
      /** The password that was shown; null with a certificate. */
      readonly secret: 'current' | 'offered' | null;
    }
  | { readonly wrong: string };

/**
 * Decides every handshake, in the order of security.md 4.2: limits, credentials, identity == user name == certificate CN, pinned
 * profile and waivers, duplicates, and only then a number for the new socket. The subprotocol is chosen after it.
 * Who attacks an identity from elsewhere uses up its own attempts, never those of the station: limits count identity and address.
 */
export function createDoor(options: DoorOptions): (handshake: Handshake) => Promise<Admission<Binding>> {
  const { clock, policy, directory, secrets, connections, events } = options;
  const perIdentity = new RateLimit(clock, policy.handshakesPerIdentity, policy.handshakesPerIdentity);
  const tarpit = new Tarpit(clock);
  const duplicates = new Map<string, { count: number; atMs: number }>();

  /** Does the same work for an identity nobody knows as for a wrong password. */
  function shown(handshake: Handshake): Shown {
    const { identity, basic, tls } = handshake;
    const station = directory.byIdentity(identity);
    if (tls?.certificate && Object.keys(tls.certificate).length > 0) {
      if (!tls.authorised) return { wrong: 'InvalidClientCertificate' };
      if (commonName(tls.certificate.subject?.CN) !== identity)
        return { wrong: 'CertificateOfAnotherStation' };
      if (options.authority.isRevoked(tls.certificate.fingerprint256))
        return { wrong: 'RevokedClientCertificate' };
      return station ? { station, profile: 3, secret: null } : { wrong: 'UnknownIdentity' };
    }
    if (basic === null) return { wrong: 'NoCredentials' };
    if (basic.user !== identity) return { wrong: 'UserNameOfAnotherStation' };
    const held = (['current', 'offered'] as const).flatMap((state) => {
      const hash = station?.[state]?.hash;
      return hash === undefined ? [] : [{ state, hash }];
    });
    const hashes = held.map(({ hash }) => hash);
    const match = held[secrets.match(station?.stationId ?? '', basic.password, hashes)];
    if (!station) return { wrong: 'UnknownIdentity' };
    if (match === undefined) return { wrong: 'WrongPassword' };
    return { station, profile: tls === null ? 1 : 2, secret: match.state };
  }

  return async (handshake) => {
    const { identity, remoteAddress, receivedMs, tls, version } = handshake;
    const who = `${identity} ${remoteAddress}`;
    if (!perIdentity.take(who)) {
      const retryAfterS = Math.ceil(perIdentity.waitMs(who) / 1000);
      return { accept: false, status: 429, reason: 'too many attempts', retryAfterS };
    }
    const outcome = shown(handshake);
    if ('wrong' in outcome) {
      events.mention({
        stationId: directory.byIdentity(identity)?.stationId ?? null,
        source: 'server',
        level: 'info',
        code: outcome.wrong,
        text: `A connection from ${remoteAddress} was refused: ${outcome.wrong}.`,
      });
      await tarpit.refuse(remoteAddress, receivedMs);
      return UNKNOWN;
    }
    const { station, profile, secret } = outcome;
    const { stationId } = station;
    const nowMs = clock.now();
    const waived = (kind: 'tls-1.2' | 'profile-2') =>
      station.waivers.some((waiver) => waiver.kind === kind && waiver.expiresMs > nowMs);
    const against = (code: string, text: string): Admission<Binding> => {
      events.mention({ stationId, source: 'server', level: 'alarm', code, text });
      return REFUSED;
    };
    if (profile < station.minSecurityProfile) {
      return against(
        'SecurityProfileDowngrade',
        `Station ${stationId} came with security profile ${profile} and is held to ${station.minSecurityProfile}.`,
      );
    }
    if (tls !== null && tls.protocol !== 'TLSv1.3' && !waived('tls-1.2')) {
      return against(
        'TlsVersionTooLow',
        `Station ${stationId} came with ${tls.protocol} and has no waiver for it.`,
      );
    }
    const lacksCertificate = profile === 2 && version !== '1.6' && version !== null && !waived('profile-2');
    // While its credentials are being replaced a station has no certificate yet: it gets in, and is answered Pending.
    if (lacksCertificate && !station.replaceCredentials) {
      return against(
        'ClientCertificateMissing',
        `Station ${stationId} speaks OCPP ${version} without a client certificate and has no waiver for profile 2.`,
      );
    }
    if (version === null) return { accept: false, status: 400, reason: 'no common subprotocol' };
    const claim = connections.claim(stationId);
    if (claim === undefined) return { accept: false, status: 503, reason: 'busy', retryAfterS: 10 };
    try {
      if (await isAlive(stationId)) {
        claim.release();
        await duplicate(stationId, remoteAddress);
        return { accept: false, status: 409, reason: 'connected already' };
      }
      tarpit.forgive(remoteAddress);
      const generation = await bindNext(station, profile, secret, lacksCertificate);
      clock.after(policy.handshakeMs, claim.release);
      return { accept: true, binding: { stationId, generation, securityProfile: profile, claim } };
    } catch (error) {
      claim.release();
      throw error;
    }
  };

  async function isAlive(stationId: string): Promise<boolean> {
    const old = connections.get(stationId);
    if (old === undefined || !old.connection.open) return false;
    return old.connection.alive(PONG_MS);
  }

  async function duplicate(stationId: string, address: string): Promise<void> {
    const nowMs = clock.now();
    const before = duplicates.get(stationId);
    const count = before !== undefined && nowMs - before.atMs < DUPLICATES_MS ? before.count + 1 : 1;
    duplicates.set(stationId, { count, atMs: nowMs });
    await events.note({
      stationId,
      source: 'server',
      level: count > DUPLICATES_ALARM ? 'alarm' : 'info',
      code: 'DuplicateConnection',
      text: `A second connection of station ${stationId} from ${address} was refused: the first one answers.`,
    });
  }

  /**
   * Commits what the connection changes: its number, a raised profile (nothing lower is taken any more, A05), and a new password that
   * was used for the first time, with which the old one ends (A01).
   */
  async function bindNext(
    station: StationRecord,
    profile: SecurityProfile,
    secret: 'current' | 'offered' | null,
    lacksCertificate: boolean,
  ): Promise<number> {
    const { stationId } = station;
    const now = directory.byId(stationId) ?? station;
    const generation = now.generation + 1;
    if (secret === 'offered' && now.offered !== undefined) {
      await directory.changeSecrets(stationId, { current: now.offered, offered: null });
      await events.note({
        stationId,
        source: 'server',
        level: 'info',
        code: 'PasswordReplaced',
        text: `Station ${stationId} uses its new password; the old one opens nothing any more.`,
      });
    }
    const ownPassword = (secret === 'offered' ? now.offered : now.current)?.generated === true;
    const hasOwn = profile === 3 || (ownPassword && !lacksCertificate);
    await directory.change(stationId, {
      generation,
      connectedMs: clock.now(),
      ...(profile > station.minSecurityProfile ? { minSecurityProfile: profile } : {}),
      ...(now.replaceCredentials && hasOwn ? { replaceCredentials: false } : {}),
    });
    return generation;
  }
}

function commonName(cn: unknown): string | undefined {
  return typeof cn === 'string' ? cn : undefined;
}
