/** Two sets of level values next to each other, most important level first. */
import type { LevelValues } from './literal/levels.ts';

export const LEVELS = [
  'excess',
  'minimums',
  'priority',
  'all',
  'fractions',
  'stores',
  'fast',
  'green',
  'money',
] as const satisfies readonly (keyof LevelValues)[];
export type Level = (typeof LEVELS)[number];

/** Relative, of every level: kWh, shares, kWh x slots, grams and money alike. */
export const TOLERANCE = 1e-6;

export interface Difference {
  level: Level;
  got: number;
  wanted: number;
  /** |got - wanted| / max(1, |wanted|, what the level is measured against): see `scaleOf`. */
  relative: number;
}

export const relativeDifference = (got: number, wanted: number) =>
  Math.abs(got - wanted) / Math.max(1, Math.abs(wanted));

/**
 * What a millionth is a millionth of. Missing energy is the difference of what is asked for and what is charged, so it is measured against what is asked
 * for; a share is measured against its need already, and needs below a kWh count as one; other energies against a kWh per device.
 */
function scaleOf(level: Level, wanted: number, { needs, devices, leastNeed }: LevelValues): number {
  const least = Math.max(1, Math.abs(wanted));
  if (level === 'money') return least;
  if (level === 'fractions') return least / Math.min(1, leastNeed);
  if (level === 'minimums' || level === 'priority' || level === 'all') return Math.max(least, needs);
  return Math.max(least, devices);
}

/** Every level's largest difference, most important level first. */
export function differences(actual: LevelValues, expected: LevelValues): Difference[] {
  return LEVELS.map((level) => {
    const got = [actual[level]].flat();
    const wanted = [expected[level]].flat();
    const all = wanted.map((value, i) => ({
      level,
      got: got[i]!,
      wanted: value,
      relative: Math.abs(got[i]! - value) / scaleOf(level, value, actual),
    }));
    return all.reduce((worst, one) => (one.relative > worst.relative ? one : worst), {
      level,
      got: 0,
      wanted: 0,
      relative: 0,
    });
  });
}

export function worstDifference(actual: LevelValues, expected: LevelValues): Difference {
  return differences(actual, expected).reduce((worst, one) => (one.relative > worst.relative ? one : worst));
}

/** The most important level on which the two differ; levels below it cannot be compared. */
export function firstDifference(
  actual: LevelValues,
  expected: LevelValues,
  tolerance = TOLERANCE,
): string | null {
  const first = differences(actual, expected).find(({ relative }) => relative > tolerance);
  return first === undefined ? null : sentenceOf(first);
}

const sentenceOf = ({ level, got, wanted }: Difference) => `${level}: planned ${got}, optimum ${wanted}`;
