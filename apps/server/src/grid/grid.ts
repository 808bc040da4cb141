import type {
  CapacityEnvelope,
  Direction,
  GroupCapacityForecast,
  OscpAnswer,
  OscpRequest,
  Partner,
  Sent,
  StepInForce,
} from '@smac/grid';

import type { Objection } from './compliance.ts';

/** A group of connections of a grid operator, and the supply point it is here. */
export interface GridGroup {
  readonly partnerId: string;
  /** Name of the group at the grid operator. */
  readonly groupId: string;
  readonly contextId: string;
  /** What was agreed for when nothing that was sent covers the time, W. */
  readonly fallbackW?: number;
}

export interface GridSignal {
  readonly requestId: string;
  /** OSCP forecast type. */
  readonly type: string;
  readonly envelope: CapacityEnvelope;
}

/** Everything about one group: what was received last, and what of it is in force. */
export interface GroupView extends GridGroup {
  readonly partnerName: string;
  readonly partnerState: Partner['state'];
  readonly offlineModeAtMs: number | null;
  /** Whether forecasts count now; otherwise the fallback holds. */
  readonly trusted: boolean;
  /** The fallback holds at least until then. */
  readonly heldUntilMs: number | null;
  /** The newest of each type. */
  readonly signals: readonly GridSignal[];
  readonly inForce: Readonly<Record<Direction, readonly StepInForce[]>>;
  /** null: none since this server runs. */
  readonly objection: Objection | null;
}

export type PartnerView = Omit<Partner, 'tokenHashes' | 'outboundToken'> & {
  readonly groups: readonly GridGroup[];
};

export type GridOutcome<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly code: 'not-found' | 'invalid' | 'failed'; readonly detail: string };

export interface NewPartner {
  readonly name: string;
  readonly role?: Partner['role'];
  readonly dialect?: Partner['dialect'];
  /** With `token`: this side begins the registration there. With dialect `vector`: where messages go. */
  readonly baseUrl?: string;
  readonly token?: string;
}

/** Grid operators and what they allow. Everything resolves after its commit. */
export interface Grid {
  /** OSCP below `/oscp`. */
  handle(request: OscpRequest): Promise<OscpAnswer>;
  partners(): readonly PartnerView[];
  /** The token is for the grid operator; it opens its registration. */
  invite(
    partner: NewPartner,
  ): Promise<
    GridOutcome<{ readonly partnerId: string; readonly token: string; readonly versionUrl: string }>
  >;
  rotate(partnerId: string): Promise<GridOutcome<undefined>>;
  /** Ends the registration. Fallbacks of its groups go on to hold until the groups are removed. */
  unregister(partnerId: string): Promise<GridOutcome<undefined>>;
  setGroup(group: GridGroup): Promise<GridOutcome<undefined>>;
  /** Lifts every limit that came by the group. */
  removeGroup(partnerId: string, groupId: string): Promise<GridOutcome<undefined>>;
  groups(contextId?: string): readonly GroupView[];
  /** Asks the grid operator for another capacity (AdjustGroupCapacityForecast). */
  adjust(partnerId: string, wanted: GroupCapacityForecast): Promise<GridOutcome<Sent>>;
  /** What is stored; `start` does it too. */
  load(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}
