import {
  createFlexibilityProvider,
  envelopeOf,
  type FlexibilityPorts,
  type HttpCaller,
  type Partner,
  type Taken,
} from '@smac/grid';
import type { Seal } from '../config/index.ts';
import type { Dispatcher, Log } from '../dispatch/index.ts';
import type { Planning } from '../planning/index.ts';
import type { Sites } from '../sites/index.ts';
import { isDatabaseAway, type Store } from '../store/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { createCompliance } from './compliance.ts';
import type { Grid, GridOutcome, GroupView } from './grid.ts';
import { createGroupBook } from './group-book.ts';
import { createLimits } from './limits.ts';
import { createPartnerStore } from './partner-store.ts';
import { createReport } from './report.ts';

export interface GridOptions {
  readonly store: Store;
  readonly sites: Sites;
  readonly planning: Pick<Planning, 'onPlan'>;
  readonly sessions: Dispatcher['sessions'];
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: Log;
  readonly activity: Activity;
  readonly seal: Seal;
  readonly http: HttpCaller;
  /** Address of this server. */
  readonly publicUrl: string;
  readonly policy: {
    /** Asked of partners, s. */
    readonly heartbeatS: number;
    /** A fallback holds at least so long. */
    readonly fallbackHoldMs: number;
  };
}

/** Measurements go out this often; what is in force and whether it is held is looked at as often. */
const LOOK_MS = 60_000;
/** More would be a mistake, not a grid. */
const MOST_GROUPS_PER_PARTNER = 1000;

