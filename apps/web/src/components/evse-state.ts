import { type DrawnEvse, LEAST_TOLD_W, type SitePicture } from '../charts/site-slots.ts';

export type Evse = SitePicture['evses'][number];

/** What an EVSE is doing, in one word of the catalogue (`state.<word>`). */
export type EvseState =
  | 'faulted'
  | 'feeding'
  | 'charging'
  | 'waiting'
  | 'done'
  | 'occupied'
  | 'reserved'
  | 'free'
  | 'unknown';

/** A smaller step of the plan is no news, W. */
const LEAST_STEP_W = 250;

/** @param nowSlot index of the slot that contains now */
export function stateOf(evse: Omit<DrawnEvse, 'label' | 'meteredW'>, nowSlot: number): EvseState {
  const { status, session } = evse;
  if (status === 'OUTOFORDER' || status === 'INOPERATIVE') return 'faulted';
  if (session === null) {
    if (status === 'AVAILABLE') return 'free';
    if (status === 'RESERVED') return 'reserved';
    return status === 'CHARGING' || status === 'BLOCKED' ? 'occupied' : 'unknown';
  }
  const powerW = session.actualW ?? 0;
  if (powerW <= -LEAST_TOLD_W) return 'feeding';
  if (powerW >= LEAST_TOLD_W) return 'charging';
  if (session.status === 'RESERVATION') return 'reserved';
  // Who may charge now and draws nothing waits for no plan.
  const [nowW = 0, ...later] = evse.plannedW.slice(nowSlot).map((w) => Math.abs(w ?? 0));
  if (nowW < LEAST_TOLD_W && later.some((w) => w >= LEAST_TOLD_W)) return 'waiting';
  const isServed = session.energyNeedWh !== null && session.energyWh >= session.energyNeedWh - 100;
  return isServed || session.reasons.some(({ code }) => code === 'no_need') ? 'done' : 'occupied';
}

export interface NextChange {
  readonly kind: 'starts' | 'stops' | 'feeds' | 'changes';
  readonly atMs: number;
  readonly powerW: number;
}

/** When the plan next gives noticeably more or less than now. */
export function nextChange(
  picture: Pick<SitePicture, 'start' | 'slotMinutes'>,
  evse: Evse,
  nowSlot: number,
): NextChange | undefined {
  const startMs = Date.parse(picture.start);
  const nowW = evse.plannedW[nowSlot] ?? 0;
  for (let slot = nowSlot + 1; slot < evse.plannedW.length; slot += 1) {
    const powerW = evse.plannedW[slot];
    if (powerW === null || powerW === undefined) return undefined;
    if (Math.abs(powerW - nowW) < LEAST_STEP_W) continue;
    const kind =
      powerW <= -LEAST_TOLD_W
        ? 'feeds'
        : Math.abs(powerW) < LEAST_TOLD_W
          ? 'stops'
          : Math.max(nowW, Math.abs(evse.session?.actualW ?? 0)) < LEAST_TOLD_W
            ? 'starts'
            : 'changes';
    return { kind, atMs: startMs + slot * picture.slotMinutes * 60_000, powerW };
  }
  return undefined;
}
