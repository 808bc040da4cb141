/** What drivers are told of, whether or not they look: BI22 and BI23. */
export const NOTICE_KINDS = [
  'started',
  /** The wish will not be met in time. */
  'late',
  /** A limit fell, and the charge takes longer. */
  'limited',
  'full',
  /** The car takes nothing any more, and nobody knows how full it is (IEC 61851 cannot tell). */
  'idle',
  /** Ready for a while and still plugged in. */
  'unplug',
  'ended',
  'out_of_order',
  'booking_lost',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly sessionId: string | null;
  /** Where it was, and energies in Wh. */
  readonly detail: {
    readonly locationId?: string;
    readonly evseUid?: string;
    readonly energyWh?: number;
  };
  readonly atMs: number;
  readonly isRead: boolean;
}

/** What an open page hears: something of its own changed, or a notice came. */
export type Word = { readonly kind: 'changed' } | { readonly kind: 'notice'; readonly notice: Notice };
