/** A profile that was accepted, as the record of dispatch keeps it. */
export interface StoredAttempt {
  readonly id: string;
  readonly planId: string;
  readonly reason: string;
  readonly sentMs: number;
  /** When the target said yes. */
  readonly heldMs: number;
  readonly profile: {
    readonly startMs: number;
    readonly endMs: number;
    readonly periods: readonly { readonly startMs: number; readonly powerW: number }[];
  };
}

export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** At most; negative: to be given back. */
  readonly powerW: number;
}

/** A profile while it held. The problem of its plan is its input: `GET /api/plans/{planNumber}`. */
export interface ProfileInForce {
  readonly id: string;
  readonly planNumber: number;
  /** Why it was sent: `safety`, `lower` or `raise`. */
  readonly reason: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stretches: readonly Stretch[];
}

/**
 * Which profile held when: each from the answer to it (or its own start) until the next one held, its validity ended or the session did.
 * @param attempts those that were accepted, in any order
 */
export function profilesInForce(
  attempts: readonly StoredAttempt[],
  startMs: number,
  endMs: number,
): ProfileInForce[] {
  const sorted = [...attempts].sort((a, b) => a.heldMs - b.heldMs || a.sentMs - b.sentMs);
  return sorted.flatMap(({ id, planId, reason, heldMs, profile }, n): ProfileInForce[] => {
    const fromMs = Math.max(heldMs, profile.startMs, startMs);
    const untilMs = Math.min(sorted[n + 1]?.heldMs ?? endMs, profile.endMs, endMs);
    if (untilMs <= fromMs) return [];
    const stretches = profile.periods.flatMap((period, p): Stretch[] => {
      const beginMs = Math.max(period.startMs, fromMs);
      const stopMs = Math.min(profile.periods[p + 1]?.startMs ?? untilMs, untilMs);
      return stopMs > beginMs ? [{ fromMs: beginMs, untilMs: stopMs, powerW: period.powerW }] : [];
    });
    return [{ id, planNumber: Number(planId), reason, fromMs, untilMs, stretches }];
  });
}
