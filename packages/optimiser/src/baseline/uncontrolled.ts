/**
 * What would happen without SMAC: every car charges at full power from arrival until its need is met, and where
 * a limit binds the power is shared fairly. Same limits, same needs; no prices, no discharge, stores at rest
 * (SMC_012: the yardstick of every saving).
 */
import { chargeLimitOf, type NormalProblem, type NormalSession, type PowerMatrix } from '../grid/index.ts';
import { fillFairly, type SharedLimit } from './filling.ts';
import { sharedLimits } from './shared-limits.ts';

const NOTHING_WH = 1e-6;

/** A car as time goes by: nothing is ever taken back, so what is in the battery now is all there is to know. */
interface Car {
  session: NormalSession;
  powerW: Float64Array;
  contentWh: number;
}

export function uncontrolledPowers(normal: NormalProblem): PowerMatrix {
  const { slots, hours } = normal;
  const buffer = new Float64Array(normal.sessions.length * slots);
  const cars = normal.sessions.map(
    (session, n): Car => ({
      session,
      powerW: buffer.subarray(n * slots, (n + 1) * slots),
      contentWh: session.startWh,
    }),
  );
  for (let slot = 0; slot < slots; slot++) {
    const charging: Car[] = [];
    const wishesW: number[] = [];
    for (const car of cars) {
      if (slot < car.session.firstSlot || slot >= car.session.endSlot) continue;
      const wish = wishW(car, hours, slot);
      if (wish <= 0) continue;
      charging.push(car);
      wishesW.push(wish);
    }
    if (charging.length === 0) continue;
    const sessions = charging.map(({ session }) => session);
    const powersW = shareSlot(charging, wishesW, sharedLimits(normal, sessions, slot));
    for (const [who, car] of charging.entries()) {
      car.powerW[slot] = powersW[who]!;
      car.contentWh += powersW[who]! * hours[slot]! * car.session.chargeEfficiency;
    }
  }
  return {
    powerW: cars.map((car) => car.powerW),
    storePowerW: normal.stores.map(() => new Float64Array(slots)),
  };
}

/** Full power, or what is still missing; never a rest that could not be charged at minimum power (X34). */
function wishW({ session, contentWh }: Car, hours: Float64Array, slot: number): number {
  const whPerW = hours[slot]! * session.chargeEfficiency;
  const spaceWh = Math.max(0, session.ceilingWithMinimumWh - contentWh);
  // A need may be larger than the battery.
  const missingWh = Math.min(spaceWh, session.startWh + session.needWh - contentWh);
  if (missingWh <= NOTHING_WH) return 0;
  const minimumW = session.minChargeW;
  const mostW = chargeLimitOf(session, slot);
  if (mostW <= 0) return 0;
  if (missingWh <= mostW * whPerW) {
    const powerW = Math.max(minimumW, missingWh / whPerW);
    return powerW * whPerW <= spaceWh + NOTHING_WH ? powerW : 0;
  }
  const slotMinimumWh = minimumW * hours[session.endSlot - 1]! * session.chargeEfficiency;
  const restWh = missingWh - mostW * whPerW;
  const overshootWh = spaceWh - missingWh;
  const lackWh = slotMinimumWh - restWh - overshootWh;
  if (lackWh <= 0 || slot + 1 >= session.endSlot) return mostW;
  return Math.max(minimumW, mostW - lackWh / whPerW);
}

/** Cars left below their minimum pause in favour of the others, the best served first. */
function shareSlot(
  charging: readonly Car[],
  wishesW: readonly number[],
  limits: readonly SharedLimit[],
): number[] {
  const wishes = [...wishesW];
  for (;;) {
    const powersW = fillFairly(wishes, limits);
    const below = charging
      .map((car, who) => ({ who, car, powerW: powersW[who]! }))
      .filter(({ car, powerW }) => powerW > 0 && powerW < car.session.minChargeW)
      .sort((a, b) => served(b.car) - served(a.car) || b.who - a.who);
    if (below.length === 0) return powersW;
    for (const { who } of below.slice(0, Math.ceil(below.length / 2))) wishes[who] = 0;
  }
}

/** Share of the need that is in the battery so far. */
const served = ({ session, contentWh }: Car) => (contentWh - session.startWh) / session.needWh;
