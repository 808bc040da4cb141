/** Tells a grid operator that a limit of it cannot be held, once per forecast, with the power that is needed instead. */
import type { FlexibilityProvider, ForecastedBlock } from '@smac/grid';
import type { Dispatcher } from '../dispatch/index.ts';
import type { PlanRecord } from '../planning/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import type { GridGroup } from './grid.ts';
import type { GroupBook } from './group-book.ts';
import type { Limits } from './limits.ts';

export interface ComplianceOptions {
  readonly fp: Pick<FlexibilityProvider, 'send' | 'partner'>;
  readonly book: GroupBook;
  readonly limits: Pick<Limits, 'inForce'>;
  readonly sites: Pick<Sites, 'series'>;
  readonly sessions: Dispatcher['sessions'];
  readonly clock: Clock;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** That a limit cannot be held, as it was told to the grid operator. */
export interface Objection {
  readonly atMs: number;
  readonly message: string;
  /** Whether the grid operator took it. */
  readonly isTaken: boolean;
}

export interface Compliance {
  /** A plan was made: what is not ours to control may alone be above the limit. */
  planned(record: PlanRecord): Promise<void>;
  /** What stations may still draw, because they do not answer, may be above it. */
  look(group: GridGroup): Promise<void>;
  /** What was last objected to of a group since this server runs. */
  objection(group: Pick<GridGroup, 'partnerId' | 'groupId'>): Objection | undefined;
}

/** So long a limit has to be carried out (security.md 8, F7). */
const OBEYED_WITHIN_MS = 120_000;
/** Less is rounding of forecasts, W. */
const FELT_W = 50;
const HOUR_MS = 3_600_000;
const MOST_BLOCKS = 200;

export function createCompliance(options: ComplianceOptions): Compliance {
  const { fp, book, limits, sites, clock, log } = options;
  /** Forecasts that were objected to, by group. */
  const told = new Map<string, string>();
  const objections = new Map<string, Objection>();

  async function object(
    group: GridGroup,
    message: string,
    blocks: readonly ForecastedBlock[],
  ): Promise<void> {
    const newest = book
      .signals(group)
      .filter(({ envelope }) => envelope.direction === 'import' && envelope.kind !== 'optimum')
      .sort((a, b) => b.envelope.receivedMs - a.envelope.receivedMs)[0];
    const name = JSON.stringify([group.partnerId, group.groupId]);
    if (newest === undefined || told.get(name) === newest.requestId) return;
    if (fp.partner(group.partnerId)?.state !== 'online') return;
    told.set(name, newest.requestId);
    log.warn({ ...group }, `A limit of the grid operator cannot be held: ${message}`);
    const body = { message: `${group.groupId}: ${message}`, forecasted_blocks: blocks };
    const sent = await fp.send(group.partnerId, 'group_capacity_compliance_error', body, newest.requestId);
    objections.set(name, { atMs: clock.now(), message, isTaken: sent.ok });
    if (!sent.ok) {
      told.delete(name);
      log.warn({ ...group, detail: sent.detail }, 'The objection was not taken by the grid operator');
    }
  }

  return {
    objection: ({ partnerId, groupId }) => objections.get(JSON.stringify([partnerId, groupId])),
    async planned({ contextId, problem }) {
      const { demand_w = [], generation_w = [] } = problem.site ?? {};
      const startMs = Date.parse(problem.start);
      const slotMs = (problem.slot_minutes ?? 15) * 60_000;
      for (const group of book.list().filter((each) => each.contextId === contextId)) {
        const steps = limits.inForce(group, 'import');
        const blocks = demand_w.flatMap((demand, slot): ForecastedBlock[] => {
          const atMs = Math.max(startMs + slot * slotMs, clock.now());
          const limit = steps.find((step) => step.startMs <= atMs && atMs < step.endMs);
          const neededW = Math.ceil(demand - (generation_w[slot] ?? 0));
          if (limit === undefined || neededW <= limit.powerW + FELT_W) return [];
          return [needed(neededW, startMs + slot * slotMs, startMs + (slot + 1) * slotMs)];
        });
        if (blocks.length === 0) continue;
        await object(
          group,
          `in ${blocks.length} blocks what cannot be controlled needs more than the capacity, with no car charging.`,
          blocks.slice(0, MOST_BLOCKS),
        );
      }
    },
    async look(group) {
      const nowMs = clock.now();
      const [limit] = limits.inForce(group, 'import');
      const sinceMs = Math.max(0, ...book.signals(group).map(({ envelope }) => envelope.receivedMs));
      if (limit === undefined || nowMs - sinceMs < OBEYED_WITHIN_MS) return;
      const series = await sites.series(group.contextId, nowMs - HOUR_MS, nowMs + 1);
      const at = (kind: 'demand' | 'generation') =>
        series[kind].findLast((slot) => slot.startMs <= nowMs && nowMs < slot.startMs + slot.durationMs)
          ?.value ?? 0;
      const carsW = options.sessions(group.contextId).reduce((sum, { ceilingW }) => sum + ceilingW, 0);
      const mayW = Math.ceil(carsW + Math.max(0, at('demand') - at('generation')));
      if (mayW <= limit.powerW + FELT_W) return;
      await object(
        group,
        `stations that did not confirm a lower profile may still draw ${mayW} W where ${limit.powerW} W are allowed.`,
        [needed(mayW, nowMs, Math.max(nowMs + 1, Math.min(limit.endMs, nowMs + HOUR_MS)))],
      );
    },
  };
}

function needed(capacity: number, startMs: number, endMs: number): ForecastedBlock {
  return {
    capacity,
    phase: 'ALL',
    unit: 'W',
    start_time: new Date(startMs).toISOString(),
    end_time: new Date(endMs).toISOString(),
  };
}
