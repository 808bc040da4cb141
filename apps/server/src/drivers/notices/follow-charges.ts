import type { Network } from '../../network/index.ts';
import type { Planning } from '../../planning/index.ts';
import type { SessionState, Sites } from '../../sites/index.ts';
import type { StationsRoom } from '../../stations/index.ts';
import type { Store } from '../../store/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { TransactionState, Transactions } from '../../transactions/index.ts';
import { importedWh } from '../../transactions/index.ts';
import type { NoticeBook } from './notice-book.ts';

export interface ChargesToFollow {
  readonly book: NoticeBook;
  readonly store: Store;
  readonly clock: Clock;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  readonly sites: Pick<Sites, 'session' | 'onTrigger' | 'liveSessions'>;
  readonly planning: Pick<Planning, 'onPlan' | 'sessionPictures'>;
  readonly transactions: Pick<Transactions, 'onChange' | 'get'>;
  readonly stations: Pick<StationsRoom, 'listen'>;
  readonly network: Pick<Network, 'placeOf' | 'owner'>;
}

/** A car that takes less is full, or does not want any more (BI23). */
const IDLE_W = 100;
/** So long, before it is believed. */
const IDLE_MS = 5 * 60_000;
/** Offered less than any car takes, it is the plan that waits. */
const OFFERED_W = 1_000;
const FULL_SOC = 0.995;
const UNPLUG_MS = 15 * 60_000;
/** Below it nobody notices. */
const LATE_WH = 500;
const LATER_MS = 15 * 60_000;
/** Sessions remembered; of those beyond, what is known is asked for again. */
const MOST = 10_000;
const BROKEN = new Set(['Faulted', 'Unavailable']);

