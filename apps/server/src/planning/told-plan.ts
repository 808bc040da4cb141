import type { Plan } from '@smac/optimiser';
import { gatherMinimum } from './gather-minimum.ts';
import type { PlannedFor, PlanRecord } from './plan-record.ts';

const HOUR_MS = 3_600_000;

type Asked = Pick<PlanRecord, 'problem' | 'sessions' | 'reservedW'>;
type PlannedSession = Plan['sessions'][number];

/** A plan never changes once it is made, and is looked at by many. */
const told = new WeakMap<Plan, Plan>();

/**
 * A plan as people are told it. The linear model plans powers at which no car charges: here, as in what stations are sent, they are gathered
 * to 0 or the minimum (X34), and the powers of the site follow. The model also counts as missing what is late for a time that SMAC chose
 * itself, or was never asked for: here a car is short of what its driver asked for by the time its driver said.
 * @param asked what the plan was made from
 */
export function toldPlan(asked: Asked, plan: Plan): Plan {
  const known = told.get(plan);
  if (known !== undefined) return known;
  const made = tell(asked, plan);
  told.set(plan, made);
  return made;
}

function tell(asked: Asked, plan: Plan): Plan {
  const inputs = new Map(asked.sessions.map((session) => [session.id, session]));
  const powers = gathered(asked, plan, inputs);
  const sessions = plan.sessions.map((session, n): PlannedSession => {
    const input = inputs.get(session.id);
    const powerW = powers[n] ?? session.power_w;
    const missingWh = input === undefined ? session.shortfall_wh : missing(asked, session, powerW, input);
    return {
      ...session,
      power_w: [...powerW],
      shortfall_wh: missingWh,
      reasons:
        missingWh > 0 ? session.reasons : session.reasons.filter(({ code }) => code !== 'target_unreachable'),
    };
  });
  const moreW = plan.site.net_w.map((_, slot) =>
    sessions.reduce(
      (sum, session, n) => sum + session.power_w[slot]! - (plan.sessions[n]?.power_w[slot] ?? 0),
      0,
    ),
  );
  return {
    ...plan,
    sessions,
    site: {
      ...plan.site,
      ev_w: plan.site.ev_w.map((w, slot) => w + moreW[slot]!),
      net_w: plan.site.net_w.map((w, slot) => w + moreW[slot]!),
    },
    shortfall_wh: sessions.reduce((sum, session) => sum + session.shortfall_wh, 0),
  };
}

function gathered(
  { problem, reservedW }: Asked,
  plan: Plan,
  inputs: ReadonlyMap<string, PlannedFor>,
): readonly (readonly number[])[] {
  const isThin = ({ id, power_w }: PlannedSession) =>
    power_w.some((w) => w > 0 && w < (inputs.get(id)?.minPowerW ?? 0));
  if (!plan.sessions.some(isThin)) return plan.sessions.map(({ power_w }) => power_w);
  const { demand_w: demandW, generation_w: generationW } = problem.site ?? {};
  const budgetW = plan.site.limit_w.map((limitW, slot) => {
    if (limitW === null) return null;
    const givenW = plan.sessions.reduce((sum, { power_w }) => sum + Math.max(0, -(power_w[slot] ?? 0)), 0);
    const roomW = limitW + (reservedW?.[slot] ?? 0) - (demandW?.[slot] ?? 0) + (generationW?.[slot] ?? 0);
    return Math.max(0, roomW) + givenW;
  });
  const asked = new Map((problem.sessions ?? []).map((session) => [session.id, session]));
  return gatherMinimum(
    plan.sessions.map(({ id, power_w }) => {
      const { max_charge_w: maxW = Math.max(0, ...power_w), charge_limit_w: serviceMaxW } =
        asked.get(id) ?? {};
      // A band below what the car charges with at least is no ban.
      const narrowestW = Math.min(maxW, ...(serviceMaxW ?? []).filter((w) => w > 0));
      const minW = Math.min(inputs.get(id)?.minPowerW ?? 0, narrowestW);
      return { powerW: power_w, minW, maxW, serviceMaxW, servedWh: 0 };
    }),
    budgetW,
    (problem.slot_minutes ?? 15) / 60,
  );
}

/** Energy that was asked for and will not be there when its driver said to leave, Wh; never more than the plan itself misses. */
function missing(
  { problem }: Asked,
  { id, shortfall_wh }: PlannedSession,
  powerW: readonly number[],
  { needKnown, remainingWh, departureMs }: PlannedFor,
): number {
  if (!needKnown) return 0;
  const { targets = [] } = problem.sessions?.find((session) => session.id === id) ?? {};
  // Several targets have times of their own; what is given back comes again with losses.
  if (shortfall_wh === 0 || targets.length > 1 || powerW.some((w) => w < 0)) return shortfall_wh;
  const startMs = Date.parse(problem.start);
  const nowMs = Date.parse(problem.now ?? problem.start);
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  // Who said nothing, or is still there after that time, leaves when nobody knows.
  const untilMs = departureMs !== null && departureMs > nowMs ? departureMs : Number.POSITIVE_INFINITY;
  const comingWh = powerW.reduce((sum, w, slot) => {
    const fromMs = Math.max(nowMs, startMs + slot * slotMs);
    const toMs = Math.min(untilMs, startMs + (slot + 1) * slotMs);
    return sum + (w * Math.max(0, toMs - fromMs)) / HOUR_MS;
  }, 0);
  return Math.min(shortfall_wh, Math.max(0, remainingWh - comingWh));
}
