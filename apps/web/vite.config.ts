import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { worldOutlines } from './world-outlines.ts';

const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));

export default defineConfig({
  // The server puts the path of its public address before `./assets/`; parts load each other relative to themselves.
  base: './',
  plugins: [svelte(), worldOutlines()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // The content policy allows no `data:` scripts and no inline parts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The ground of maps is one library and comes late.
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      input: { operator: page('operator'), drive: page('drive'), city: page('city') },
      checks: { pluginTimings: false },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
