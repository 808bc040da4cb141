import { askAsDriver } from '../api/client.ts';
import { publicPath } from '../components/public-path.ts';
import { go } from '../components/route.svelte.ts';
import { start } from '../components/start.ts';
import DriveApp from './DriveApp.svelte';

askAsDriver();
void start(DriveApp, '/drive');

// A message that came while nobody looked was touched.
if ('serviceWorker' in navigator)
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ open?: string }>) => {
    if (data.open?.startsWith('/') === true) go(data.open);
  });

// Keeps the app's own files for where there is no network; never an answer of the API.
if (import.meta.env.PROD && 'serviceWorker' in navigator)
  navigator.serviceWorker
    .register(`${publicPath()}/drive-worker.js`, { scope: `${publicPath()}/drive` })
    .catch(() => {
      // Without it the app works as long as there is a network.
    });
