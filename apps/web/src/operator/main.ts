import { routePath } from '../components/route.svelte.ts';
import { start } from '../components/start.ts';
import OperatorApp from './OperatorApp.svelte';
import { pageAt } from './pages.ts';

void start(OperatorApp, '/operator', () => {
  // What cannot be loaded is said where it should stand.
  pageAt(routePath())
    ?.page.load()
    .catch(() => {});
});
