/** What a station offers over time: a limit per period, W at the supply side; negative asks for discharge (V2G agreement). */
export interface OfferedLimit {
  readonly startMs: number;
  /** Infinity where the profile has no end. */
  readonly endMs: number;
  /** Ascending, the first at `startMs`. */
  readonly periods: readonly { readonly fromMs: number; readonly powerW: number }[];
}

/** The limit at `atMs`, or undefined where the profile does not hold. */
export function limitAt(profile: OfferedLimit, atMs: number): number | undefined {
  if (atMs < profile.startMs || atMs >= profile.endMs) return undefined;
  let powerW: number | undefined;
  for (const period of profile.periods) {
    if (period.fromMs > atMs) break;
    powerW = period.powerW;
  }
  return powerW;
}

/** The next instant after `atMs` at which `limitAt` may change; Infinity when there is none. */
export function nextChange(profile: OfferedLimit, atMs: number): number {
  if (atMs < profile.startMs) return profile.startMs;
  const period = profile.periods.find((candidate) => candidate.fromMs > atMs);
  const next = period === undefined ? profile.endMs : Math.min(period.fromMs, profile.endMs);
  return next > atMs ? next : Number.POSITIVE_INFINITY;
}
