import { randomBytes } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import { Activity } from '../../time/activity.ts';
import { createDispatcher } from '../create-dispatcher.ts';
import type { DispatcherOptions } from '../dispatch-room.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Assignment, Feedback, Profile } from '../port.ts';
import { ManualClock } from './manual-clock.ts';
import { StationTarget } from './station-target.ts';
import { TestLog } from './test-log.ts';

export const T0 = Date.UTC(2026, 10, 21, 12);
export const H24 = 24 * 3_600_000;
let contexts = 0;

/** The dispatcher over a real store and stations that really hold profiles; time stands until the test moves it. */
export interface Rig {
  readonly contextId: string;
  readonly peerId: string;
  readonly clock: ManualClock;
  readonly target: StationTarget;
  readonly feedback: Feedback[];
  readonly log: TestLog;
  readonly dispatcher: Dispatcher;
  /** Waits until nothing is in flight any more. */
  idle(): Promise<void>;
  assignment(
    powersW: Readonly<Record<string, number>>,
    budgetW: number | null,
    more?: Partial<Assignment>,
  ): Assignment;
}

export function rig(store: Store, before?: Rig, policy: DispatcherOptions['policy'] = {}): Rig {
  contexts += 1;
  const contextId = before?.contextId ?? `context-${contexts}`;
  const peerId = before?.peerId ?? `peer-${contexts}`;
  const clock = before?.clock ?? new ManualClock(T0);
  const target = before?.target ?? new StationTarget();
  const feedback: Feedback[] = [];
  const log = new TestLog();
  const activity = new Activity();
  const dispatcher = createDispatcher({
    store,
    target,
    clock,
    random: randomBytes,
    log,
    activity,
    onFeedback: (each) => feedback.push(each),
    policy,
  });
  return {
    contextId,
    peerId,
    clock,
    target,
    feedback,
    log,
    dispatcher,
    async idle() {
      // A held answer keeps its message in flight; everything else settles.
      for (let quiet = 0; quiet < 4; quiet += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        await target.events?.committed();
        if (![...target.behaviour.values()].includes('hold')) await activity.idle();
      }
    },
    assignment: (powersW, budgetW, more = {}) => ({
      planId: `plan-${contexts}`,
      contextId,
      budget: [{ startMs: T0, endMs: T0 + H24, powerW: budgetW }],
      sessions: Object.entries(powersW).map(([sessionId, powerW]) => ({
        key: { peerId, sessionId },
        profile: flat(powerW, clock.now()),
        maxPowerW: 11_000,
        minPowerW: 4_140,
      })),
      shadow: false,
      ...more,
    }),
  };
}

export function flat(powerW: number, startMs: number): Profile {
  return { startMs, endMs: startMs + H24, periods: [{ startMs, powerW }] };
}

export async function rows(store: Store, contextId: string) {
  return store.db
    .selectFrom('dispatch_profile')
    .selectAll()
    .where('context_id', '=', contextId)
    .orderBy('sent_ms')
    .execute();
}

export async function events(store: Store, contextId: string) {
  return store.db
    .selectFrom('dispatch_event')
    .selectAll()
    .where('context_id', '=', contextId)
    .orderBy('id')
    .execute();
}
