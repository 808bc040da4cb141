/**
 * The object after a PATCH: fields that are given replace the stored ones, objects and lists as a whole (X41: OCPI does not say what a
 * PATCH of a list means, RFC 7396 does). Absent fields stay; OCPI's PATCH cannot remove one.
 */
export function mergePatch<T extends object>(stored: T, patch: Partial<T>): T {
  const given = Object.entries(patch).filter(([, field]) => field !== undefined && field !== null);
  return { ...stored, ...Object.fromEntries(given) };
}
