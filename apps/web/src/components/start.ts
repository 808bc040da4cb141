import '../theme/theme.css';
import '../theme/list-table.css';
import { type Component, mount } from 'svelte';
import { startTheme } from '../theme/theme.svelte.ts';
import { firstLanguage, speak } from '../words/words.svelte.ts';
import { startRouting } from './route.svelte.ts';

/** Starts one of the entries, in the language and theme of whoever looks. */
export async function start(app: Component, entry: string): Promise<void> {
  startTheme();
  startRouting(entry);
  await speak(firstLanguage());
  const target = document.getElementById('app');
  if (target) mount(app, { target });
}
