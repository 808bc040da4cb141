/** What happens between two plans of one site: one thing changes, everything else stays. */
import type { Problem, Session } from '../contract/index.ts';
import type { Random } from './random.ts';

export const ONE_CHANGES = [
  'a car came',
  'a car left',
  'a price changed',
  'a limit changed',
  'a slot passed',
] as const;
export type OneChange = (typeof ONE_CHANGES)[number];

/** The problem after one change; valid where `before` is. */
export function changeOf(change: OneChange, before: Problem, random: Random): Problem {
  const after = structuredClone(before);
  const sessions = after.sessions ?? [];
  const site = after.site ?? {};
  const slots = after.slots ?? 96;
  switch (change) {
    case 'a car came': {
      const like = random.pick(sessions);
      const soc = like.soc === undefined ? {} : { soc: Math.min(like.soc, 0.9 * like.soc + 0.01) };
      after.sessions = [...sessions, { ...like, ...soc, id: 'came' }];
      return after;
    }
    case 'a car left': {
      const { id: left } = random.pick(sessions);
      after.sessions = sessions.filter(({ id }) => id !== left);
      if (after.groups !== undefined) {
        after.groups = after.groups.flatMap((group) => {
          const still = group.sessions.filter((id) => id !== left);
          return still.length === 0 ? [] : [{ ...group, sessions: still }];
        });
      }
      return after;
    }
    case 'a price changed': {
      const price = [...(site.import_price ?? new Array<number>(slots).fill(0))];
      const slot = random.integer(0, slots - 1);
      // Upwards: what was dearer to import than to export stays so.
      price[slot] = price[slot]! + random.between(0.01, 0.2, 0.001);
      after.site = { ...site, import_price: price };
      return after;
    }
    case 'a limit changed': {
      const factor = random.between(0.8, 1.2, 0.01);
      const limit = site.max_import_w ?? 20_000;
      const changed = typeof limit === 'number' ? limit * factor : limit.map((watts) => watts * factor);
      after.site = { ...site, max_import_w: changed };
      return after;
    }
    case 'a slot passed':
      return oneSlotLater(after);
  }
}

/** The horizon moves on: the first slot falls out, the last one is repeated; cars keep their energy, what is due stays due where it can. */
function oneSlotLater(problem: Problem): Problem {
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(problem.start) + slotMs;
  const { now: _, slot0_import_wh: __, ...rest } = problem;
  const { site = {} } = problem;
  const later = Object.entries(site).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value.slice(1), value.at(-1)!] : value,
  ]);
  return {
    ...rest,
    start: new Date(startMs).toISOString(),
    site: Object.fromEntries(later),
    sessions: (problem.sessions ?? []).map((session) => laterStay(session, startMs)),
  };
}

/** Who would have left by now stays on without a known departure. */
function laterStay(session: Session, nowMs: number): Session {
  const { departure, ...rest } = session;
  const isOver = departure !== undefined && Date.parse(departure) <= nowMs;
  return isOver || departure === undefined ? rest : session;
}
