import type { Problem } from '@smac/optimiser';

type Session = NonNullable<Problem['sessions']>[number];

/**
 * Energy that no plan can deliver in time, battery side, Wh: what is due by some instant less all that the limit lets through until then.
 * A lower bound: shares, phases, minima and efficiencies only add to it. 0 where cars or stores could give energy back.
 * @param roomW what all sessions together may draw, per slot; null = no limit
 */
export function certainShortfallWh(problem: Problem, roomW: readonly (number | null)[]): number {
  const sessions = problem.sessions ?? [];
  if ((problem.stores?.length ?? 0) > 0 || sessions.some(({ max_discharge_w: w = 0 }) => w > 0)) return 0;
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(problem.start);
  const nowMs = Date.parse(problem.now ?? problem.start);
  const dueWh = new Float64Array(roomW.length);
  for (const session of sessions) {
    const { needWh, atMs } = needOf(session, startMs + roomW.length * slotMs);
    const slot = Math.min(roomW.length, Math.ceil((atMs - startMs) / slotMs)) - 1;
    if (needWh > 0 && slot >= 0) dueWh[slot]! += needWh;
  }
  let throughWh = 0;
  let wantedWh = 0;
  let shortWh = 0;
  for (const [slot, w] of roomW.entries()) {
    const fromMs = Math.max(startMs + slot * slotMs, nowMs);
    const hours = (startMs + (slot + 1) * slotMs - fromMs) / 3_600_000;
    throughWh += (w ?? Number.POSITIVE_INFINITY) * hours;
    wantedWh += dueWh[slot]!;
    shortWh = Math.max(shortWh, wantedWh - throughWh);
  }
  return shortWh;
}

/** What a session has to have in its battery, and by when. */
function needOf(session: Session, endMs: number): { readonly needWh: number; readonly atMs: number } {
  const departureMs = session.departure === undefined ? endMs : Date.parse(session.departure);
  if (session.energy_need_wh !== undefined) return { needWh: session.energy_need_wh, atMs: departureMs };
  let found = { needWh: 0, atMs: endMs };
  for (const { soc, at } of session.targets ?? []) {
    const needWh = Math.max(0, soc - (session.soc ?? 0)) * (session.battery_wh ?? 0);
    if (needWh > found.needWh) found = { needWh, atMs: Date.parse(at) };
  }
  return found;
}
