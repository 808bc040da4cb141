import { type DeadBand, materiallyDifferent } from './guard/dead-band.ts';
import type { Assignment, Profile, SessionKey } from './port.ts';
import { type Intent, nameOf } from './records.ts';
import { type RandomBytes, uuid } from './surroundings.ts';

/** Shadow mode: what would have been sent, told only when it changes materially. */
export class ShadowProfiles {
  readonly #shown = new Map<string, Profile>();

  /** Rows for the record; nothing of it is sent. */
  show(assignment: Assignment, nowMs: number, band: DeadBand, random: RandomBytes): Intent[] {
    const intents: Intent[] = [];
    for (const { key, profile } of assignment.sessions) {
      const shown = this.#shown.get(nameOf(key));
      if (shown !== undefined && !materiallyDifferent(shown, profile, nowMs, band)) continue;
      this.#shown.set(nameOf(key), profile);
      intents.push({
        reference: uuid(random),
        planId: assignment.planId,
        contextId: assignment.contextId,
        key,
        state: 'SHADOW',
        reason: 'shadow',
        profile,
        sentMs: nowMs,
      });
    }
    return intents;
  }

  forget(key: SessionKey): void {
    this.#shown.delete(nameOf(key));
  }
}
