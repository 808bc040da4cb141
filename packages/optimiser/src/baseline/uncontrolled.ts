/**
 * What would happen without SMAC: every car charges at full power from arrival until its need is met, and where
 * a limit binds the power is shared fairly. Same limits, same needs; no prices, no discharge, stores at rest
 * (SMC_012: the yardstick of every saving).
 */
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import { Ledger } from '../heuristic/index.ts';
import { fillFairly, type SharedLimit } from './filling.ts';
import { sharedLimits } from './shared-limits.ts';

const NOTHING_WH = 1e-6;

export function uncontrolledPowers(normal: NormalProblem): PowerMatrix {
  const ledgers = normal.sessions.map((session) => new Ledger(session, normal.hours));
  for (let slot = 0; slot < normal.slots; slot++) {
    const present = ledgers.filter(({ session }) => slot >= session.firstSlot && slot < session.endSlot);
    const charging = present.filter((ledger) => wishW(ledger, slot) > 0);
    if (charging.length === 0) continue;
    const powersW = shareSlot(
      charging,
      charging.map((ledger) => wishW(ledger, slot)),
      sharedLimits(
        normal,
        charging.map((ledger) => ledger.session),
        slot,
      ),
    );
    charging.forEach((ledger, who) => {
      if (powersW[who]! > 0) ledger.charge(slot, powersW[who]!);
    });
  }
  return {
    powerW: ledgers.map((ledger) => ledger.powerW),
    storePowerW: normal.stores.map(() => new Float64Array(normal.slots)),
  };
}

/** Full power, or what is still missing; never a rest that could not be charged at minimum power (X34). */
function wishW(ledger: Ledger, slot: number): number {
  const { session } = ledger;
  const whPerW = ledger.whPerW(slot);
  const spaceWh = ledger.spaceWh(slot);
  // A need may be larger than the battery.
  const missingWh = Math.min(spaceWh, session.startWh + session.needWh - ledger.contentWh(slot));
  if (missingWh <= NOTHING_WH) return 0;
  const minimumW = session.minChargeW;
  if (missingWh <= session.maxChargeW * whPerW) {
    const powerW = Math.max(minimumW, missingWh / whPerW);
    return powerW * whPerW <= spaceWh + NOTHING_WH ? powerW : 0;
  }
  const slotMinimumWh = minimumW * ledger.whPerW(session.endSlot - 1);
  const restWh = missingWh - session.maxChargeW * whPerW;
  const overshootWh = spaceWh - missingWh;
  const lackWh = slotMinimumWh - restWh - overshootWh;
  if (lackWh <= 0 || slot + 1 >= session.endSlot) return session.maxChargeW;
  return Math.max(minimumW, session.maxChargeW - lackWh / whPerW);
}

/** Cars left below their minimum pause in favour of the others, the best served first. */
function shareSlot(charging: readonly Ledger[], wishesW: number[], limits: readonly SharedLimit[]): number[] {
  const wishes = [...wishesW];
  for (;;) {
    const powersW = fillFairly(wishes, limits);
    const below = charging
      .map((ledger, who) => ({ who, ledger, powerW: powersW[who]! }))
      .filter(({ ledger, powerW }) => powerW > 0 && powerW < ledger.session.minChargeW)
      .sort((a, b) => served(b.ledger) - served(a.ledger) || b.who - a.who);
    if (below.length === 0) return powersW;
    for (const { who } of below.slice(0, Math.ceil(below.length / 2))) wishes[who] = 0;
  }
}

/** Share of the need that is in the battery so far. */
function served(ledger: Ledger): number {
  const { session } = ledger;
  return (ledger.contentWh(session.endSlot) - session.startWh) / session.needWh;
}
