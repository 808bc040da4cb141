import type { Answer } from '../api/client.ts';

export type Charge = Answer<'GET /api/drivers/me/sessions/{sessionId}/plan'>;
export type Outlook = NonNullable<Charge['outlook']>;

/** The partner its driver chose, by name where it is connected; undefined: the operator plans, or nobody. */
export function chosenPartner({ provider: { chosen, name } }: Charge): string | undefined {
  return chosen === 'site' || chosen === 'own' || chosen === 'none' ? undefined : (name ?? '');
}

/** What the charge is doing, in one word of the catalogue (`state.<word>`). */
export type ChargeState = 'faulted' | 'feeding' | 'charging' | 'waiting' | 'done' | 'occupied';

/** Less is measuring noise, W. */
const LEAST_W = 100;

export function stateOfCharge({ status, powerW, outlook, isLive }: Charge): ChargeState {
  if (!isLive) return 'done';
  if (status === 'OUTOFORDER' || status === 'INOPERATIVE') return 'faulted';
  if ((powerW ?? 0) <= -LEAST_W) return 'feeding';
  if ((powerW ?? 0) >= LEAST_W) return 'charging';
  if (outlook?.powerW.some((w) => Math.abs(w) >= LEAST_W)) return 'waiting';
  return outlook?.reasons.some(({ code }) => code === 'no_need') ? 'done' : 'occupied';
}

/** One line of the plan in words: power that holds for some quarter hours. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly powerW: number;
}

/** The plan as starts and stops: neighbouring slots of about the same power are one. */
export function stretches({ start, now, slotMinutes, powerW }: Outlook): readonly Stretch[] {
  const slotMs = slotMinutes * 60_000;
  const startMs = Date.parse(start);
  const found: Stretch[] = [];
  for (const [slot, w] of powerW.entries()) {
    const last = found.at(-1);
    const toMs = startMs + (slot + 1) * slotMs;
    const isSame =
      last !== undefined && Math.abs(last.powerW - w) < 50 && Math.abs(w) < 1 === Math.abs(last.powerW) < 1;
    if (isSame) found[found.length - 1] = { ...last, toMs };
    else found.push({ fromMs: Math.max(Date.parse(now), startMs + slot * slotMs), toMs, powerW: w });
  }
  return found.filter(({ powerW: w }) => Math.abs(w) >= 1);
}
