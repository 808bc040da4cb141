// Service worker of the driver app: keeps the app's own files, so that it opens without a network and says so itself.
// Nothing of the API is ever kept: what a car does now is asked for, or not shown.
const KEPT = 'smac-drive-1';
const MOST_FILES = 60;
const base = new URL('.', self.location.href).pathname;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(newestPage(request));
  else if (pathname.startsWith(`${base}assets/`)) event.respondWith(keptFile(request));
});

async function takeOver() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
}

/** The page as the server has it now; without a network as it was last. */
async function newestPage(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(`${base}drive`, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(`${base}drive`);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Names of files hold a hash of their content: what is kept never gets old, it only stops being asked for. */
async function keptFile(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (!answer.ok) return answer;
  await cache.put(request, answer.clone());
  const names = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== `${base}drive`);
  for (const name of names.slice(0, Math.max(0, names.length - MOST_FILES))) await cache.delete(name);
  return answer;
}
