import { ceilings } from '../ledger/entry.ts';
import type { Budget, PartLimit, Profile } from '../port.ts';
import { MAX_VALIDITY_MS, mergePeriods, sample } from '../power.ts';
import { type DeadBand, needsDetail, needsRenewal, powersDiffer } from './dead-band.ts';
import type { Decision, GuardedSession, Overload, Send } from './decision.ts';
import { fitUnder } from './fit.ts';
import { grid, heldUntilMs, horizon } from './instants.ts';
import { fallsW, type Limit, limitsOnGrid } from './limit.ts';

const NOISE_W = 0.5;

/** A share of a share is not exact, W. */
const ROUNDING_W = 1e-6;

/** An overload that begins within one slot may not wait for the pause between two messages to one session. */
const URGENT_MS = 15 * 60_000;

/**
 * The one door out, as a pure function: which messages may leave now so that, whatever the stations do with them, the sum of
 * what they may draw never rises above the budget at any instant, nor what of it loads a part (a phase, the fuse of a station) above the
 * limit of that part. Decreases leave first; a rise leaves when the room for it is
 * confirmed free (design.md 2, step 6; requirements.md 5.7 and 5.8).
 */
export function decide(
  sessions: readonly GuardedSession[],
  budget: Budget,
  nowMs: number,
  band: DeadBand,
  parts: readonly PartLimit[] = [],
): Decision {
  const table = new Table(sessions, budget, nowMs, band, parts);
  return table.decide();
}

class Table {
  readonly #sessions: readonly GuardedSession[];
  readonly #nowMs: number;
  readonly #band: DeadBand;
  readonly #gridMs: number[];
  readonly #endMs: number;
  /** The limits of the parts, then that of all. */
  readonly #limits: readonly Limit[];
  /** What each session may draw at most; grows while this decision adds messages. */
  readonly #ceilingW: Float64Array[];
  /** What each session shall draw: the plan, fitted under what the unreachable leave. */
  readonly #wantedW: Float64Array[];
  readonly #movable: boolean[];
  /** What the newest held profile says, where it was asked for. */
  readonly #heldW: (Float64Array | undefined)[];
  readonly #kept: boolean[];
  /** Its small decrease is none too small: without it the sum does not fit. */
  readonly #isNeeded: boolean[];
  /** Up to here every kept profile holds; beyond it they count at their maximum until they are renewed. */
  readonly #firmUntilMs: number;
  /** From here on everybody who was lowered has fallen. */
  readonly #fallenMs: number;
  #overPlannedW = 0;

