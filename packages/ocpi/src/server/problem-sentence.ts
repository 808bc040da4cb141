import type { Problem } from '../exchange/codec.ts';

/** `Session: /kwh is required; /status must be ...`, the first three of them: what `status_message` says about a body. */
export function sentence(kind: string, problems: readonly Problem[]): string {
  const shown = problems
    .slice(0, 3)
    .map(({ path, detail }) => `${path === '' ? 'the object' : path} ${detail}`);
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  return `${kind}: ${shown.join('; ')}${more}.`;
}
