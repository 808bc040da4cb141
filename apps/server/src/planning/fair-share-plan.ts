import type { Plan, Problem } from '@smac/optimiser';

/**
 * The last resort when neither solver nor heuristic answers (F3): every session that may still need energy gets an equal share of the
 * limit in every slot, up to its maximum. Not optimal, always within the limits.
 */
export function fairSharePlan(problem: Problem, solver: string, solveMs: number): Plan {
  const slots = problem.slots ?? 96;
  const site = problem.site ?? {};
  const sessions = problem.sessions ?? [];
  const at = (value: number | number[] | undefined, slot: number, otherwise: number) =>
    value === undefined ? otherwise : typeof value === 'number' ? value : (value[slot] ?? otherwise);
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(problem.start);
  const nowMs = Date.parse(problem.now ?? problem.start);
  const powers = sessions.map(() => new Array<number>(slots).fill(0));
  const leftWh = sessions.map((s) => (s.energy_need_wh ?? Infinity) as number);
  for (const [index, session] of sessions.entries()) {
    const highest = Math.max(0, ...(session.targets ?? []).map((target) => target.soc));
    if (
      session.battery_wh !== undefined &&
      session.soc !== undefined &&
      session.energy_need_wh === undefined
    ) {
      leftWh[index] =
        (Math.max(0, highest - session.soc) * session.battery_wh) / (session.charge_efficiency ?? 1);
    }
  }
  const evW = new Array<number>(slots).fill(0);
  const limitW: (number | null)[] = [];
  const baseW: number[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const fromMs = Math.max(startMs + slot * slotMs, nowMs);
    const toMs = startMs + (slot + 1) * slotMs;
    const hours = (toMs - fromMs) / 3_600_000;
    const base = at(site.demand_w, slot, 0) - at(site.generation_w, slot, 0);
    const limit = Math.min(
      at(site.max_import_w, slot, Infinity) + at(site.flex_w, slot, 0),
      at(site.cap_w, slot, Infinity),
    );
    baseW.push(base);
    limitW.push(Number.isFinite(limit) ? limit : null);
    let roomW = Math.max(0, Math.min(limit - base, site.max_phase_w ?? Infinity));
    const waiting = sessions
      .map((session, index) => ({ session, index }))
      .filter(
        ({ session, index }) =>
          leftWh[index]! > 1 &&
          Date.parse(session.arrival ?? problem.start) <= fromMs &&
          (session.departure === undefined ||
            Date.parse(session.departure) <= nowMs ||
            Date.parse(session.departure) >= toMs),
      )
      .sort((a, b) => a.session.max_charge_w - b.session.max_charge_w || a.index - b.index);
    for (const [done, { session, index }] of waiting.entries()) {
      const mostW = Math.min(session.max_charge_w, session.charge_limit_w?.[slot] ?? Infinity);
      const shareW = Math.min(mostW, roomW / (waiting.length - done), leftWh[index]! / hours);
      const least = session.min_charge_w ?? 0;
      const powerW = shareW >= least ? shareW : least <= roomW && least <= mostW ? least : 0;
      powers[index]![slot] = powerW;
      roomW -= powerW;
      leftWh[index]! -= powerW * hours;
      evW[slot]! += powerW;
    }
  }
  const hoursOf = (slot: number) =>
    (startMs + (slot + 1) * slotMs - Math.max(startMs + slot * slotMs, nowMs)) / 3_600_000;
  const netW = baseW.map((base, slot) => base + evW[slot]!);
  const importCost = netW.reduce(
    (sum, w, slot) => sum + (Math.max(0, w) / 1000) * hoursOf(slot) * at(site.import_price, slot, 0),
    0,
  );
  const cost = { total: importCost, import: importCost, export: 0, capacity: 0, wear: 0, opportunity: 0 };
  const planned = sessions.map((session, index) => {
    const powerW = powers[index]!;
    const energyWh = powerW.reduce((sum, w, slot) => sum + w * hoursOf(slot), 0);
    const first = powerW.findIndex((w) => w > 0);
    const last = powerW.findLastIndex((w) => w > 0);
    const missing = Number.isFinite(leftWh[index]!) ? Math.max(0, leftWh[index]!) : 0;
    return {
      id: session.id,
      power_w: powerW,
      soc: null,
      energy_wh: energyWh,
      shortfall_wh: missing,
      planned_start: first < 0 ? null : new Date(Math.max(startMs + first * slotMs, nowMs)).toISOString(),
      planned_end: last < 0 ? null : new Date(startMs + (last + 1) * slotMs).toISOString(),
      reasons: [
        {
          code: 'fair_share',
          sentence: 'Planning failed; the limit is shared equally until it works again.',
        },
      ],
    };
  });
  const shortfallWh = planned.reduce((sum, session) => sum + session.shortfall_wh, 0);
  return {
    status: 'fallback',
    solver,
    solve_ms: solveMs,
    bound: null,
    gap: null,
    cost,
    shortfall_wh: shortfallWh,
    over_limit_wh: baseW.reduce(
      (sum, w, slot) => sum + Math.max(0, w - (limitW[slot] ?? Infinity)) * hoursOf(slot),
      0,
    ),
    site: { net_w: netW, ev_w: evW, limit_w: limitW, marginal_price: netW.map(() => null) },
    sessions: planned,
    stores: [],
    baseline: {
      cost,
      shortfall_wh: shortfallWh,
      over_limit_wh: 0,
      site: { net_w: netW, ev_w: evW },
      sessions: planned.map(({ id, power_w, energy_wh, shortfall_wh }) => ({
        id,
        power_w,
        energy_wh,
        shortfall_wh,
      })),
      saving: 0,
    },
    co2_g: { plan: null, baseline: null },
  };
}
