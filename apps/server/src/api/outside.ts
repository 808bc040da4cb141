/** Names that end in `Ms` but are lengths of time, not moments. */
const LENGTHS = new Set(['durationMs', 'solveMs']);

/**
 * Values of the rooms as the API shows them: a moment `startMs` (epoch ms) becomes `start` (RFC 3339 UTC). Everything else keeps its
 * name and unit. Problems and plans of the optimiser's contract have no such fields and pass unchanged.
 */
export function outside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(outside);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const isMoment =
        name.endsWith('Ms') && !LENGTHS.has(name) && (typeof inner === 'number' || inner === null);
      if (!isMoment) return [name, outside(inner)];
      return [name.slice(0, -2), inner === null ? null : new Date(inner).toISOString()];
    }),
  );
}

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** RFC 3339 text to epoch ms; undefined where it is no time. */
export function momentMs(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  // An offset can lead out of the years that RFC 3339 can say.
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}