/** OSCP partners of this platform on its store and its loop. */
export function createGrid(options: GridOptions): Grid {
  const { store, sites, clock, random, log, activity, policy } = options;
  const book = createGroupBook(store);
  const ports: FlexibilityPorts = {
    async forecast(forecast, { partner, requestId, receivedMs }): Promise<Taken> {
      const group = book.find(partner.id, forecast.group_id);
      if (group === undefined) {
        const detail = `group_id: ${forecast.group_id.slice(0, 200)} is not a group that was agreed here.`;
        return { ok: false, status: 404, detail };
      }
      const read = envelopeOf(forecast, { source: partner.name, receivedMs });
      if (!read.ok) return { ok: false, status: 400, detail: read.detail };
      await book.take(group, { requestId, type: forecast.type, envelope: read.envelope });
      await limits.apply(group.contextId);
      return { ok: true };
    },
    adjustment: (forecast, about) => ports.forecast(forecast, about),
    async partnerChanged(partner, before) {
      log.info({ partnerId: partner.id }, `${partner.name} was ${before.state} and is ${partner.state}`);
      await limits.applyAll();
    },
  };
  const fp = createFlexibilityProvider({
    baseUrl: `${options.publicUrl.replace(/\/+$/, '')}/oscp/fp`,
    partners: createPartnerStore(store, options.seal, clock),
    ports,
    clock,
    random,
    http: options.http,
    log,
    track: (work) => activity.track(work),
    required: { heartbeat_interval: policy.heartbeatS, measurement_configuration: ['CONTINUOUS'] },
  });
  const limits = createLimits({
    book,
    partner: (id) => fp.partner(id),
    sites,
    clock,
    holdMs: policy.fallbackHoldMs,
    log,
  });
  const report = createReport({ store, sites, clock, fp, log });
  const compliance = createCompliance({ fp, book, limits, sites, sessions: options.sessions, clock, log });
  let cancel: (() => void) | undefined;
  let isClosed = false;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      await limits.applyAll();
      for (const group of book.list()) {
        await compliance.look(group);
        await report(group);
      }
    } catch (error) {
      const level = isDatabaseAway(error) ? 'warn' : 'error';
      log[level]({ error }, 'Grid signals could not be looked at; tried again in a minute');
    }
  }

  function lookLater(): void {
    if (isClosed) return;
    cancel = clock.after(LOOK_MS, () => {
      looking = activity.track(look).finally(lookLater);
    });
  }

  const unsubscribe = options.planning.onPlan((record) => {
    void activity
      .track(() => compliance.planned(record))
      .catch((error: unknown) => {
        log.error({ error }, 'A plan could not be compared with the limits of the grid operator');
      });
  });

  async function load(): Promise<void> {
    await book.load();
    await fp.load();
  }

  const notFound = (id: string): GridOutcome<never> => ({
    ok: false,
    code: 'not-found',
    detail: `There is no grid partner ${id}; see /api/grid/partners.`,
  });

  return {
    handle: (request) => activity.track(() => fp.handle(request)),
    partners: () => fp.partners().map((partner) => shown(partner)),
    async invite({ name, role = 'cp', dialect = 'standard', baseUrl, token }) {
      if ((baseUrl === undefined) !== (token === undefined))
        return invalid('baseUrl and token belong together: give both or neither.');
      const id = Buffer.from(random(8)).toString('hex');
      const isVector = dialect === 'vector';
      const invited = await fp.invite({
        id,
        name,
        role,
        dialect,
        ...(isVector && baseUrl !== undefined && token !== undefined
          ? { baseUrl, outboundToken: token }
          : {}),
      });
      if (!isVector && baseUrl !== undefined && token !== undefined) {
        const sent = await fp.register(id, baseUrl, token);
        if (!sent.ok) return { ok: false, code: 'failed', detail: sent.detail };
      }
      return { ok: true, data: { partnerId: id, ...invited } };
    },
    async rotate(partnerId) {
      if (fp.partner(partnerId) === undefined) return notFound(partnerId);
      const sent = await fp.rotate(partnerId);
      return sent.ok ? DONE : { ok: false, code: 'failed', detail: sent.detail };
    },
    async unregister(partnerId) {
      if (fp.partner(partnerId) === undefined) return notFound(partnerId);
      // Whatever it answers: from now on nothing it says is taken.
      await fp.unregister(partnerId);
      return DONE;
    },
    async setGroup(group) {
      if (fp.partner(group.partnerId) === undefined) return notFound(group.partnerId);
      if ((await sites.context(group.contextId)) === undefined)
        return invalid(`contextId: there is no optimisation context ${group.contextId}.`);
      const before = book.find(group.partnerId, group.groupId);
      const own = book.list().filter(({ partnerId }) => partnerId === group.partnerId);
      if (before === undefined && own.length >= MOST_GROUPS_PER_PARTNER)
        return invalid(`groupId: a partner has at most ${MOST_GROUPS_PER_PARTNER} groups.`);
      await book.put(group);
      await limits.apply(group.contextId);
      if (before !== undefined && before.contextId !== group.contextId) await limits.apply(before.contextId);
      return DONE;
    },
    async removeGroup(partnerId, groupId) {
      const group = book.find(partnerId, groupId);
      if (group === undefined || !(await book.remove(partnerId, groupId)))
        return { ok: false, code: 'not-found', detail: `Partner ${partnerId} has no group ${groupId}.` };
      await limits.apply(group.contextId);
      return DONE;
    },
    groups: (contextId) =>
      book
        .list()
        .filter((group) => contextId === undefined || group.contextId === contextId)
        .map((group): GroupView => {
          const partner = fp.partner(group.partnerId);
          return {
            ...group,
            partnerName: partner?.name ?? '',
            partnerState: partner?.state ?? 'ended',
            offlineModeAtMs: partner?.offlineModeAtMs ?? null,
            trusted: limits.trusted(group, 'import'),
            heldUntilMs: limits.heldUntilMs(group.partnerId) ?? null,
            signals: book.signals(group),
            objection: compliance.objection(group) ?? null,
            inForce: { import: limits.inForce(group, 'import'), export: limits.inForce(group, 'export') },
          };
        }),
    async adjust(partnerId, wanted) {
      if (fp.partner(partnerId) === undefined) return notFound(partnerId);
      if (book.find(partnerId, wanted.group_id) === undefined)
        return invalid(`groupId: partner ${partnerId} has no group ${wanted.group_id}.`);
      const sent = await fp.send(partnerId, 'adjust_group_capacity_forecast', wanted);
      if (sent.ok) return { ok: true, data: sent };
      return { ok: false, code: sent.code === 'invalid' ? 'invalid' : 'failed', detail: sent.detail };
    },
    load,
    async start() {
      await load();
      await fp.start();
      await limits.applyAll();
      lookLater();
    },
    async close() {
      isClosed = true;
      cancel?.();
      unsubscribe();
      fp.close();
      await looking;
    },
  };

  function shown({ tokenHashes: _hashes, outboundToken: _token, ...partner }: Partner) {
    return { ...partner, groups: book.list().filter(({ partnerId }) => partnerId === partner.id) };
  }
}

const DONE = { ok: true, data: undefined } as const;

function invalid(detail: string): GridOutcome<never> {
  return { ok: false, code: 'invalid', detail };
}
