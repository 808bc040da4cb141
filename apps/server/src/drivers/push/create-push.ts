import type { HttpCaller, Outcome } from '@smac/ocpi';
import { keyFile } from '../../config/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Notice, NoticeKind } from '../notices/notice.ts';
import { sentenceOf } from '../notices/sentence.ts';
import { createDelivery } from './delivery.ts';
import { type Device, devicesOf, dropDevice, keepDevice } from './devices.ts';
import { encryptedFor } from './message-encryption.ts';
import { checked, keysOf, type Subscription } from './subscription.ts';
import { openVapid } from './vapid.ts';

/** Tells drivers what happened although no page of the app is open (BI22): Web Push, RFC 8030, 8291 and 8292. */
export interface Push {
  /** What a browser subscribes with. */
  readonly publicKey: string;
  keep(accountId: string, subscription: Subscription): Promise<Outcome<Device>>;
  drop(accountId: string, deviceId: string): Promise<Outcome<undefined>>;
  devices(accountId: string): Promise<readonly Device[]>;
  /** Sends a notice to every browser of its driver; whether it arrives is never waited for. */
  tell(accountId: string, notice: Notice): void;
  close(): void;
}

export interface PushOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly dataDir: string;
  readonly http: HttpCaller;
  /** Lets push services on private addresses and plain http pass. */
  readonly allowPrivate: boolean;
  /** `mailto:` or `https:` */
  readonly contact: string | undefined;
}

/** What the worker of the app gets: it shows the text and opens the page. */
export interface Pushed {
  readonly title: string;
  readonly body: string;
  /** Page of the app, below `/drive`. */
  readonly page: string;
  /** A later one of the same tag takes its place. */
  readonly tag: string;
  readonly lang: string;
}

const KEEP_S = 4 * 3_600;
/** Worth waking a telephone for. */
const URGENT: ReadonlySet<NoticeKind> = new Set(['late', 'limited', 'out_of_order', 'booking_lost']);
/** About a charge that runs; the others are read among the messages. */
const OF_THE_CHARGE: ReadonlySet<NoticeKind> = new Set([
  'started',
  'late',
  'limited',
  'full',
  'idle',
  'unplug',
]);

export function createPush(options: PushOptions): Push {
  const { store, clock, random, activity, log, dataDir, allowPrivate } = options;
  const secret = keyFile(dataDir, 'push.key', random, 'have drivers switch messages on again');
  const vapid = openVapid(secret, options.contact);
  const delivery = createDelivery({
    ...options,
    authorization: (endpoint) => vapid.authorization(endpoint, clock.now()),
    async gone(endpoint) {
      await store.db.deleteFrom('driver_push').where('endpoint', '=', endpoint).execute();
    },
  });

  async function send(accountId: string, notice: Notice): Promise<void> {
    const rows = await store.db
      .selectFrom('driver_push')
      .select(['endpoint', 'p256dh', 'auth', 'language'])
      .where('account_id', '=', accountId)
      .execute();
    for (const row of rows) {
      const text = JSON.stringify(pushedFor(notice, row.language));
      delivery.send({
        endpoint: row.endpoint,
        body: encryptedFor(keysOf(row), Buffer.from(text), random),
        keepS: KEEP_S,
        isUrgent: URGENT.has(notice.kind),
      });
    }
  }

  return {
    publicKey: vapid.publicKey,
    async keep(accountId, subscription) {
      const keys = checked(subscription, allowPrivate);
      return keys.ok ? keepDevice({ store, clock }, accountId, subscription) : keys;
    },
    drop: (accountId, deviceId) => dropDevice({ store }, accountId, deviceId),
    devices: (accountId) => devicesOf({ store }, accountId),
    tell(accountId, notice) {
      void activity
        .track(() => send(accountId, notice))
        .catch((error: unknown) => log.error({ detail: String(error) }, 'A browser could not be told'));
    },
    close: delivery.close,
  };
}

export function pushedFor(notice: Notice, language: string): Pushed {
  return {
    title: 'SMAC',
    body: sentenceOf(notice, language),
    page: OF_THE_CHARGE.has(notice.kind) ? '/' : '/notices',
    tag: `${notice.sessionId ?? notice.id}/${notice.kind}`,
    lang: language,
  };
}
