import { createHash } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import type { Seal } from '../config/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { MailOutboxTable } from '../store/tables/mail.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import type { Carried, Carrier } from './carrier.ts';
import type { Letter, Posting } from './letter.ts';

export interface Outbox {
  /** Inside the transaction that gives cause for the letter. @returns false: it was posted before */
  post(trx: Transaction<Database>, posting: Posting): Promise<boolean>;
  /** After the commit: what is due is carried away now. */
  wake(): void;
  /** Begins no other letter; what is on its way has a few seconds. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly seal: Seal;
  readonly carrier: Carrier;
  /** The mailbox of this account takes nothing, for good. */
  readonly unreachable: (accountId: string) => Promise<void>;
  /** Whoever reads `Message-ID` reads where it came from (RFC 5322 3.6.4). */
  readonly domain: string;
}

/** After the first attempts; then the longest again and again, never more than half of the time in which somebody needs the letter. */
const AGAIN_MS = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000] as const;
const [LEAST_MS, LONGEST_MS] = [60_000, 43_200_000];
const AT_ONCE = 4;
/** Asked again, where database or mail server did not answer. */
const PAUSE_MS = 60_000;
const CLOSE_MS = 5_000;

type Row = Selectable<MailOutboxTable>;

/**
 * Letters wait in the database and are carried away one time each: a server that is ended in between finds them again. One that ends
 * between the mail server's word and its own note sends the same letter with the same Message-ID, by which mailboxes know it.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock, activity, log, seal, carrier, unreachable, domain } = options;
  let isRunning = false;
  let isWanted = false;
  let isClosed = false;
  /** Nothing is tried by itself before, because the mail server was away. */
  let notBeforeMs = 0;
  let cancel = () => {};
  let running: Promise<void> = Promise.resolve();

  function wake(): void {
    isWanted = true;
    if (isRunning || isClosed) return;
    isRunning = true;
    running = activity.track(run);
  }

  async function run(): Promise<void> {
    try {
      while (isWanted && !isClosed) {
        isWanted = false;
        while (!isClosed && (await round()) === 'more');
      }
      await plan();
    } catch (error) {
      log.error(
        { detail: String(error) },
        'Letters that wait could not be seen to; they are seen to again later',
      );
      later(PAUSE_MS);
    } finally {
      isRunning = false;
      if (isWanted) wake();
    }
  }

  /** All settle before the next one begins: what is on its way would be found, and sent, again. */
  async function round(): Promise<'more' | 'enough'> {
    const rows = await due();
    const ended = await Promise.allSettled(rows.map(attempt));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    const isAway = ended.some((one) => one.status === 'fulfilled' && one.value === 'away');
    if (isAway) notBeforeMs = clock.now() + PAUSE_MS;
    return isAway || rows.length === 0 ? 'enough' : 'more';
  }

  /** What is soon worth nothing goes first: a link for a password does not wait behind a hundred notices. */
  const due = () =>
    store.db
      .selectFrom('mail_outbox')
      .selectAll()
      .where('state', '=', 'waiting')
      .where('due_ms', '<=', clock.now())
      .orderBy('until_ms')
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();

  async function plan(): Promise<void> {
    const { next } = await store.db
      .selectFrom('mail_outbox')
      .select((e) => e.fn.min('due_ms').as('next'))
      .where('state', '=', 'waiting')
      .executeTakeFirstOrThrow();
    if (next !== null) later(Math.max(0, Math.max(Number(next), notBeforeMs) - clock.now()));
  }

  function later(delayMs: number): void {
    cancel();
    if (!isClosed) cancel = clock.after(delayMs, wake);
  }

  async function attempt(row: Row): Promise<'away' | undefined> {
    if (clock.now() >= row.until_ms) return await giveUp(row, row.fault ?? 'too late');
    const letter =
      row.sealed === null ? undefined : seal.open(row.sealed, ownerOf(row.account_id, row.about));
    if (letter === undefined) return await giveUp(row, 'sealed with another key');
    const carried = await carrier.carry(JSON.parse(letter) as Letter, messageIdOf(row, domain));
    if (carried.ok) return await end(row, 'sent', null);
    await failed(row, carried);
    return carried.isServerAway ? 'away' : undefined;
  }

  async function failed(row: Row, { never, fault }: Extract<Carried, { ok: false }>): Promise<void> {
    const leftMs = row.until_ms - clock.now();
    const pauseMs = Math.min(AGAIN_MS[row.attempts] ?? LONGEST_MS, Math.floor(leftMs / 2));
    // Noted before anybody is told: a letter whose telling fails is not sent again.
    if (never !== undefined || pauseMs < LEAST_MS) {
      await giveUp(row, fault);
      if (never === 'mailbox') await unreachable(row.account_id);
      return;
    }
    await store.db
      .updateTable('mail_outbox')
      .set({ attempts: row.attempts + 1, due_ms: clock.now() + pauseMs, fault })
      .where('id', '=', row.id)
      .execute();
  }

  async function giveUp(row: Row, fault: string): Promise<undefined> {
    log.error({ letter: row.id, attempts: row.attempts + 1, fault }, 'A letter was given up');
    return await end(row, 'given_up', fault);
  }

  /** What stood in it is gone; that there was one is known a while longer. */
  async function end(row: Row, state: Row['state'], fault: string | null): Promise<undefined> {
    await store.db
      .updateTable('mail_outbox')
      .set({ state, fault, sealed: null, attempts: row.attempts + 1, ended_ms: clock.now() })
      .where('id', '=', row.id)
      .execute();
  }

  return {
    async post(trx, { accountId, about, letter, untilMs }) {
      const nowMs = clock.now();
      const row = await trx
        .insertInto('mail_outbox')
        .values({
          account_id: accountId,
          about,
          sealed: seal.seal(JSON.stringify(letter), ownerOf(accountId, about)),
          state: 'waiting',
          attempts: 0,
          made_ms: nowMs,
          due_ms: nowMs,
          until_ms: untilMs,
          ended_ms: null,
          fault: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },
    wake,
    async close() {
      isClosed = true;
      cancel();
      const endWait = clock.after(CLOSE_MS, () => carrier.abort());
      await running;
      endWait();
    },
  };
}

const ownerOf = (accountId: string, about: string) => `${accountId}/${about}`;

/** The same for every attempt, and a name for nobody else. */
function messageIdOf({ account_id, about, made_ms }: Row, domain: string): string {
  const name = createHash('sha256').update(`${account_id}/${about}/${made_ms}`).digest('base64url');
  return `<${name}@${domain}>`;
}
