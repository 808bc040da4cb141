/** Groups name known sessions, and nest or are disjoint (a tree of limits below the supply point). */
import type { FieldError } from './field-error.ts';
import type { Problem } from './problem.ts';

export function groupErrors(problem: Problem): FieldError[] {
  const groups = problem.groups ?? [];
  if (groups.length === 0) return [];
  const known = new Set((problem.sessions ?? []).map((session) => session.id));
  const errors = groups.flatMap((group, g) => memberErrors(group.sessions, known, g));
  return errors.length > 0 ? errors : nestingErrors(groups);
}

function memberErrors(members: readonly string[], known: ReadonlySet<string>, g: number): FieldError[] {
  const seen = new Set<string>();
  return members.flatMap((id, i) => {
    const path = `groups[${g}].sessions[${i}]`;
    if (!known.has(id)) return [{ path, message: `names no session: ${JSON.stringify(id)}` }];
    if (seen.has(id)) return [{ path, message: `is named twice: ${JSON.stringify(id)}` }];
    seen.add(id);
    return [];
  });
}

/** From the largest group down, all members of a group must have the same smallest group around them. */
function nestingErrors(groups: readonly { id: string; sessions: readonly string[] }[]): FieldError[] {
  const order = groups
    .map((_, g) => g)
    .sort((a, b) => groups[b]!.sessions.length - groups[a]!.sessions.length);
  const around = new Map<string, number>();
  const errors: FieldError[] = [];
  for (const g of order) {
    const parents = new Set(groups[g]!.sessions.map((id) => around.get(id) ?? -1));
    if (parents.size > 1) {
      const crossed = groups[[...parents].find((parent) => parent >= 0)!]!;
      errors.push({
        path: `groups[${g}].sessions`,
        message: `must lie wholly inside or outside group ${JSON.stringify(crossed.id)}`,
      });
    }
    for (const id of groups[g]!.sessions) around.set(id, g);
  }
  return errors;
}
