import { ceilings, type LedgerEntry } from '../ledger/entry.ts';
import type { Assignment, Profile, SessionKey } from '../port.ts';
import { MAX_VALIDITY_MS, mergePeriods, sample } from '../power.ts';
import { budgetOnGrid } from './budget.ts';
import { type DeadBand, needsRenewal, powersDiffer } from './dead-band.ts';
import { fitUnder } from './fit.ts';

/** One session of a context as the guard sees it. */
export interface GuardedSession {
  readonly entry: LedgerEntry;
  /** What the plan wants; absent where the plan does not know the session. */
  readonly desired?: Profile;
  /** An attempt waits for its answer; one at a time, because answers may overtake each other. */
  readonly inFlight: boolean;
  /** false: unreachable, refusing or not capable. It counts at its highest and nothing is sent. */
  readonly reachable: boolean;
  /** Nothing is sent before this unless the limit needs it: at most one message per 10 s and session (security.md 5). */
  readonly notBeforeMs: number;
}

export interface Send {
  readonly key: SessionKey;
  readonly profile: Profile;
  /** `lower` frees what others wait for, `safety` ends an overload, `raise` needs room that is there. */
  readonly reason: 'safety' | 'lower' | 'raise';
  /** true: less than the plan wants, because the room for the rest is not free yet; the rest follows. */
  readonly partial: boolean;
}

export interface Overload {
  readonly fromMs: number;
  /** Highest excess of what may be drawn over the budget, W. */
  readonly excessW: number;
  /** Sessions that are counted at their highest and cannot be lowered. */
  readonly because: readonly SessionKey[];
}

export interface Decision {
  readonly sends: readonly Send[];
  /** Sessions whose rise waits for somebody's confirmed decrease. */
  readonly waiting: readonly SessionKey[];
  /** When a held back message may leave. */
  readonly wakeAtMs?: number;
  /** The sum cannot be held with the sessions that can be reached. */
  readonly overload?: Overload;
  /** The plan itself asks for more than the budget: a defect of the planner, clipped here. */
  readonly overPlannedW: number;
}

const NOISE_W = 0.5;

/** An overload that begins within one slot may not wait for the pause between two messages to one session. */
const URGENT_MS = 15 * 60_000;

/**
 * The one door out, as a pure function: which messages may leave now so that, whatever the stations do with them, the sum of
 * what they may draw never rises above the budget at any instant. Decreases leave first; a rise leaves when the room for it is
 * confirmed free (design.md 2, step 6; requirements.md 5.7 and 5.8).
 */
export function decide(
  sessions: readonly GuardedSession[],
  budget: Assignment['budget'],
  nowMs: number,
  band: DeadBand,
): Decision {
  const table = new Table(sessions, budget, nowMs, band);
  return table.decide();
}

class Table {
  readonly #sessions: readonly GuardedSession[];
  readonly #nowMs: number;
  readonly #band: DeadBand;
  readonly #gridMs: number[];
  readonly #endMs: number;
  readonly #budgetW: Float64Array;
  /** What each session may draw at most, and the sum of it; grows while this decision adds messages. */
  readonly #ceilingW: Float64Array[];
  readonly #sumW: Float64Array;
  /** What each session shall draw: the plan, fitted under what the unreachable leave. */
  readonly #wantedW: Float64Array[];
  readonly #movable: boolean[];
  /** What the newest held profile says, where it was asked for. */
  readonly #heldW: (Float64Array | undefined)[];
  readonly #kept: boolean[];
  /** Up to here every kept profile holds; beyond it they count at their maximum until they are renewed. */
  readonly #firmUntilMs: number;
  #overPlannedW = 0;

