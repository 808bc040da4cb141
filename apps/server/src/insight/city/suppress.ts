/** Fewer sessions than this behind a figure could be somebody's habits. */
export const LEAST_SESSIONS = 5;

export const isSmall = (sessions: number) => sessions > 0 && sessions < LEAST_SESSIONS;

/**
 * Which cells of a table are withheld. Where a sum is shown too, one withheld cell could be worked out by subtraction, so the next
 * smallest of the sum goes with it until at least two are withheld and together hold enough sessions.
 * @param counts sessions behind each cell
 * @param groupings each names, cell by cell, the sum it is part of; default: one sum over all
 * @param telling cells that would tell something small elsewhere: they are withheld too
 * @returns true for a cell that is withheld; empty cells never are
 */
export function withheld(
  counts: readonly number[],
  groupings: readonly (readonly string[])[] = [counts.map(() => '')],
  telling: readonly boolean[] = [],
): boolean[] {
  const hidden = counts.map((count, n) => isSmall(count) || (count > 0 && telling[n] === true));
  const sums = groupings.flatMap((names) => {
    const cells = new Map<string, number[]>();
    for (const [cell, name] of names.entries()) cells.set(name, [...(cells.get(name) ?? []), cell]);
    return [...cells.values()];
  });
  // What goes with a cell in one sum may need company in another.
  while (sums.map((cells) => hideMore(counts, hidden, cells)).includes(true));
  return hidden;
}

function hideMore(counts: readonly number[], hidden: boolean[], cells: readonly number[]): boolean {
  const known = cells.filter((cell) => hidden[cell]);
  if (known.length === 0) return false;
  let sessions = known.reduce((sum, cell) => sum + counts[cell]!, 0);
  let withheldCells = known.length;
  const smallestFirst = cells
    .filter((cell) => counts[cell]! > 0 && !hidden[cell])
    .sort((a, b) => counts[a]! - counts[b]! || a - b);
  for (const cell of smallestFirst) {
    if (withheldCells >= 2 && sessions >= LEAST_SESSIONS) break;
    hidden[cell] = true;
    withheldCells += 1;
    sessions += counts[cell]!;
  }
  return withheldCells > known.length;
}
