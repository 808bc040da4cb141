import type { DispatchPolicy } from './dispatcher.ts';
import { ceilings } from './ledger/entry.ts';
import type { LiveSession } from './live-session.ts';
import type { TargetAnswer } from './port.ts';
import type { DispatchEvent, Intent } from './records.ts';
import { clockTime, kilowatts } from './words.ts';

/** What a failed attempt means: until when the session counts as not controllable, and what people are told. */
export interface Failure {
  readonly unreachableUntilMs: number;
  readonly event?: DispatchEvent;
}

/**
 * A session that refused or did not answer counts at its highest for a while, so that the others make room (security.md 8 F9). It is
 * tried once more soon, then at long intervals; who says that it never takes profiles is not asked again. `session.failures` counts
 * this one already.
 */
export function judgeFailure(
  session: LiveSession,
  intent: Intent,
  answer: TargetAnswer,
  nowMs: number,
  policy: DispatchPolicy,
): Failure {
  const waitMs = waitFor(answer, session.failures, policy);
  const unreachableUntilMs = nowMs + waitMs;
  const lowers = intent.reason !== 'raise';
  const minor =
    answer.result === 'TOO_OFTEN' || (answer.result === 'REJECTED' && !lowers && session.failures === 1);
  if (minor) return { unreachableUntilMs };
  const next = Number.isFinite(waitMs)
    ? `next try at ${clockTime(unreachableUntilMs)} UTC`
    : 'it is not tried again';
  const countedW = ceilings(session.entry, [nowMs])[0]!;
  return {
    unreachableUntilMs,
    event: {
      atMs: nowMs,
      level: lowers ? 'alarm' : 'info',
      code: lowers ? 'decrease-not-confirmed' : 'profile-refused',
      contextId: intent.contextId,
      key: intent.key,
      text: `Session ${intent.key.sessionId} did not take its profile (${answer.result}); it counts with ${kilowatts(countedW)}, ${next}.`,
    },
  };
}

function waitFor(answer: TargetAnswer, failures: number, policy: DispatchPolicy): number {
  switch (answer.result) {
    case 'NOT_SUPPORTED':
      return Number.POSITIVE_INFINITY;
    case 'TOO_OFTEN':
      return Math.min(policy.giveUpMs, Math.max(policy.pauseMs, 1_000) * 2 ** failures);
    case 'UNKNOWN_SESSION':
      return policy.giveUpMs;
    default:
      return failures > 1 ? policy.giveUpMs : policy.retryMs;
  }
}
