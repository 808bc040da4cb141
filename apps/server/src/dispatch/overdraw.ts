/**
 * Cars that draw more than they are offered, as some do by a few per cent all the time: commands leave that much room. What one draws too
 * much is learnt from its own meter, because a car that takes less than it may hides it from a sum, and so does an error of another meter.
 */
import type { LiveSession } from './live-session.ts';
import type { Budget, PartLimit } from './port.ts';
import { powerAt } from './power.ts';

/** What a car drew above its limit. */
export interface Overdraw {
  readonly excessW: number;
  /** The limit it had then. */
  readonly limitW: number;
}

/** Meters of charging stations err by 1 % (class B of EN 50470-3): less than this, and less than so many W, is no excess. */
const LEAST_SHARE = 0.02;
const LEAST_W = 50;
/** Known shares move with a reading that is so much higher or lower: every move may cost a message to others. */
const HIGHER_SHARE = 0.003;
const LOWER_SHARE = 0.02;
/** An excess grows with the limit up to this share of it; a car that ignores a small limit does not draw a multiple of a large one. */
const MOST_SHARE = 0.1;

/** Hears a reading of a car that had time to follow its limit. @returns whether the room that commands leave is another now */
export function learnOverdraw(session: LiveSession, powerW: number, limitW: number): boolean {
  const excessW = Math.max(0, powerW - limitW);
  const known = session.overdraw;
  if (excessW < Math.max(LEAST_W, limitW * LEAST_SHARE)) {
    // At a limit above what it can draw nothing is seen of it.
    const followed = known !== undefined && powerW > limitW * (1 - LEAST_SHARE);
    if (!followed) return false;
    delete session.overdraw;
    return true;
  }
  if (known !== undefined) {
    const moved = (excessW - overdrawnW(session, limitW)) / Math.max(limitW, excessW);
    if (moved <= HIGHER_SHARE && moved >= -LOWER_SHARE) return false;
  }
  session.overdraw = { excessW, limitW };
  return true;
}

/** What it draws on top of this limit by what is known of it, W. */
function overdrawnW({ overdraw }: LiveSession, limitW: number): number {
  if (overdraw === undefined) return 0;
  if (overdraw.limitW <= 0) return overdraw.excessW;
  const inProportionW = (overdraw.excessW * Math.max(0, limitW)) / overdraw.limitW;
  return Math.ceil(Math.min(inProportionW, Math.max(overdraw.excessW, limitW * MOST_SHARE)));
}

/** The same budget without what these cars draw on top of their limits; `shareOf`: what of a session's power counts. */
export function withoutOverdraw(
  budget: Budget,
  sessions: readonly LiveSession[],
  shareOf: (session: LiveSession) => number = () => 1,
): Budget {
  const known = sessions.filter(({ overdraw }) => overdraw !== undefined);
  if (known.length === 0) return budget;
  return budget.map((stretch) => {
    if (stretch.powerW === null) return stretch;
    const { startMs, endMs } = stretch;
    const takenW = known.reduce(
      (sum, session) => sum + overdrawnW(session, mostDesiredW(session, startMs, endMs)) * shareOf(session),
      0,
    );
    return takenW === 0 ? stretch : { ...stretch, powerW: Math.max(0, Math.floor(stretch.powerW - takenW)) };
  });
}

/** The limits of parts (phases, fuses of stations) in the same way. */
export const partsWithoutOverdraw = (
  parts: readonly PartLimit[],
  sessions: readonly LiveSession[],
): readonly PartLimit[] =>
  parts.map((part) => ({
    ...part,
    budget: withoutOverdraw(part.budget, sessions, ({ shares }) =>
      shares === undefined ? 1 : (shares[part.id] ?? 0),
    ),
  }));

/** The highest limit it shall get in a stretch, W; without a wish the one it drew too much at. */
function mostDesiredW({ desired, overdraw }: LiveSession, fromMs: number, untilMs: number): number {
  if (desired === undefined) return overdraw?.limitW ?? 0;
  const inside = desired.periods.filter(({ startMs }) => startMs > fromMs && startMs < untilMs);
  return Math.max(
    0,
    powerAt(desired, Math.max(fromMs, desired.startMs)) ?? 0,
    ...inside.map(({ powerW }) => powerW),
  );
}
