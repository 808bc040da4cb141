/** The list of tokens a station may accept while it is offline (OCPP SendLocalList). */
import type { KeptToken } from './token.ts';

export interface LocalListEntry {
  readonly uid: string;
  readonly groupUid?: string;
  readonly expiryMs?: number;
}

/** One SendLocalList, in no version's words: the caller writes it in those of the station. */
export interface LocalListUpdate {
  readonly kind: 'Full' | 'Differential';
  readonly version: number;
  readonly entries: readonly LocalListEntry[];
  /** UIDs that the station forgets (Differential only). */
  readonly removed: readonly string[];
  /** Tokens that found no room; of very many, only some are counted. */
  readonly leftOut: number;
}

export interface LocalListLimits {
  /** Entries the station can hold. */
  readonly maxEntries: number;
  /** Longest UID: 20 in OCPP 1.6, 36 in 2.x. */
  readonly maxUidLength: number;
}

/** Cards that are valid without asking anybody, own ones first; what a card may do online is decided anew each time (BI2). */
export function localListEntries(
  tokens: readonly KeptToken[],
  limits: LocalListLimits,
  nowMs: number,
  own: string,
): { readonly entries: readonly LocalListEntry[]; readonly leftOut: number } {
  const usable = tokens.filter(
    ({ token, blockedReason, expiresMs }) =>
      token.type === 'RFID' &&
      token.valid &&
      token.whitelist !== 'NEVER' &&
      blockedReason === undefined &&
      (expiresMs ?? Number.POSITIVE_INFINITY) > nowMs &&
      token.uid.length <= limits.maxUidLength,
  );
  const byUid = new Map<string, KeptToken>();
  for (const kept of usable.toSorted((a, b) => Number(b.peerId === own) - Number(a.peerId === own))) {
    const key = kept.token.uid.toLowerCase();
    if (!byUid.has(key)) byUid.set(key, kept);
  }
  const entries = [...byUid.values()].slice(0, limits.maxEntries).map(({ token, expiresMs }) => ({
    uid: token.uid,
    ...(token.group_id === undefined || token.group_id.length > limits.maxUidLength
      ? {}
      : { groupUid: token.group_id }),
    ...(expiresMs === undefined ? {} : { expiryMs: expiresMs }),
  }));
  return { entries, leftOut: byUid.size - entries.length };
}

/** Only what is different; undefined where nothing is. */
export function differenceOf(
  held: readonly LocalListEntry[],
  wanted: readonly LocalListEntry[],
): { readonly entries: readonly LocalListEntry[]; readonly removed: readonly string[] } | undefined {
  const before = new Map(held.map((entry) => [entry.uid.toLowerCase(), entry]));
  const after = new Set(wanted.map(({ uid }) => uid.toLowerCase()));
  const entries = wanted.filter((entry) => !same(before.get(entry.uid.toLowerCase()), entry));
  const removed = held.filter(({ uid }) => !after.has(uid.toLowerCase())).map(({ uid }) => uid);
  return entries.length === 0 && removed.length === 0 ? undefined : { entries, removed };
}

function same(a: LocalListEntry | undefined, b: LocalListEntry): boolean {
  return a !== undefined && a.uid === b.uid && a.groupUid === b.groupUid && a.expiryMs === b.expiryMs;
}
