import '../theme/theme.css';
import '../theme/form.css';
import '../theme/list-table.css';
import { type Component, mount } from 'svelte';
import { startTheme } from '../theme/theme.svelte.ts';
import { firstLanguage, speak } from '../words/words.svelte.ts';
import { startRouting } from './route.svelte.ts';

/**
 * Starts one of the entries, in the language and theme of whoever looks.
 * @param ahead what the address needs is asked for while the entry begins
 */
export async function start(app: Component, entry: string, ahead = () => {}): Promise<void> {
  startTheme();
  startRouting(entry);
  ahead();
  await speak(firstLanguage());
  // Reading the script and drawing the frame are two tasks of the browser, neither of them long.
  await new Promise((resolve) => setTimeout(resolve));
  const target = document.getElementById('app');
  if (target) mount(app, { target });
}
