import type {
  HttpCaller,
  OcpiPlatform,
  OcpiPorts,
  OcpiRequest,
  OcpiResponse,
  Outcome,
  PartyRole,
  Token,
} from '@smac/ocpi';
import type { Log, RandomBytes, Target } from '../../dispatch/index.ts';
import type { Owner, Sites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Parties } from './parties.ts';

/** What the role must be told; everything else has a default. */
export interface ScspConfig {
  /** How peers reach this server, without `/ocpi` and trailing slash, e.g. `https://smac.example.org`. */
  readonly publicUrl: string;
  /** Folder for the key file that seals tokens (0600). */
  readonly dataDir: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly name?: string;
  /** Peers may be http, loopback or private: local use and tests only. */
  readonly allowPrivateAddresses: boolean;
  /** X16, SMC_004: only parties that a hub names are served. Default false: peers register directly (SMC_019). */
  readonly hubOnly?: boolean;
  /** Longest wait for an asynchronous result beyond what the peer announced, ms. Default 30 s. */
  readonly answerTimeoutMs?: number;
  /** Requests to one peer at a time. Default 16. */
  readonly parallelPerPeer?: number;
  /** Requests a peer may send per second, and at once. Default 50 and 200 (security: OCPI rate limits). */
  readonly requestsPerSecond?: number;
  readonly requestBurst?: number;
  /** Hours between two scheduled pulls of a peer; the first comes after registration. Default 6. */
  readonly pullHours?: number;
}

export interface ScspOptions {
  readonly store: Store;
  readonly config: ScspConfig;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly activity: Activity;
  readonly sites: Sites;
  /** Another role of this server on the same platform. */
  readonly beside?: RoleBeside;
  /** Outgoing HTTP; default the library's guarded caller. */
  readonly http?: HttpCaller;
}

/** A role that shares the platform: the same party, peers and addresses. */
export interface RoleBeside {
  readonly role: PartyRole;
  /** Adds its faces. */
  ports(others: OcpiPorts): OcpiPorts;
  /** Where tokens go that are pulled. */
  putToken(owner: Owner, token: Token): Promise<Outcome<undefined>>;
}

/** What one pull of a peer brought. */
export interface PullReport {
  readonly peerId: string;
  /** Objects taken over, by module. */
  readonly taken: Readonly<Record<string, number>>;
  /** One sentence per object or module that could not be taken over. */
  readonly problems: readonly string[];
}

/** The OCPI faces of the smart charging service provider. */
export interface Scsp {
  /** Answers everything below `/ocpi`; never throws. */
  handle(request: OcpiRequest): Promise<OcpiResponse>;
  /** What both roles are to other platforms, for whoever sends as one of them. */
  readonly platform: OcpiPlatform;
  /** The way out for dispatch. */
  readonly target: Target;
  readonly parties: Parties;
  /** Begins the scheduled pulls and the probing of peers that are down. */
  start(): Promise<void>;
  /** Pulls everything from one peer, or from all. */
  pull(peerId?: string): Promise<readonly PullReport[]>;
  close(): Promise<void>;
}
