import { type AnyConnection, type CallFailure, callFailure } from '@smac/ocpp';
import { isDatabaseAway } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { Log } from '../surroundings.ts';

/** Shorter than the 30 s a station waits for an answer, ms. */
export const HOLD_MS = 20_000;
const RETRY_MS = 1_000;
/** What is being stored when the time is over gets this much more; still before the 30 s, ms. */
const GRACE_MS = 5_000;
const HANGS = Symbol('the database hangs');
/** So often it is said that the database is away, ms. */
const TELL_MS = 60_000;

/** RFC 6455: "try again later". */
const TRY_AGAIN_LATER = 1013;

/** What one attempt to answer a message came to; `afterAnswer` of a failed attempt is forgotten. */
export type Attempt = (afterAnswer: (fire: () => void) => void) => Promise<unknown>;

/**
 * While the database is away, full or read-only, a station waits for its answer: a refusal would make it forget the message after a few
 * tries (F11, F12). What lasts longer ends the connection instead, so that the station keeps its queue and comes again by its back-off.
 * A database that hangs without breaking its connection is away just as well: an attempt that does not end in that time is not waited for
 * (should it be stored after all, the station's next try is a repetition of it). What needs no database is answered meanwhile, but after
 * what came before it, as the order of messages wants it.
 */
export function createHold({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
  let toldMs = Number.NEGATIVE_INFINITY;

  function tell(error: unknown): void {
    if (clock.now() - toldMs < TELL_MS) return;
    toldMs = clock.now();
    log.error(
      { detail: String(error) },
      'The database takes nothing: stations wait for their answers, nothing is acknowledged; see that it runs and has room on its disk',
    );
  }

  /** The value, or `HANGS` at that instant. */
  async function within<T>(untilMs: number, work: Promise<T>): Promise<T | typeof HANGS> {
    const late = Promise.withResolvers<typeof HANGS>();
    const cancel = clock.after(Math.max(0, untilMs - clock.now()), () => late.resolve(HANGS));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }

  return async (
    connection: Pick<AnyConnection<'csms'>, 'open' | 'close'>,
    afterAnswer: (fire: () => void) => void,
    attempt: Attempt,
  ): Promise<unknown> => {
    const untilMs = clock.now() + HOLD_MS;
    for (;;) {
      const after: (() => void)[] = [];
      try {
        const answer = await within(
          untilMs + GRACE_MS,
          attempt((fire) => after.push(fire)),
        );
        if (answer !== HANGS) {
          for (const fire of after) afterAnswer(fire);
          return answer;
        }
        tell('It does not answer.');
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        tell(error);
      }
      if (connection.open && clock.now() < untilMs) {
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
        continue;
      }
      void connection.close(TRY_AGAIN_LATER, 'try again later');
      return unstored();
    }
  };
}

/** Nobody reads it: the connection ended before. It says that nothing was executed. */
const unstored = (): CallFailure => callFailure('InternalError', 'the message could not be stored');
