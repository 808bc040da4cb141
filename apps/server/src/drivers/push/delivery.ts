import type { HttpAnswer, HttpCaller } from '@smac/ocpi';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';

/** One encrypted message on its way to a push service. */
export interface Parcel {
  readonly endpoint: string;
  readonly body: Uint8Array;
  /** How long the push service keeps it for a device that is off, s. */
  readonly keepS: number;
  readonly isUrgent: boolean;
}

export interface Delivery {
  send(parcel: Parcel): void;
  close(): void;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly http: HttpCaller;
  readonly allowPrivate: boolean;
  readonly authorization: (endpoint: string) => string;
  /** The subscription has ended: nothing will ever arrive there. */
  readonly gone: (endpoint: string) => Promise<void>;
}

/** After the first attempt; whoever still is away by then reads the message in the app. */
const AGAIN_MS = [30_000, 120_000, 600_000] as const;
const LONGEST_PAUSE_MS = 3_600_000;
const AT_ONCE = 8;
/** Messages that wait for their turn or for another attempt. */
const MOST_WAITING = 5_000;

/** Sends to push services (RFC 8030): few at once, each with a bounded number of attempts. A message that is lost stands in the app. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { clock, activity, log, http, allowPrivate, authorization, gone } = options;
  const queue: { readonly parcel: Parcel; readonly attempt: number }[] = [];
  const pauses = new Set<() => void>();
  let running = 0;
  let isClosed = false;

  function put(parcel: Parcel, attempt: number): void {
    if (isClosed) return;
    if (queue.length + pauses.size >= MOST_WAITING) {
      log.error({ waiting: MOST_WAITING }, 'Too many messages to browsers wait: one was left out');
      return;
    }
    queue.push({ parcel, attempt });
    while (running < AT_ONCE && queue.length > 0) void activity.track(next);
  }

  async function next(): Promise<void> {
    running += 1;
    try {
      for (let job = queue.shift(); job !== undefined && !isClosed; job = queue.shift())
        await attempt(job.parcel, job.attempt);
    } finally {
      running -= 1;
    }
  }

  async function attempt(parcel: Parcel, before: number): Promise<void> {
    const { origin } = new URL(parcel.endpoint);
    try {
      const answer = await http({
        method: 'POST',
        url: parcel.endpoint,
        headers: {
          authorization: authorization(parcel.endpoint),
          'content-encoding': 'aes128gcm',
          'content-type': 'application/octet-stream',
          ttl: String(parcel.keepS),
          urgency: parcel.isUrgent ? 'high' : 'normal',
        },
        body: parcel.body,
        allowPrivateAddresses: allowPrivate,
      });
      if (answer.ok && answer.status >= 200 && answer.status < 300) return;
      if (answer.ok && (answer.status === 404 || answer.status === 410)) return await gone(parcel.endpoint);
      const againMs = pauseMs(answer, before);
      if (againMs !== undefined) later(parcel, before + 1, againMs);
      else log.error({ service: origin, detail: detailOf(answer) }, 'A message to a browser was given up');
    } catch (error) {
      log.error({ service: origin, detail: String(error) }, 'A message to a browser could not be sent');
    }
  }

  function later(parcel: Parcel, attempt: number, delayMs: number): void {
    const cancel = clock.after(delayMs, () => {
      pauses.delete(cancel);
      put(parcel, attempt);
    });
    pauses.add(cancel);
  }

  return {
    send: (parcel) => put(parcel, 0),
    close() {
      isClosed = true;
      for (const cancel of pauses) cancel();
      queue.length = 0;
    },
  };
}

/** When to try again, or undefined: what was refused for good is refused again. */
function pauseMs(answer: HttpAnswer, before: number): number | undefined {
  const usualMs = AGAIN_MS[before];
  if (usualMs === undefined) return undefined;
  if (!answer.ok) return answer.error === 'address' ? undefined : usualMs;
  if (answer.status !== 429 && answer.status < 500) return undefined;
  const askedS = /^\d{1,6}$/.exec(answer.headers['retry-after'] ?? '');
  return askedS === null ? usualMs : Math.min(LONGEST_PAUSE_MS, Math.max(usualMs, Number(askedS[0]) * 1000));
}

const detailOf = (answer: HttpAnswer): string =>
  answer.ok ? `HTTP ${answer.status}` : `${answer.error}: ${answer.detail}`;
