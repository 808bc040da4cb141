/** The value as JSON, or null for what JSON cannot hold (a circle, a bigint). */
export function stringified(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}
