/** What happens to a fleet between two plans: the problem before, and the one after a single change. */
import type { Plan, Problem, Session } from '../src/contract/index.ts';
import { fleet, type Variant } from './fleet.ts';

export const CHANGES = ['car came', 'car left', 'price', 'limit', 'slot passed'] as const;
export type Change = (typeof CHANGES)[number];

/** @param planOf plans the problem before: time passes as planned */
export async function oneChange(
  change: Change,
  variant: Variant,
  sessions: number,
  seed: number,
  planOf: (problem: Problem) => Promise<Plan>,
): Promise<{ last: Plan; after: Problem }> {
  const whole = fleet(sessions, variant, seed);
  const without = { ...whole, sessions: whole.sessions!.toSpliced((7 * seed) % sessions, 1) };
  const before = change === 'car came' ? without : whole;
  const last = await planOf(before);
  switch (change) {
    case 'car came':
      return { last, after: whole };
    case 'car left':
      return { last, after: without };
    case 'price':
      return { last, after: { ...whole, site: { ...whole.site, import_price: dearerEvening(whole) } } };
    case 'limit':
      return {
        last,
        after: {
          ...whole,
          site: { ...whole.site, max_import_w: 1.05 * (whole.site!.max_import_w as number) },
        },
      };
    case 'slot passed':
      return { last, after: oneSlotLater(whole, last) };
  }
}

/** Four quarter hours cost 3 ct more. */
function dearerEvening({ site }: Problem): number[] {
  return site!.import_price!.map((price, t) => (t >= 32 && t < 36 ? price + 0.03 : price));
}

/** The first slot is over, and the cars have taken in it what was planned; a new last one is like the one before. */
function oneSlotLater(problem: Problem, plan: Plan): Problem {
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(problem.start) + slotMs;
  const site = Object.entries(problem.site!).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...value.slice(1), value.at(-1)!] : value,
  ]);
  return {
    ...problem,
    start: new Date(startMs).toISOString(),
    site: Object.fromEntries(site),
    sessions: problem.sessions!.map(
      (session, i): Session => ({ ...session, soc: plan.sessions[i]!.soc![0]! }),
    ),
  };
}
