import { Refusal } from '../api/client.ts';
import { say, wordOf } from '../words/words.svelte.ts';

/** Why something was not done, in the language in use; in the server's English where the catalogue does not know its code. */
export function refusalText(error: unknown): string {
  if (!(error instanceof Refusal)) return say('failed');
  const word = wordOf('refused', error.code);
  return word === undefined ? error.message : say(word);
}
