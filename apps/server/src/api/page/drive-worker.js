// Service worker of the driver app: keeps the app's own files, so that it opens without a network and says so itself.
// Nothing of the API is ever kept: what a car does now is asked for, or not shown. It also shows what is pushed while the app is closed.
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
self.addEventListener('push', (event) => event.waitUntil(show(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data?.page ?? '/notices'));
});

/** A browser takes the right to be told away from pages that show nothing, so an unreadable message is shown as one, too. */
async function show(data) {
  let told = {};
  try {
    told = data?.json() ?? {};
  } catch {
    // The messages stand in the app.
  }
  const { title = 'SMAC', body = '', page = '/notices', tag = 'smac', lang = '' } = told;
  await self.registration.showNotification(title, {
    body,
    tag,
    lang,
    data: { page },
    icon: `${base}drive-icon-192.png`,
    badge: `${base}drive-icon-192.png`,
  });
}

/** The app where it is open, brought to the front at that page; otherwise a new one. */
async function openPage(page) {
  const url = new URL(`${base}drive${page === '/' ? '' : page}`, self.location.origin).href;
  const open = await self.clients.matchAll({ type: 'window' });
  const app = open.find((client) => new URL(client.url).pathname.startsWith(`${base}drive`));
  if (app === undefined) return self.clients.openWindow(url);
  // A browser that does not bring it to the front still shows the page there.
  await app.focus().catch(() => {});
  // The app goes there itself: loading it again would lose what is typed in. The address known here is the one it was opened with.
  app.postMessage({ open: page });
}

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