  constructor(
    sessions: readonly GuardedSession[],
    budget: Assignment['budget'],
    nowMs: number,
    band: DeadBand,
  ) {
    this.#sessions = sessions;
    this.#nowMs = nowMs;
    this.#band = band;
    this.#endMs = horizon(sessions, nowMs);
    this.#gridMs = grid(sessions, budget, nowMs, this.#endMs);
    this.#budgetW = budgetOnGrid(budget, this.#gridMs);
    this.#ceilingW = sessions.map((session) => ceilings(session.entry, this.#gridMs));
    this.#sumW = new Float64Array(this.#gridMs.length);
    for (const powers of this.#ceilingW)
      for (let i = 0; i < powers.length; i += 1) this.#sumW[i]! += powers[i]!;
    this.#heldW = sessions.map(() => undefined);
    this.#movable = sessions.map(
      (session) => session.reachable && session.desired !== undefined && session.desired.endMs > nowMs,
    );
    this.#wantedW = sessions.map((session, s) =>
      this.#movable[s]
        ? sample(session.desired!, this.#gridMs, (i) => this.#ceilingW[s]![i]!)
        : this.#ceilingW[s]!.slice(),
    );
    this.#fit();
    this.#kept = this.#keepUnchanged();
    this.#firmUntilMs = sessions.reduce(
      (ms, session, s) => (this.#kept[s] ? Math.min(ms, heldUntilMs(session.entry)) : ms),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Walks the sessions once, then breaks a circle of waiting if there is one. */
  decide(): Decision {
    const overload = this.#overload();
    const sends: Send[] = [];
    const blocked: number[] = [];
    let wakeAtMs: number | undefined;
    let inFlight = this.#sessions.some((session) => session.inFlight);
    const later = (ms: number) => {
      wakeAtMs = Math.min(wakeAtMs ?? ms, ms);
    };
    for (const s of this.#decreasesFirst()) {
      const session = this.#sessions[s]!;
      if (!this.#movable[s] || session.inFlight || this.#kept[s]) continue;
      const clipped = this.#clip(s);
      const stops = clipped.some(
        (powerW, i) => this.#gridMs[i]! < this.#firmUntilMs && powerW < this.#wantedW[s]![i]! - NOISE_W,
      );
      const safety = this.#endsOverload(s, clipped);
      if (stops && !safety) {
        blocked.push(s);
      } else if (!safety && !this.#worthSending(s, clipped)) {
        // Only the far end of the wish has no room yet; the renewal of the others brings it.
      } else if (!safety && session.notBeforeMs > this.#nowMs) {
        later(session.notBeforeMs);
      } else {
        sends.push(this.#send(s, clipped, stops, safety ? 'safety' : undefined));
        inFlight = true;
      }
    }
    // Everybody waits for everybody: whoever can give something up does so, and rises as far as there is room.
    if (!inFlight && wakeAtMs === undefined) {
      for (const s of blocked) {
        const session = this.#sessions[s]!;
        const clipped = this.#clip(s);
        if (!this.#worthSending(s, clipped)) continue;
        if (session.notBeforeMs > this.#nowMs) later(session.notBeforeMs);
        else sends.push(this.#send(s, clipped, true));
      }
    }
    const sent = new Set(sends.map((send) => send.key));
    return {
      sends,
      waiting: blocked.map((s) => this.#sessions[s]!.entry.key).filter((key) => !sent.has(key)),
      ...(wakeAtMs === undefined ? {} : { wakeAtMs }),
      ...(overload === undefined ? {} : { overload }),
      overPlannedW: this.#overPlannedW,
    };
  }

  /** Where the fixed ones leave too little, the others are lowered (max-min fair) below what the plan gave them. */
  #fit(): void {
    const movable = this.#sessions.map((_, s) => s).filter((s) => this.#movable[s]);
    for (let i = 0; i < this.#gridMs.length; i += 1) {
      let fixedW = 0;
      let wantedW = 0;
      for (let s = 0; s < this.#sessions.length; s += 1) {
        const powerW = Math.max(0, this.#wantedW[s]![i]!);
        if (this.#movable[s]) wantedW += powerW;
        else fixedW += powerW;
      }
      const excessW = wantedW + fixedW - this.#budgetW[i]!;
      if (excessW <= NOISE_W || this.#beyondEveryProfile(i)) continue;
      this.#overPlannedW = Math.max(this.#overPlannedW, wantedW - this.#budgetW[i]!);
      const fitted = fitUnder(
        movable.map((s) => ({
          wantedW: this.#wantedW[s]![i]!,
          minPowerW: this.#sessions[s]!.entry.minPowerW,
        })),
        this.#budgetW[i]! - fixedW,
      );
      for (const [n, s] of movable.entries()) this.#wantedW[s]![i] = fitted[n]!;
    }
  }

  /** After the end of what the plan covers nothing can be lowered by a profile of this plan. */
  #beyondEveryProfile(i: number): boolean {
    const atMs = this.#gridMs[i]!;
    return this.#sessions.every(
      (session, s) => !this.#movable[s] || atMs >= session.desired!.endMs || atMs < session.desired!.startMs,
    );
  }

  /** Dead-band: who holds nearly the right thing keeps it, unless the budget needs the small decrease. */
  #keepUnchanged(): boolean[] {
    const kept = this.#sessions.map((_, s) => this.#movable[s]! && !this.#worthSending(s, this.#wantedW[s]!));
    for (let i = 0; i < this.#gridMs.length; i += 1) {
      let sumW = 0;
      for (let s = 0; s < kept.length; s += 1) {
        sumW += Math.max(0, kept[s] ? this.#keptW(s, i) : this.#wantedW[s]![i]!);
      }
      if (sumW <= this.#budgetW[i]! + NOISE_W || this.#beyondEveryProfile(i)) continue;
      for (let s = 0; s < kept.length; s += 1) {
        if (kept[s] && Math.max(0, this.#wantedW[s]![i]!) < this.#keptW(s, i) - NOISE_W) kept[s] = false;
      }
    }
    for (let s = 0; s < kept.length; s += 1) {
      if (kept[s]) this.#wantedW[s] = this.#wantedW[s]!.map((_, i) => this.#keptW(s, i));
    }
    return kept;
  }

  /** A kept profile is renewed before it ends, so that its end is no reason to replace it now. */
  #keptW(s: number, i: number): number {
    const held = this.#gridMs[i]! < heldUntilMs(this.#sessions[s]!.entry);
    return held ? this.#ceilingW[s]![i]! : this.#wantedW[s]![i]!;
  }

  #endsOverload(s: number, powers: Float64Array): boolean {
    const ceiling = this.#ceilingW[s]!;
    return this.#gridMs.some(
      (atMs, i) =>
        atMs < this.#nowMs + URGENT_MS &&
        this.#sumW[i]! > this.#budgetW[i]! + NOISE_W &&
        powers[i]! < ceiling[i]! - NOISE_W,
    );
  }

  /** Compared with what is held, is this worth a message? Always so while it is not certain what is held. */
  #worthSending(s: number, powers: Float64Array): boolean {
    const { entry } = this.#sessions[s]!;
    const held = entry.mayHold.at(-1)?.profile;
    if (held === undefined || entry.uncontrolled || entry.mayHold.length > 1) return true;
    const endMs = this.#endOf(s);
    if (needsRenewal(held, endMs, this.#nowMs, this.#band)) return true;
    const untilMs = Math.min(held.endMs, endMs);
    this.#heldW[s] ??= sample(held, this.#gridMs, () => Number.NaN);
    const heldW = this.#heldW[s];
    for (let i = 0; i < this.#gridMs.length && this.#gridMs[i]! < untilMs; i += 1) {
      if (powersDiffer(heldW[i]!, Math.trunc(powers[i]!), this.#band)) return true;
    }
    return false;
  }

  /** The wish, cut where it would rise into room that is not confirmed free. */
  #clip(s: number): Float64Array {
    const wanted = this.#wantedW[s]!;
    const ceiling = this.#ceilingW[s]!;
    const { minPowerW } = this.#sessions[s]!.entry;
    return wanted.map((wantedW, i) => {
      if (wantedW <= ceiling[i]! + NOISE_W) return wantedW;
      const roomW = Math.floor(this.#budgetW[i]! - (this.#sumW[i]! - ceiling[i]!));
      if (wantedW <= roomW + NOISE_W) return wantedW;
      const cutW = Math.max(Math.floor(ceiling[i]!), Math.min(wantedW, roomW));
      if (cutW >= Math.min(minPowerW, wantedW)) return cutW;
      return 0;
    });
  }

  #send(s: number, powers: Float64Array, partial: boolean, reason?: Send['reason']): Send {
    const ceiling = this.#ceilingW[s]!;
    let rises = false;
    for (let i = 0; i < powers.length; i += 1) {
      const more = powers[i]! - ceiling[i]!;
      if (more <= 0) continue;
      if (more > NOISE_W) rises = true;
      ceiling[i] = powers[i]!;
      this.#sumW[i]! += more;
    }
    return {
      key: this.#sessions[s]!.entry.key,
      profile: this.#profile(s, powers),
      reason: reason ?? (rises ? 'raise' : 'lower'),
      partial,
    };
  }

  /** A new profile reaches as far as the plan, and not less far than what is held. */
  #endOf(s: number): number {
    const { desired, entry } = this.#sessions[s]!;
    const startMs = Math.floor(this.#nowMs / 1000) * 1000;
    let endMs = desired!.endMs;
    for (const held of entry.mayHold) endMs = Math.max(endMs, held.profile.endMs);
    return Math.min(endMs, startMs + MAX_VALIDITY_MS);
  }

  #profile(s: number, powers: Float64Array): Profile {
    const startMs = Math.floor(this.#nowMs / 1000) * 1000;
    const endMs = this.#endOf(s);
    const periods: { startMs: number; powerW: number }[] = [];
    for (const [i, atMs] of this.#gridMs.entries()) {
      if (atMs < endMs)
        periods.push({ startMs: i === 0 ? startMs : atMs, powerW: Math.trunc(powers[i]!) || 0 });
    }
    return { startMs, endMs, periods: mergePeriods(periods) };
  }

  /** Order of messages: who gives up most comes first. */
  #decreasesFirst(): number[] {
    const rise = this.#sessions.map((_, s) => {
      let sumW = 0;
      for (let i = 0; i < this.#gridMs.length; i += 1) sumW += this.#wantedW[s]![i]! - this.#ceilingW[s]![i]!;
      return sumW;
    });
    return rise.map((_, s) => s).sort((a, b) => rise[a]! - rise[b]! || a - b);
  }

  #overload(): Overload | undefined {
    let fromMs: number | undefined;
    let excessW = 0;
    for (const [i, atMs] of this.#gridMs.entries()) {
      if (this.#beyondEveryProfile(i)) continue;
      let sumW = 0;
      for (const powers of this.#wantedW) sumW += Math.max(0, powers[i]!);
      if (sumW <= this.#budgetW[i]! + NOISE_W) continue;
      fromMs ??= atMs;
      excessW = Math.max(excessW, sumW - this.#budgetW[i]!);
    }
    if (fromMs === undefined) return undefined;
    const because = this.#sessions.filter((_, s) => !this.#movable[s]).map((session) => session.entry.key);
    return { fromMs, excessW, because };
  }
}

function heldUntilMs(entry: LedgerEntry): number {
  return entry.mayHold.at(-1)?.profile.endMs ?? Number.NEGATIVE_INFINITY;
}

function horizon(sessions: readonly GuardedSession[], nowMs: number): number {
  let endMs = nowMs;
  for (const { desired, entry } of sessions) {
    for (const profile of [...entry.mayHold.map((held) => held.profile), ...(desired ? [desired] : [])]) {
      endMs = Math.max(endMs, profile.endMs);
    }
  }
  return endMs;
}

/** Every instant from now on at which a ceiling, a wish or the budget may change. */
function grid(
  sessions: readonly GuardedSession[],
  budget: Assignment['budget'],
  nowMs: number,
  endMs: number,
): number[] {
  const all = new Set<number>([nowMs]);
  const add = (profile: Profile) => {
    all.add(profile.endMs);
    for (const period of profile.periods) all.add(period.startMs);
  };
  for (const { desired, entry } of sessions) {
    if (desired) add(desired);
    for (const held of entry.mayHold) add(held.profile);
    if (entry.observed) add(entry.observed);
  }
  for (const slot of budget) all.add(slot.startMs);
  return [...all].filter((ms) => ms >= nowMs && ms < endMs).sort((a, b) => a - b);
}