/** Tells drivers what happens to their charge, from what stations, planning and limits say. @returns ends it */
export function followCharges(options: ChargesToFollow): () => void {
  const { book, store, clock, activity, log, sites, planning, transactions, network } = options;
  const own = network.owner.peerId;
  /** Whose card a running transaction has; null: nobody's who has an account. */
  const accounts = new Map<string, string | null>();
  const timers = new Map<string, () => void>();
  /** When each charge was to end by the last plan. */
  const ends = new Map<string, number>();

  const background = (work: () => Promise<void>) =>
    void activity
      .track(work)
      .catch((error: unknown) => log.error({ detail: String(error) }, 'A driver could not be told'));

  async function accountOf(sessionId: string, tokenUid: string | undefined): Promise<string | undefined> {
    const known = accounts.get(sessionId);
    if (known !== undefined) return known ?? undefined;
    if (tokenUid === undefined) return undefined;
    const row = await store.db
      .selectFrom('driver_card')
      .select('account_id')
      .where('uid_key', '=', tokenUid.toLowerCase())
      .executeTakeFirst();
    remember(accounts, sessionId, row?.account_id ?? null);
    return row?.account_id;
  }

  function wait(key: string, delayMs: number, fire: () => Promise<void>): void {
    if (timers.has(key)) return;
    const cancel = clock.after(delayMs, () => {
      timers.delete(key);
      background(fire);
    });
    timers.set(key, cancel);
  }
  function forget(key: string): void {
    timers.get(key)?.();
    timers.delete(key);
  }

  const about = ({
    locationId,
    evseUid,
    energyWh,
  }: Pick<SessionState, 'locationId' | 'evseUid' | 'energyWh'>) => ({
    locationId,
    evseUid,
    energyWh: Math.round(energyWh),
  });

  async function ready(accountId: string, sessionId: string, kind: 'full' | 'idle'): Promise<void> {
    const session = await sites.session({ peerId: own, sessionId });
    if (session === undefined || session.endMs !== undefined) return;
    await book.tell(accountId, `${sessionId}/ready`, kind, { sessionId, detail: about(session) });
    wait(`${sessionId}/unplug`, UNPLUG_MS, async () => {
      const now = await sites.session({ peerId: own, sessionId });
      if (now !== undefined && now.endMs === undefined)
        await book.tell(accountId, `${sessionId}/unplug`, 'unplug', { sessionId, detail: about(now) });
    });
  }

  /** It is the car that takes nothing: the plan offers it enough. */
  async function isOffered(session: SessionState): Promise<boolean> {
    const pictures = await planning.sessionPictures(session.contextId);
    const planned = pictures.find(({ key }) => key.peerId === own && key.sessionId === session.sessionId);
    return (planned?.plannedW ?? 0) >= OFFERED_W;
  }

  async function heard(transaction: TransactionState, kind: 'started' | 'updated' | 'ended'): Promise<void> {
    const { id, tokenUid } = transaction;
    const accountId = await accountOf(id, tokenUid);
    if (accountId === undefined) return;
    book.changed(accountId);
    if (kind === 'ended') {
      for (const key of [`${id}/idle`, `${id}/unplug`]) forget(key);
      accounts.delete(id);
      ends.delete(id);
      const place = network.placeOf(transaction.stationId, transaction.evseId);
      await book.tell(accountId, `${id}/ended`, 'ended', {
        sessionId: id,
        detail: {
          ...(place === undefined ? {} : { locationId: place.locationId, evseUid: place.evseUid }),
          energyWh: Math.round(importedWh(transaction)),
        },
      });
      return;
    }
    if ((transaction.soc ?? 0) >= FULL_SOC) return ready(accountId, id, 'full');
    const isIdle = transaction.chargingState === 'SuspendedEV' && Math.abs(transaction.powerW ?? 0) < IDLE_W;
    suspended(id, accountId, isIdle);
  }

  function suspended(sessionId: string, accountId: string, isIdle: boolean): void {
    if (!isIdle) forget(`${sessionId}/idle`);
    else
      wait(`${sessionId}/idle`, IDLE_MS, async () => {
        const session = await sites.session({ peerId: own, sessionId });
        if (session === undefined || session.endMs !== undefined || session.energyWh < 1) return;
        if (await isOffered(session)) await ready(accountId, sessionId, 'idle');
      });
  }

  /** Who charges or is expected at an EVSE, by its live sessions. */
  async function at(place: { readonly locationId: string; readonly evseUid: string }) {
    const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
    return (await sites.liveSessions()).filter(
      (session) =>
        session.peerId === own &&
        same(session.locationId, place.locationId) &&
        same(session.evseUid, place.evseUid),
    );
  }

  async function status(stationId: string, evseId: number, said: string, atMs: number): Promise<void> {
    const place = network.placeOf(stationId, evseId);
    if (place === undefined) return;
    if (!BROKEN.has(said) && !said.startsWith('Suspended') && said !== 'Charging') return;
    for (const session of await at(place)) {
      const accountId = await accountOf(session.sessionId, session.tokenUid);
      if (accountId === undefined) continue;
      book.changed(accountId);
      const { sessionId } = session;
      if (BROKEN.has(said))
        await book.tell(accountId, `${sessionId}/${said}/${atMs}`, 'out_of_order', {
          sessionId,
          detail: about(session),
        });
      // 1.6 stations say by the status what 2.x stations say by the transaction.
      else if ((await transactions.get(sessionId))?.version === '1.6')
        suspended(sessionId, accountId, said === 'SuspendedEV');
    }
  }

  const stops = [
    transactions.onChange(({ kind, transaction }) => background(() => heard(transaction, kind))),
    sites.onTrigger(({ cause, session, state: stored }) => {
      if (session?.peerId !== own || accounts.get(session.sessionId) === null) return;
      background(async () => {
        const state = stored ?? (await sites.session(session));
        if (state === undefined) return;
        const accountId = await accountOf(state.sessionId, state.tokenUid);
        if (accountId === undefined) return;
        book.changed(accountId);
        if (cause === 'session-start' && state.status === 'ACTIVE')
          await book.tell(accountId, `${state.sessionId}/started`, 'started', {
            sessionId: state.sessionId,
            detail: about(state),
          });
        if (cause === 'station-report' && state.stationLimit !== undefined)
          await book.tell(accountId, `${state.sessionId}/limited`, 'limited', {
            sessionId: state.sessionId,
            detail: about(state),
          });
      });
    }),
    planning.onPlan((record) => {
      // A plan that was under way when the limit changed does not know it.
      const isAfterFall = record.causes.includes('cap');
      background(async () => {
        for (const planned of record.sessions) {
          const { peerId, sessionId } = planned.ref;
          const plan = record.plan.sessions.find(({ id }) => id === planned.id);
          if (peerId !== own || plan === undefined || accounts.get(sessionId) === null) continue;
          const state = await sites.session(planned.ref);
          const accountId = state && (await accountOf(sessionId, state.tokenUid));
          if (state === undefined || accountId === undefined) continue;
          book.changed(accountId);
          const last = plan.power_w.findLastIndex((w) => w >= 1);
          const before = ends.get(sessionId) ?? Infinity;
          const slotMs = (record.problem.slot_minutes ?? 15) * 60_000;
          const endMs = Date.parse(record.problem.start) + (last + 1) * slotMs;
          remember(ends, sessionId, endMs);
          const told = { sessionId, detail: { ...about(state), energyWh: Math.round(plan.shortfall_wh) } };
          if (isAfterFall && (endMs >= before + LATER_MS || plan.shortfall_wh >= LATE_WH))
            await book.tell(accountId, `${sessionId}/limited`, 'limited', told);
          if (plan.shortfall_wh >= LATE_WH) await book.tell(accountId, `${sessionId}/late`, 'late', told);
        }
      });
    }),
    options.stations.listen({
      event(happened) {
        const { kind, stationId } = happened;
        if (kind === 'status' && stationId !== null)
          background(() => status(stationId, happened.evseId, happened.status, happened.atMs));
      },
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const cancel of timers.values()) cancel();
  };
}

function remember<V>(all: Map<string, V>, key: string, value: V): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > MOST && oldest !== undefined) all.delete(oldest);
}
