import type { Vehicle } from '../sites/index.ts';
import { maxPowerOf, type Placed, phasesOf } from './place.ts';

/**
 * Largest current of a single-phase load by grid code, A (X33): 4.6 kVA in Germany and Austria; in North America homes and posts have one
 * phase and no such rule (SAE J1772 Level 2 ends at 80 A); 16 A elsewhere.
 */
const SINGLE_PHASE_A: Readonly<Record<string, number>> = { DEU: 20, AUT: 20, USA: 80, CAN: 80 };
const USUAL_SINGLE_PHASE_A = 16;

/** What the meter showed of a car, as a fact for planning: its phases, and how much it may draw on them. */
export function seenVehicle(
  phases: number,
  place: Placed,
  country: string | undefined,
): { readonly phases: 1 | 2 | 3; readonly maxChargeW?: number } & Pick<Vehicle, 'phases' | 'maxChargeW'> {
  const connector = place.connectors[0];
  const used = Math.min(3, Math.max(1, phases)) as 1 | 2 | 3;
  if (connector === undefined || connector.powerType === 'DC') return { phases: used };
  const wired = phasesOf(connector);
  const share = Math.min(used, wired) / wired;
  const perPhaseA =
    used === 1
      ? Math.min(connector.maxCurrentA, SINGLE_PHASE_A[country ?? ''] ?? USUAL_SINGLE_PHASE_A)
      : connector.maxCurrentA;
  const mostW = Math.min(maxPowerOf(connector) * share, perPhaseA * connector.maxVoltageV * used);
  return { phases: used, maxChargeW: Math.floor(mostW) };
}
