/** What a car makes of the signal at its cable: how much it may draw after its own steps, and how soon it reacts. */
import type { PilotSignal } from '../pilot/control-pilot.ts';
import { readDuty } from '../pilot/duty.ts';
import type { Behaviour } from './behaviour.ts';
import type { Connection } from './connection.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** After X1 the current falls within 3 s. */
const X1_FALL_MS = 500;
/** A charge loop of ISO 15118 comes round every half second. */
const DIGITAL_REACTION_MS = 1_000;
const DOWN_REACTION_MS = 2_000;

export function isOffer(signal: PilotSignal): boolean {
  if (signal.kind === 'digital') return true;
  return signal.kind === 'pwm' && readDuty(signal.dutyPercent).kind !== 'none';
}

/** What the signal lets or tells the car draw, W; negative = discharge; 0 below its minimum. */
export function heardW(signal: PilotSignal, connection: Connection, behaviour: Behaviour): number {
  const { phases, voltageV, maxW, minW, maxDischargeW, minDischargeW } = connection;
  if (signal.kind === 'fault') return 0;
  if (signal.kind === 'digital') {
    if (signal.targetW < 0)
      return -signal.targetW < minDischargeW ? 0 : Math.max(signal.targetW, -maxDischargeW);
    const targetW = Math.min(signal.targetW, maxW);
    return targetW < minW - 1e-6 ? 0 : targetW * behaviour.overdraw;
  }
  const reading = readDuty(signal.dutyPercent);
  if (reading.kind !== 'current') return 0;
  const offeredA = Math.min(reading.currentA, behaviour.isSimplified ? 10 : NEVER);
  const steppedA = Math.floor(offeredA / behaviour.currentStepA + 1e-9) * behaviour.currentStepA;
  const targetW = Math.min((steppedA - behaviour.lagA) * phases * voltageV, maxW);
  const leastW = behaviour.lagA > 0 ? Math.min(minW, 6 * phases * voltageV) : minW;
  const roundedW = behaviour.lagA > 0 && steppedA >= 6 ? Math.max(targetW, leastW) : targetW;
  return roundedW < leastW - 1e-6 ? 0 : roundedW * behaviour.overdraw;
}

/** From a signal to the first change of power, ms. */
export function reactionMs(signal: PilotSignal, toW: number, fromW: number, behaviour: Behaviour): number {
  if (!isOffer(signal)) return X1_FALL_MS;
  if (signal.kind === 'digital') return DIGITAL_REACTION_MS;
  const ownMs = behaviour.reactionS * 1000;
  return Math.abs(toW) >= Math.abs(fromW) ? ownMs : Math.min(ownMs, DOWN_REACTION_MS);
}

/** What the car's own profile allows at an instant, W; Infinity before it begins and without one. */
export function ownLimitW(
  own: readonly { readonly fromMs: number; readonly powerW: number }[],
  atMs: number,
): number {
  return own.findLast(({ fromMs }) => fromMs <= atMs)?.powerW ?? NEVER;
}
