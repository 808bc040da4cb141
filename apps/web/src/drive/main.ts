import { askAsDriver } from '../api/client.ts';
import { publicPath } from '../components/public-path.ts';
import { start } from '../components/start.ts';
import DriveApp from './DriveApp.svelte';

askAsDriver();
void start(DriveApp, '/drive');

// Keeps the app's own files for where there is no network; never an answer of the API.
if (import.meta.env.PROD && 'serviceWorker' in navigator)
  navigator.serviceWorker
    .register(`${publicPath()}/drive-worker.js`, { scope: `${publicPath()}/drive` })
    .catch(() => {
      // Without it the app works as long as there is a network.
    });
