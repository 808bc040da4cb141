/**
 * A UID as people, logs and exports see it: the last four characters, and only where that leaves enough hidden. Whoever knows the whole UID
 * of a card can make a copy of the card (T-LEAK).
 */
export function maskUid(uid: string): string {
  return uid.length >= 8 ? `****${uid.slice(-4)}` : '****';
}
