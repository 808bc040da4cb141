import type { PeerCertificate } from 'node:tls';
import type { OcppVersion } from '../versions/index.ts';

/** HTTP basic credentials. The password is bytes: it may hold `:` and need not be text (OCPP 2.x A05, 1.6 security). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: Uint8Array;
}

/** What a station shows before its connection is accepted. Nothing in it is trusted yet. */
export interface Handshake {
  /** The last segment of the path, percent-decoded: 1 to 255 characters without `/`, `\` and control characters. */
  readonly identity: string;
  /** The path before the identity, as configured. */
  readonly basePath: string;
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
