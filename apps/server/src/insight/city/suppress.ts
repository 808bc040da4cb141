/** Fewer sessions than this behind a figure could be somebody's habits. */
export const LEAST_SESSIONS = 5;

export const isSmall = (sessions: number) => sessions > 0 && sessions < LEAST_SESSIONS;

/**
 * Which cells of a table are withheld. Where the total is shown too, one withheld cell could be worked out by subtraction, so the
 * next smallest goes with it until at least two are withheld and together hold enough sessions.
 * @param counts sessions behind each cell
 * @returns true for a cell that is withheld; empty cells never are
 */
export function withheld(counts: readonly number[]): boolean[] {
  const hidden = counts.map(isSmall);
  if (!hidden.includes(true)) return hidden;
  const smallestFirst = counts
    .map((count, cell) => ({ count, cell }))
    .filter(({ count, cell }) => count > 0 && !hidden[cell])
    .sort((a, b) => a.count - b.count || a.cell - b.cell);
  let cells = hidden.filter(Boolean).length;
  let sessions = counts.reduce((sum, count, cell) => sum + (hidden[cell] ? count : 0), 0);
  for (const { count, cell } of smallestFirst) {
    if (cells >= 2 && sessions >= LEAST_SESSIONS) break;
    hidden[cell] = true;
    cells += 1;
    sessions += count;
  }
  return hidden;
}
