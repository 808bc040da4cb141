import type { IncomingMessage } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import { TLSSocket } from 'node:tls';
import { negotiate, type OcppVersion } from '../versions/index.ts';

/** HTTP basic credentials. The password is bytes: it may hold `:` and need not be text (OCPP 2.x A05, 1.6 security). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: Uint8Array;
}

/** What a station shows before its connection is accepted. Nothing in it is trusted yet. */
export interface Handshake {
  /** The last segment of the path, percent-decoded: 1 to 255 characters without `/`, `\` and control characters. */
  readonly identity: string;
  readonly basic: BasicCredentials | null;
  readonly tls: {
    readonly protocol: string | null;
    readonly cipher: string | null;
    /** The client certificate, and whether its chain was accepted by the TLS server. */
    readonly certificate: PeerCertificate | null;
    readonly authorised: boolean;
  } | null;
  readonly remoteAddress: string;
  /** Subprotocols as offered, in the order of the offer. */
  readonly offered: readonly string[];
  /** The version that would be chosen, or null: then the connection is refused whatever `authorise` says. */
  readonly version: OcppVersion | null;
  readonly userAgent: string | null;
  /** Epoch milliseconds. */
  readonly receivedMs: number;
}

/** An upgrade request that is refused before anybody is asked. */
export interface BadRequest {
  readonly status: 400 | 404;
  readonly reason: string;
}

const IDENTITY_CHARACTERS = 255;

/** Reads an upgrade request under `path`, which ends without a slash. */
export function readHandshake(
  request: IncomingMessage,
  path: string,
  allowed: readonly OcppVersion[],
  receivedMs: number,
): Handshake | BadRequest {
  const identity = identityOf(request.url ?? '', path);
  if (typeof identity !== 'string') return identity;
  const offered = offeredBy(request.headers['sec-websocket-protocol']);
  return {
    identity,
    basic: basicOf(request.headers.authorization, identity),
    tls: tlsOf(request),
    remoteAddress: request.socket.remoteAddress ?? '',
    offered,
    version: negotiate(offered, allowed),
    userAgent: request.headers['user-agent'] ?? null,
    receivedMs,
  };
}

function identityOf(url: string, path: string): string | BadRequest {
  const pathname = url.split('?', 1)[0] ?? '';
  const segment = pathname.startsWith(`${path}/`) ? pathname.slice(path.length + 1) : '';
  if (segment === '' || segment.includes('/')) return { status: 404, reason: 'no such path' };
  let identity: string;
  try {
    identity = decodeURIComponent(segment);
  } catch {
    return { status: 400, reason: 'the identity is not percent-encoded UTF-8' };
  }
  // A separator or control character in a name only serves to be mistaken for another one, in a path or in a log.
  if (identity.length > IDENTITY_CHARACTERS || /[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(identity)) {
    return { status: 400, reason: 'the identity has characters that are not allowed' };
  }
  return identity;
}

function offeredBy(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** An identity may hold a colon itself, so the user name is first looked for as a whole. */
function basicOf(header: string | undefined, identity: string): BasicCredentials | null {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const expected = Buffer.from(`${identity}:`, 'utf8');
  if (bytes.subarray(0, expected.length).equals(expected)) {
    return { user: identity, password: Uint8Array.from(bytes.subarray(expected.length)) };
  }
  const colon = bytes.indexOf(0x3a);
  if (colon < 0) return null;
  return {
    user: bytes.subarray(0, colon).toString('utf8'),
    password: Uint8Array.from(bytes.subarray(colon + 1)),
  };
}

function tlsOf({ socket }: IncomingMessage): Handshake['tls'] {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerCertificate();
  return {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.name ?? null,
    certificate: Object.keys(certificate).length === 0 ? null : certificate,
    authorised: socket.authorized,
  };
}
