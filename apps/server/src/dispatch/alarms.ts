import type { Overload } from './guard/decision.ts';
import type { DispatchEvent } from './records.ts';
import { clockTime, kilowatts } from './words.ts';

/** What people are told about the sum of one context; each state is told once. */
export class ContextAlarms {
  readonly #contextId: string;
  #overload = '';
  #overPlanned = '';

  constructor(contextId: string) {
    this.#contextId = contextId;
  }

  /**
   * The events that are new. `overPlannedW` is what the plan itself asks for above the limit that it was made under: never, unless planning
   * has a defect. A limit that fell since is cut to without a word, its plan is on the way.
   */
  judge(
    planId: string,
    overload: Overload | undefined,
    overPlannedW: number,
    nowMs: number,
  ): DispatchEvent[] {
    const events: DispatchEvent[] = [];
    const because =
      overload?.because.map((key) => key.sessionId).join(', ') || 'the load that is there anyway';
    const text =
      overload === undefined
        ? ''
        : `What may be drawn is up to ${kilowatts(overload.excessW)} above the limit${
            overload.part === undefined ? '' : ` of ${overload.part}`
          } from ${clockTime(overload.fromMs)} UTC and cannot be lowered, because of ${because}.`;
    // The amount and the time move with every pass; who causes it is what makes it another alarm.
    const state = overload === undefined ? '' : `${overload.part ?? ''} ${because}`;
    if (state !== this.#overload) {
      this.#overload = state;
      events.push(
        overload === undefined
          ? this.#event(nowMs, 'info', 'within-limit', 'What may be drawn is within the limit again.')
          : this.#event(nowMs, 'alarm', 'over-limit', text),
      );
    }
    if (overPlannedW > 1 && planId !== this.#overPlanned) {
      this.#overPlanned = planId;
      const more = `Plan ${planId} asks for ${kilowatts(overPlannedW)} more than the limit it was made under; it was cut.`;
      events.push(this.#event(nowMs, 'alarm', 'plan-above-limit', more));
    }
    return events;
  }

  #event(atMs: number, level: 'info' | 'alarm', code: string, text: string): DispatchEvent {
    return { atMs, level, code, contextId: this.#contextId, text };
  }
}
