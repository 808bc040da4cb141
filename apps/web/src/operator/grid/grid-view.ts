/** What the grid routes answer, as far as it is shown. Powers in W. */
export interface Step {
  readonly start: string;
  readonly end: string;
  readonly powerW: number;
  /** `forecast`, `fallback`, `agreed` or `lowest`. */
  readonly from: string;
}

export interface Group {
  readonly partnerId: string;
  readonly groupId: string;
  readonly contextId: string;
  readonly fallbackW?: number;
  readonly partnerName: string;
  readonly partnerState: string;
  readonly offlineModeAt: string | null;
  readonly trusted: boolean;
  readonly heldUntil: string | null;
  readonly signals: readonly {
    readonly type: string;
    readonly envelope: { readonly received: string; readonly kind: string; readonly direction: string };
  }[];
  readonly inForce: { readonly import: readonly Step[]; readonly export: readonly Step[] };
  readonly objection: { readonly at: string; readonly message: string; readonly isTaken: boolean } | null;
}

export interface Partner {
  readonly id: string;
  readonly name: string;
  readonly role: 'cp' | 'co';
  readonly dialect: string;
  readonly state: 'invited' | 'registered' | 'online' | 'offline' | 'ended';
  readonly heartbeatS?: number;
  readonly offlineModeAt?: string;
  readonly offlineSince?: string;
  readonly groups: readonly { readonly groupId: string }[];
}

/** What holds at a moment. */
export const stepAt = (steps: readonly Step[], ms: number) =>
  steps.find(({ start, end }) => Date.parse(start) <= ms && ms < Date.parse(end));
