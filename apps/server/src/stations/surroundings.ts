import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';

/** `count` bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;

/** Structured log: fields first, then one plain sentence. Never a payload, never a secret. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the room gets from outside. */
export interface Surroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly audit: Audit;
  readonly activity: Activity;
}
