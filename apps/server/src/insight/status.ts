import type { Planning, Savings, SessionPicture, SitePoint } from '../planning/index.ts';
import type { Parties, PartyOverview } from '../roles/scsp/index.ts';
import type { ContextState, Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';

/** One context as the status page shows it. */
export interface ContextStatus {
  readonly id: string;
  readonly objectId: string;
  readonly party: string;
  readonly shadow: boolean;
  readonly currency: string;
  readonly site: readonly SitePoint[];
  readonly sessions: readonly SessionPicture[];
  readonly savings: Savings;
  readonly plan: {
    readonly number: number;
    readonly createdMs: number;
    readonly status: string;
    readonly solver: string;
    readonly solveMs: number;
    readonly degraded: readonly string[];
  } | null;
}

/** What the status page shows; powers in W, energies in Wh. */
export interface Status {
  readonly version: string;
  readonly nowMs: number;
  readonly startedMs: number;
  readonly demo: boolean;
  readonly database: string;
  readonly versionsUrl: string;
  readonly plansMade: number;
  readonly parties: readonly PartyOverview[];
  readonly contexts: readonly ContextStatus[];
  /** Contexts that exist beyond those listed. */
  readonly moreContexts: number;
}

export interface StatusFeed {
  read(): Promise<Status>;
  /** Calls back at once and after every change, at most once a second; the returned function ends it. */
  watch(show: (status: Status) => void): () => void;
}

export interface StatusOptions {
  readonly sites: Sites;
  readonly planning: Planning;
  readonly parties: Pick<Parties, 'list'>;
  readonly clock: Clock;
  readonly about: Pick<Status, 'version' | 'startedMs' | 'demo' | 'database' | 'versionsUrl'>;
  readonly onFault: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
const PAST_MS = 8 * HOUR_MS;
const AHEAD_MS = 16 * HOUR_MS;
const SAVINGS_MS = 7 * 24 * HOUR_MS;
const LEAST_PAUSE_MS = 1_000;
const TICK_MS = 10_000;
/** More would make the page useless; the API has them all. */
const MOST_CONTEXTS = 8;

export function createStatusFeed(options: StatusOptions): StatusFeed {
  const { sites, planning, parties, clock, about } = options;
  const watchers = new Set<(status: Status) => void>();
  let plansMade = 0;
  let reading: Promise<Status> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  planning.onPlan(() => {
    plansMade += 1;
    soon();
  });
  sites.onTrigger(() => soon());

  function read(): Promise<Status> {
    if (reading === undefined || clock.now() - readAtMs >= LEAST_PAUSE_MS) {
      readAtMs = clock.now();
      reading = picture();
      reading.catch(() => {
        reading = undefined;
      });
    }
    return reading;
  }

  async function picture(): Promise<Status> {
    const contexts = await sites.contexts();
    const busy = new Set(await sites.busyContexts());
    const listed = contexts.toSorted(
      (a, b) => Number(busy.has(b.id)) - Number(busy.has(a.id)) || a.id.localeCompare(b.id),
    );
    const nowMs = clock.now();
    const shown: ContextStatus[] = [];
    for (const context of listed.slice(0, MOST_CONTEXTS)) shown.push(await contextStatus(context, nowMs));
    return {
      ...about,
      nowMs,
      plansMade,
      parties: await parties.list(),
      contexts: shown,
      moreContexts: Math.max(0, contexts.length - MOST_CONTEXTS),
    };
  }

  async function contextStatus(context: ContextState, nowMs: number): Promise<ContextStatus> {
    const latest = await planning.latest(context.id);
    return {
      id: context.id,
      objectId: context.objectId,
      party: context.party,
      shadow: context.shadow,
      currency: context.statics.currency,
      site: await planning.siteSeries(context.id, nowMs - PAST_MS, nowMs + AHEAD_MS),
      sessions: await planning.sessionPictures(context.id),
      savings: await planning.savings(context.id, nowMs - SAVINGS_MS, nowMs),
      plan: latest
        ? {
            number: latest.number,
            createdMs: latest.createdMs,
            status: latest.plan.status,
            solver: latest.plan.solver,
            solveMs: latest.plan.solve_ms,
            degraded: latest.degraded.map((degradation) => degradation.detail),
          }
        : null,
    };
  }

  function soon(delayMs = LEAST_PAUSE_MS): void {
    if (watchers.size === 0 || cancel !== undefined) return;
    cancel = clock.after(delayMs, () => {
      cancel = undefined;
      void tell();
    });
  }

  async function tell(): Promise<void> {
    try {
      const status = await read();
      for (const show of watchers) show(status);
    } catch (error) {
      options.onFault(error);
    }
    soon(TICK_MS);
  }

  return {
    read,
    watch(show) {
      watchers.add(show);
      void read().then(
        (status) => {
          if (watchers.has(show)) show(status);
          soon(TICK_MS);
        },
        (error) => options.onFault(error),
      );
      return () => watchers.delete(show);
    },
  };
}
