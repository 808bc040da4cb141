import { readFileSync } from 'node:fs';
import { CannotStart, type MailServer, openSeal } from '../config/index.ts';
import type { Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { createCarrier } from './carrier.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** E-mail, where a mail server is set. */
export interface Mail extends Outbox {
  /** What waits and what became of the rest within the last day. */
  state(): Promise<MailState>;
}

export interface MailState {
  readonly waiting: number;
  readonly sent: number;
  readonly givenUp: number;
  /** Of the newest that was given up. */
  readonly lastFault: string | null;
}

export interface MailOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly dataDir: string;
  readonly server: MailServer;
  readonly from: string;
  /** The mailbox of this account takes nothing, for good. */
  readonly unreachable: (accountId: string) => Promise<void>;
  /** Path of a PEM file. */
  readonly authority: string | undefined;
}

const DAY_MS = 24 * 3_600_000;

/** @throws CannotStart when the file of the authority cannot be read */
export function createMail(options: MailOptions): Mail {
  const { store, clock, random, dataDir, server, from, authority } = options;
  const carrier = createCarrier({ server, from, authority: authority && pemOf(authority) });
  const seal = openSeal(dataDir, 'mail.key', random, 'letters that waited are given up');
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? server.host;
  const outbox = createOutbox({ ...options, seal, carrier, domain });
  return {
    ...outbox,
    async state() {
      const rows = await store.db
        .selectFrom('mail_outbox')
        .select((e) => ['state', e.fn.countAll<number>().as('count')])
        .where((e) => e.or([e('state', '=', 'waiting'), e('ended_ms', '>', clock.now() - DAY_MS)]))
        .groupBy('state')
        .execute();
      const last = await store.db
        .selectFrom('mail_outbox')
        .select('fault')
        .where('state', '=', 'given_up')
        .where('ended_ms', '>', clock.now() - DAY_MS)
        .orderBy('ended_ms', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst();
      const count = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return {
        waiting: count('waiting'),
        sent: count('sent'),
        givenUp: count('given_up'),
        lastFault: last?.fault ?? null,
      };
    },
  };
}

function pemOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CannotStart(
      `SMAC_MAIL_CA: ${file} cannot be read (${error instanceof Error ? error.message : String(error)}): name a PEM file.`,
    );
  }
}
