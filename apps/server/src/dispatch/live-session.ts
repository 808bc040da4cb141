import type { Falling } from './guard/decision.ts';
import { ceilings, type LedgerEntry } from './ledger/entry.ts';
import type { Overdraw } from './overdraw.ts';
import type { PartShares, Profile } from './port.ts';
import { FALL_MS } from './rise-after-fall.ts';

/** One session while the process runs; what must survive it is in the entry. */
export interface LiveSession {
  entry: LedgerEntry;
  /** What the session shall do: the wish of somebody else while it holds, else what the newest plan wants. */
  desired?: Profile;
  /** What the newest plan wants; absent where that plan does not know the session. */
  planned?: Profile;
  /** What somebody else wants instead (OCPI ChargingProfiles of another party). */
  wish?: Profile;
  planId?: string;
  /** What of its power loads which part of the supply, as the newest plan has it. */
  shares?: PartShares;
  /** Reference of the attempt whose answer is awaited. */
  inFlight?: string;
  /** The wish that the last message carried; absent where it carried only a part of one. */
  carried?: Profile;
  /** No ordinary message before this. */
  notBeforeMs: number;
  /** No message at all before this, and the session counts at its highest: it refused or did not answer. */
  unreachableUntilMs: number;
  /** Last reading of its power. */
  measured?: { readonly powerW: number; readonly atMs: number };
  /** It draws more than its limit; absent where it was not seen to. */
  overdraw?: Overdraw;
  /** When its station confirmed a profile last. */
  confirmedMs?: number;
  /** Its last decrease, while its car may still be on the way down. */
  falling?: Falling;
  /** When it came back from an outage. */
  restoredMs?: number;
  /** Planning was told that a person gave it a profile. */
  wasHeldByHand?: boolean;
  /** Failures in a row. */
  failures: number;
  /** It would not be lowered: its charging is being ended, or its EVSE was taken out of service. */
  relief?: 'ending' | 'out-of-service';
}

export function liveSession(entry: LedgerEntry): LiveSession {
  return { entry, notBeforeMs: 0, unreachableUntilMs: 0, failures: 0 };
}

/** The station answered: it is asked like any other again. */
export function recovered(session: LiveSession): void {
  session.failures = 0;
  session.unreachableUntilMs = 0;
  delete session.relief;
}

/** The station confirmed: what it may draw now is lower than before, but its car needs a moment to get there. */
export function confirmedBy(session: LiveSession, entry: LedgerEntry, nowMs: number): void {
  const [beforeW, afterW] = [session.entry, entry].map((each) => ceilings(each, [nowMs])[0]!) as [
    number,
    number,
  ];
  session.entry = entry;
  const stillW = Math.max(beforeW, (session.falling?.untilMs ?? 0) > nowMs ? session.falling!.powerW : 0);
  if (afterW < beforeW) {
    session.falling = { powerW: stillW, untilMs: Math.ceil((nowMs + FALL_MS) / 1000) * 1000 };
  }
}
