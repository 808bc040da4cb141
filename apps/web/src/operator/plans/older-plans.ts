/**
 * What is listed once `found` has come: older plans below those that are there, or the newest in place of all.
 * @param before the plan that `found` is older than; none: the newest @returns undefined where the list ends at another plan by now
 */
export function withOlder<P extends { readonly number: number }>(
  plans: readonly P[],
  before: number | undefined,
  found: readonly P[],
): readonly P[] | undefined {
  if (before === undefined) return found;
  return plans.at(-1)?.number === before ? [...plans, ...found] : undefined;
}
