import { call } from '../api/client.ts';
import { inTurn } from '../api/in-turn.ts';
import type { Language } from '../words/languages.ts';

/** Messages to a closed app (Push API): this browser’s subscription, and what the server knows of it. */
export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

/** What is asked of browser and server goes one after the other: a language told late must not switch on what was switched off. */
export const pushTurn = inTurn();

export const canPush = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** The worker is there once the app was opened as it is built; undefined before. */
const worker = () => navigator.serviceWorker.getRegistration(document.baseURI);

export async function pushState(): Promise<PushState> {
  if (!canPush()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (!subscription) return 'off';
  const id = await deviceIdOf(subscription.endpoint);
  const { devices } = await call('GET /api/drivers/me/push');
  return devices.some((device) => device.id === id) ? 'on' : 'off';
}

/** Asks the browser’s permission, so only ever on a click. */
export async function switchOn(language: Language): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return pushState();
  const { publicKey } = await call('GET /api/drivers/me/push');
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  // Made for a server that has another key by now: it would be refused there.
  if (before !== null && !isFor(before, publicKey)) await before.unsubscribe();
  const subscription = await pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  await tellServer(subscription, language);
  return 'on';
}

export async function switchOff(): Promise<PushState> {
  if (!canPush()) return 'unsupported';
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (!subscription) return 'off';
  const deviceId = await deviceIdOf(subscription.endpoint);
  await subscription.unsubscribe();
  // Whom the server does not know it tells nothing.
  await call('DELETE /api/drivers/me/push/{deviceId}', { path: { deviceId } }).catch(() => {});
  return 'off';
}

/** Messages come in the language the app is read in. */
export async function tellLanguage(language: Language): Promise<void> {
  if ((await pushState()) !== 'on') return;
  const subscription = await (await worker())?.pushManager.getSubscription();
  if (subscription) await tellServer(subscription, language);
}

async function tellServer(subscription: PushSubscription, language: Language): Promise<void> {
  const key = (name: PushEncryptionKeyName) => base64url(subscription.getKey(name));
  await call('PUT /api/drivers/me/push', {
    body: { endpoint: subscription.endpoint, p256dh: key('p256dh'), auth: key('auth'), language },
  });
}

/** How the server calls this browser: SHA-256 of the endpoint. */
async function deviceIdOf(endpoint: string): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)));
}

const isFor = ({ options }: PushSubscription, publicKey: string) =>
  base64url(options.applicationServerKey) === publicKey;

function base64url(bytes: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