  constructor(
    sessions: readonly GuardedSession[],
    budget: Budget,
    nowMs: number,
    band: DeadBand,
    parts: readonly PartLimit[],
  ) {
    this.#sessions = sessions;
    this.#nowMs = nowMs;
    this.#band = band;
    this.#endMs = horizon(sessions, nowMs);
    this.#gridMs = grid(sessions, [budget, ...parts.map((part) => part.budget)], nowMs, this.#endMs);
    this.#ceilingW = sessions.map((session) => ceilings(session.entry, this.#gridMs));
    this.#limits = limitsOnGrid(sessions, budget, parts, this.#gridMs, this.#ceilingW);
    this.#fallenMs = Math.max(nowMs, ...sessions.map(({ falling }) => falling?.untilMs ?? nowMs));
    this.#heldW = sessions.map(() => undefined);
    this.#movable = sessions.map(
      (session) => session.reachable && session.desired !== undefined && session.desired.endMs > nowMs,
    );
    this.#wantedW = sessions.map((session, s) =>
      this.#movable[s]
        ? sample(session.desired!, this.#gridMs, this.#ceilingW[s]!)
        : this.#ceilingW[s]!.slice(),
    );
    this.#fit();
    this.#isNeeded = sessions.map(() => false);
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
      const stops = this.#isStopped(s, clipped);
      const safety = this.#endsOverload(s, clipped);
      if (stops && !safety) {
        blocked.push(s);
      } else if (!safety && !this.#isNeeded[s] && !this.#worthSending(s, clipped)) {
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
        if (!this.#isNeeded[s] && !this.#worthSending(s, clipped)) continue;
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
    for (const limit of this.#limits) this.#fitUnder(limit);
  }

  #fitUnder({ part, members, shares, budgetW }: Limit): void {
    const movable = members.filter((s) => this.#movable[s]);
    const wantedW = this.#sumW(movable, shares, (s) => this.#wantedW[s]!);
    const fixedW = this.#sumW(
      members.filter((s) => !this.#movable[s]),
      shares,
      (s) => this.#wantedW[s]!,
    );
    for (let i = 0; i < this.#gridMs.length; i += 1) {
      const excessW = wantedW[i]! + fixedW[i]! - budgetW[i]!;
      if (excessW <= NOISE_W || this.#beyondEveryProfile(i)) continue;
      if (part === undefined) this.#overPlannedW = Math.max(this.#overPlannedW, wantedW[i]! - budgetW[i]!);
      const fitted = fitUnder(
        movable.map((s) => ({
          wantedW: this.#wantedW[s]![i]! * shares[s]!,
          minPowerW: this.#sessions[s]!.entry.minPowerW * shares[s]!,
        })),
        budgetW[i]! - fixedW[i]!,
      );
      for (const [n, s] of movable.entries()) {
        const powerW = Math.floor(fitted[n]! / shares[s]! + ROUNDING_W);
        if (powerW < this.#wantedW[s]![i]!) this.#wantedW[s]![i] = powerW;
      }
    }
  }

  /** What these sessions draw together at every instant, W; a discharge counts as nothing. One walk along each session's own row. */
  #sumW(
    members: readonly number[],
    shares: Float64Array,
    powersOf: (session: number) => Float64Array,
  ): Float64Array {
    const sumW = new Float64Array(this.#gridMs.length);
    for (const s of members) {
      const share = shares[s]!;
      const powers = powersOf(s);
      for (let i = 0; i < sumW.length; i += 1) if (powers[i]! > 0) sumW[i]! += powers[i]! * share;
    }
    return sumW;
  }

  /** After the end of what the plan covers nothing can be lowered by a profile of this plan. */
  #beyondEveryProfile(i: number): boolean {
    const atMs = this.#gridMs[i]!;
    return this.#sessions.every(
      ({ desired }) => desired === undefined || atMs >= desired.endMs || atMs < desired.startMs,
    );
  }

  /** Dead-band: who holds nearly the right thing keeps it, unless the budget needs the small decrease. */
  #keepUnchanged(): boolean[] {
    const kept = this.#sessions.map((_, s) => this.#movable[s]! && !this.#worthSending(s, this.#wantedW[s]!));
    // Who is kept no longer may want more at an instant that was looked at before: again until nothing changes.
    while (this.#dropKept(kept));
    for (let s = 0; s < kept.length; s += 1) {
      if (kept[s]) this.#wantedW[s] = this.#keptRow(s);
    }
    return kept;
  }

  /** One look at every instant; where the sum does not fit, sessions that hold more than their wish are kept no longer. */
  #dropKept(kept: boolean[]): boolean {
    let dropped = false;
    for (const limit of this.#limits) dropped = this.#dropKeptUnder(limit, kept) || dropped;
    return dropped;
  }

  #dropKeptUnder({ members, shares, budgetW }: Limit, kept: boolean[]): boolean {
    let dropped = false;
    const sumW = this.#sumW(members, shares, (s) => (kept[s] ? this.#keptRow(s) : this.#wantedW[s]!));
    for (let i = 0; i < this.#gridMs.length; i += 1) {
      if (sumW[i]! <= budgetW[i]! + NOISE_W || this.#beyondEveryProfile(i)) continue;
      const gains = members
        .filter((s) => kept[s])
        .map((s) => ({ s, w: (this.#keptW(s, i) - Math.max(0, this.#wantedW[s]![i]!)) * shares[s]! }))
        .sort((x, y) => y.w - x.w);
      // Many differences too small for a message add up too: the largest go first, until the sum fits.
      for (const { s, w } of gains) {
        if (w <= 0 || sumW[i]! <= budgetW[i]! + NOISE_W) break;
        kept[s] = false;
        this.#isNeeded[s] = true;
        dropped = true;
        for (let later = i; later < sumW.length; later += 1) {
          const lessW = Math.max(0, this.#keptW(s, later)) - Math.max(0, this.#wantedW[s]![later]!);
          sumW[later]! -= lessW * shares[s]!;
        }
      }
    }
    return dropped;
  }

  #keptRow(s: number): Float64Array {
    const powers = this.#wantedW[s]!.slice();
    const ceiling = this.#ceilingW[s]!;
    const untilMs = heldUntilMs(this.#sessions[s]!.entry);
    for (let i = 0; i < powers.length && this.#gridMs[i]! < untilMs; i += 1) powers[i] = ceiling[i]!;
    return powers;
  }

  /** A kept profile is renewed before it ends, so that its end is no reason to replace it now. */
  #keptW(s: number, i: number): number {
    const held = this.#gridMs[i]! < heldUntilMs(this.#sessions[s]!.entry);
    return held ? this.#ceilingW[s]![i]! : this.#wantedW[s]![i]!;
  }

  #endsOverload(s: number, powers: Float64Array): boolean {
    const ceiling = this.#ceilingW[s]!;
    for (let i = 0; i < this.#gridMs.length && this.#gridMs[i]! < this.#nowMs + URGENT_MS; i += 1) {
      if (powers[i]! >= ceiling[i]! - NOISE_W) continue;
      const isOver = this.#limits.some(
        ({ shares, sumW, budgetW }) => shares[s]! > 0 && sumW[i]! > budgetW[i]! + NOISE_W,
      );
      if (isOver) return true;
    }
    return false;
  }

  /** Compared with what is held, is this worth a message? Always so while it is not certain what is held. */
  #worthSending(s: number, powers: Float64Array): boolean {
    const { entry } = this.#sessions[s]!;
    const newest = entry.mayHold.at(-1);
    if (newest === undefined || entry.uncontrolled || entry.mayHold.length > 1) return true;
    if (needsDetail(newest, this.#nowMs)) return true;
    const held = newest.profile;
    const endMs = this.#endOf(s);
    if (needsRenewal(held, endMs, this.#nowMs, this.#band)) return true;
    const untilMs = Math.min(held.endMs, endMs);
    this.#heldW[s] ??= sample(held, this.#gridMs, Number.NaN);
    const heldW = this.#heldW[s];
    for (let i = 0; i < this.#gridMs.length && this.#gridMs[i]! < untilMs; i += 1) {
      if (powersDiffer(heldW[i]!, Math.trunc(powers[i]!), this.#band)) return true;
    }
    return false;
  }

  /** It would rise into room that is not there, before the others have to be told anything anyway. */
  #isStopped(s: number, clipped: Float64Array): boolean {
    const wanted = this.#wantedW[s]!;
    for (let i = 0; i < clipped.length && this.#gridMs[i]! < this.#firmUntilMs; i += 1) {
      // Its profile itself waits until the others have fallen.
      if (this.#gridMs[i]! < this.#fallenMs) continue;
      if (clipped[i]! < wanted[i]! - NOISE_W) return true;
    }
    return false;
  }

  /** The wish, cut where it would rise into room that is not confirmed free. */
  #clip(s: number): Float64Array {
    const wanted = this.#wantedW[s]!;
    const ceiling = this.#ceilingW[s]!;
    const { minPowerW } = this.#sessions[s]!.entry;
    const clipped = wanted.slice();
    for (let i = 0; i < clipped.length; i += 1) {
      const wantedW = wanted[i]!;
      if (wantedW <= ceiling[i]! + NOISE_W) continue;
      const roomW = Math.floor(this.#roomW(s, i) + ROUNDING_W);
      if (wantedW <= roomW + NOISE_W) continue;
      const cutW = Math.max(Math.floor(ceiling[i]!), Math.min(wantedW, roomW));
      clipped[i] = cutW >= Math.min(minPowerW, wantedW) ? cutW : 0;
    }
    return clipped;
  }

  /** What no limit lets the session rise above while all others stay where they are. */
  #roomW(s: number, i: number): number {
    const ceilingW = this.#ceilingW[s]![i]!;
    let roomW = Number.POSITIVE_INFINITY;
    const ownW = ceilingW + fallsW(this.#sessions[s]!, this.#gridMs[i]!, ceilingW);
    for (const { shares, sumW, fallingW, budgetW } of this.#limits) {
      const share = shares[s]!;
      if (share > 0)
        roomW = Math.min(roomW, (budgetW[i]! - (sumW[i]! + fallingW[i]! - ownW * share)) / share);
    }
    return roomW;
  }

  #send(s: number, powers: Float64Array, partial: boolean, reason?: Send['reason']): Send {
    const ceiling = this.#ceilingW[s]!;
    let rises = false;
    for (let i = 0; i < powers.length; i += 1) {
      const more = powers[i]! - ceiling[i]!;
      if (more <= 0) continue;
      if (more > NOISE_W) rises = true;
      ceiling[i] = powers[i]!;
      for (const { shares, sumW } of this.#limits) sumW[i]! += more * shares[s]!;
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
    // The limit of all stands last and is told first.
    for (const limit of [...this.#limits].reverse()) {
      const found = this.#overloadOf(limit);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #overloadOf({ part, members, shares, budgetW }: Limit): Overload | undefined {
    let fromMs: number | undefined;
    let excessW = 0;
    const sumW = this.#sumW(members, shares, (s) => this.#wantedW[s]!);
    for (const [i, atMs] of this.#gridMs.entries()) {
      if (sumW[i]! <= budgetW[i]! + NOISE_W || this.#beyondEveryProfile(i)) continue;
      fromMs ??= atMs;
      excessW = Math.max(excessW, sumW[i]! - budgetW[i]!);
    }
    if (fromMs === undefined) return undefined;
    const because = members.filter((s) => !this.#movable[s]).map((s) => this.#sessions[s]!.entry.key);
    return { fromMs, excessW, because, ...(part === undefined ? {} : { part }) };
  }
}
