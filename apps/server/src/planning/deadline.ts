import type { Preferences, SessionState } from '../sites/index.ts';
import type { PlanningPolicy } from './policy.ts';
import { latestSafeCompletion, type StayDistribution } from './stay-distribution.ts';

/** By when a need is to be met. */
export type Deadline =
  /** The car leaves then: the window of the session ends there. */
  | { readonly kind: 'firm'; readonly atMs: number; readonly urgent: boolean; readonly why: string }
  /** The car may leave any time and may stay longer: the need is met by then, the window stays open. `urgent`: as early as possible. */
  | { readonly kind: 'soft'; readonly atMs: number; readonly urgent: boolean; readonly why: string }
  | { readonly kind: 'asap'; readonly why: string };

export interface DeadlineQuestion {
  readonly session: Pick<SessionState, 'startMs' | 'preferences'>;
  readonly profileType: 'CHEAP' | 'FAST' | 'GREEN' | 'REGULAR';
  /** Wh from the start of the session. */
  readonly totalNeedWh: number;
  readonly remainingWh: number;
  readonly needKnown: boolean;
  readonly powerW: number;
  /** What the car can be relied on to draw, W: who waits longer than that allows may not catch up. */
  readonly believedW: number;
  readonly nowMs: number;
  /** End the calendar sets to the stay, if any. */
  readonly stayEndMs: number;
  readonly stays: StayDistribution;
  /** End of the last slot of the plan that is over at an instant: a soft deadline counts there. */
  readonly slotEndMs: (atMs: number) => number;
}

/**
 * The policy for missing inputs (D4.2-§3.3.1-opt). A firm departure counts as said. An announced one does not end the session: the need
 * is met by a quantile of what drivers who announced so did. Without any announcement CHEAP and GREEN wait as long as the stays seen
 * at this hour allow; REGULAR charges at once, so that silence never costs energy. FAST takes as early as possible what others do not need.
 */
export function deadline(question: DeadlineQuestion, policy: PlanningPolicy): Deadline {
  const found = unhurried(question, policy);
  if (found.kind === 'asap') return found;
  const neededMs = (question.remainingWh / question.believedW) * 3_600_000;
  // What is not done by the last whole slot would be put where energy is cheapest, hours later.
  const usableMs = (found.kind === 'soft' ? question.slotEndMs(found.atMs) : found.atMs) - question.nowMs;
  if (found.atMs > question.nowMs && neededMs >= usableMs - policy.fastMarginMs) {
    // X57: as fast as possible from the latest start that still meets the need.
    return found.kind === 'firm'
      ? { ...found, urgent: true, why: `${found.why}; charging at once, the time left is just enough` }
      : { kind: 'asap', why: `${found.why}; charging at once, the time left is just enough` };
  }
  if (found.atMs <= question.nowMs) {
    return { kind: 'asap', why: `${found.why}; that time has passed and the car is still there` };
  }
  return found;
}

/** The session is over at its departure: its driver or operator said so for certain, or announcements count as certain here. */
export function leavesAsSaid({ departureMs, departureFirm }: Preferences, policy: PlanningPolicy): boolean {
  return departureMs !== undefined && (departureFirm === true || policy.trustDepartures);
}

function unhurried(question: DeadlineQuestion, policy: PlanningPolicy): Deadline {
  const { session, profileType, nowMs, stayEndMs } = question;
  const { departureMs } = session.preferences;
  const endMs = Math.min(departureMs ?? Infinity, stayEndMs);
  const firm = leavesAsSaid(session.preferences, policy) || stayEndMs <= (departureMs ?? Infinity);
  const urgent = profileType === 'FAST';
  if (!question.needKnown && (profileType === 'REGULAR' || profileType === 'FAST')) {
    return { kind: 'asap', why: 'need unknown: charged like uncontrolled' };
  }
  if (Number.isFinite(endMs) && firm && endMs > nowMs) {
    const why = stayEndMs === endMs ? 'longest stay allowed here' : 'departure is firm';
    return { kind: 'firm', atMs: endMs, urgent, why };
  }
  if (departureMs === undefined && profileType === 'REGULAR') {
    return { kind: 'asap', why: 'departure unknown: charged like uncontrolled' };
  }
  const completionMs = latestSafeCompletion(
    question.stays,
    question.totalNeedWh,
    question.powerW,
    policy.departureRisk,
  );
  return {
    kind: 'soft',
    atMs: Math.min(session.startMs + completionMs, endMs),
    urgent,
    why: departureMs === undefined ? 'stays seen at this hour' : 'what drivers who announced so did',
  };
}
