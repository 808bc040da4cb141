import type { Profile } from './port.ts';
import { powerAt } from './power.ts';

/** How fast what is commanded may rise; what falls is never delayed (security.md 7.2). */
export interface StaggerPolicy {
  /** Largest rise of all sessions of a context together, W per second. */
  readonly rampWPerS: number;
  /** Random delay of rises after an outage and after a limit is lifted, ms. */
  readonly restoreSpreadMs: number;
  /** Random delay of rises that the plan has for several sessions at one instant (price steps), ms. */
  readonly stepSpreadMs: number;
}

/** One session and what it may draw now. */
export interface Rising {
  readonly desired: Profile;
  /** Highest power it may draw now, W. */
  readonly nowW: number;
  /** What its station holds: a rise that was delayed before keeps its time. */
  readonly held?: Profile;
  /** It comes back from an outage, or its limit was lifted: nobody waits for it. */
  readonly isRestored: boolean;
}

/** A rise that the station holds already for this late is the same rise, W. */
const SAME_W = 150;

/** Rises begin at whole seconds; those of a large fleet share every tenth one, or its guard would have thousands of instants to look at. */
const LARGE_FLEET = 200;
const STEP_MS = 1_000;
const LARGE_STEP_MS = 10_000;

/** Instants at which rises may begin are multiples of this, ms. */
export const riseStepMs = (sessions: number): number => (sessions > LARGE_FLEET ? LARGE_STEP_MS : STEP_MS);

/**
 * The same profiles with their rises one after the other, in random order: at no instant more than `desired`, falls where they were, and
 * in any time all rises together at most the ramp times that time and one step (`riseStepMs`), plus one rise.
 *
 * @param freeMs up to then the ramp is used by what was commanded before
 * @returns the profiles, and up to when the rises of now use the ramp
 */
export function staggered(
  sessions: readonly Rising[],
  nowMs: number,
  policy: StaggerPolicy,
  freeMs: number,
  draw: () => number,
): { readonly profiles: Profile[]; readonly freeMs: number } {
  const instants = new Set<number>([nowMs]);
  for (const { desired } of sessions)
    for (const { startMs } of desired.periods) if (startMs > nowMs) instants.add(startMs);
  const ordered = [...instants].sort((a, b) => a - b);
  const lines = sessions.map((session) => new Line(session, nowMs));
  const stepMs = riseStepMs(sessions.length);
  let ramp = freeMs;
  let rampAfterNow = freeMs;
  for (const [n, atMs] of ordered.entries()) {
    const isNow = n === 0;
    const waiting = lines.flatMap((line) => {
      const riseW = line.follow(atMs);
      if (riseW <= 0) return [];
      const spreadMs = isNow ? (line.isRestored ? policy.restoreSpreadMs : 0) : policy.stepSpreadMs;
      return [{ line, riseW, offsetMs: draw() * spreadMs, order: draw() }];
    });
    const alone = waiting.length === 1 && !isNow;
    waiting.sort((a, b) => a.offsetMs - b.offsetMs || a.order - b.order);
    const reachMs = atMs + Math.max(policy.restoreSpreadMs, policy.stepSpreadMs);
    for (const { line, riseW, offsetMs } of waiting) {
      const known = line.heldRise(atMs, reachMs);
      const fromMs = Math.max(atMs + (alone ? 0 : offsetMs), ramp);
      const grantMs = known ?? (fromMs <= atMs ? atMs : Math.ceil(fromMs / stepMs) * stepMs);
      line.riseAt(grantMs);
      if (known === undefined) ramp = fromMs + (riseW / policy.rampWPerS) * 1000;
    }
    if (isNow) rampAfterNow = ramp;
  }
  return { profiles: lines.map((line) => line.profile()), freeMs: rampAfterNow };
}

/** What one session is told over time. */
class Line {
  readonly isRestored: boolean;
  readonly #session: Rising;
  readonly #startMs: number;
  readonly #periods: { startMs: number; powerW: number }[] = [];
  #levelW: number;
  /** When it may rise to what is desired then. */
  #grantMs: number | undefined;

  constructor(session: Rising, nowMs: number) {
    this.#session = session;
    this.#startMs = nowMs;
    this.isRestored = session.isRestored;
    this.#levelW = Math.trunc(session.nowW);
  }

  /** Takes the desired power of this instant as far as it may. @returns the rise that waits, W */
  follow(atMs: number): number {
    this.#rise(atMs);
    const desiredW = powerAt(this.#session.desired, atMs);
    if (desiredW === undefined) return 0;
    if (desiredW <= this.#levelW) {
      this.#grantMs = undefined;
      this.#set(atMs, desiredW);
      return 0;
    }
    if (this.#periods.length === 0) this.#set(atMs, this.#levelW);
    // It waits already: it rises to whatever is desired then.
    return this.#grantMs === undefined ? desiredW - this.#levelW : 0;
  }

  riseAt(atMs: number): void {
    this.#grantMs = atMs;
    this.#rise(atMs === this.#startMs ? atMs : Number.NEGATIVE_INFINITY);
  }

  /** When the station will rise as wanted by what it holds; undefined: it will not within this time. */
  heldRise(atMs: number, untilMs: number): number | undefined {
    const { held, desired } = this.#session;
    const wantedW = powerAt(desired, atMs);
    if (held === undefined || wantedW === undefined) return undefined;
    const rise = held.periods.find(
      ({ startMs, powerW }) => startMs > atMs && startMs <= untilMs && powerW >= wantedW - SAME_W,
    );
    const lowW = powerAt(held, atMs);
    return rise && lowW !== undefined && lowW < wantedW - SAME_W ? rise.startMs : undefined;
  }

  profile(): Profile {
    this.#rise(Number.POSITIVE_INFINITY);
    const { startMs, endMs } = this.#session.desired;
    const [first, ...later] = this.#periods;
    if (first === undefined) return this.#session.desired;
    return { startMs, endMs, periods: [{ ...first, startMs }, ...later] };
  }

  #rise(untilMs: number): void {
    if (this.#grantMs === undefined || this.#grantMs > untilMs) return;
    const desiredW = powerAt(this.#session.desired, this.#grantMs);
    if (desiredW !== undefined && desiredW > this.#levelW) this.#set(this.#grantMs, desiredW);
    this.#grantMs = undefined;
  }

  #set(atMs: number, powerW: number): void {
    if (this.#periods.at(-1)?.startMs === atMs) this.#periods.pop();
    this.#levelW = powerW;
    if (this.#periods.at(-1)?.powerW !== powerW) this.#periods.push({ startMs: atMs, powerW });
  }
}
