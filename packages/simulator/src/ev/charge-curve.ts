/** What a battery accepts by state of charge: straight lines between points, constant before the first and after the last. */
export interface ChargeCurve {
  /** Ascending in soc (0..1); powers on the battery side, W, above 0 except at the end. */
  readonly points: readonly { readonly soc: number; readonly powerW: number }[];
}

/** Constant power to the knee, then P = Pmax (1 - s) / (1 - knee) (two-stage model of acnportal, `battery.py`, BSD-3). */
export function twoStage(maxChargeW: number, knee: number): ChargeCurve {
  return {
    points: [
      { soc: 0, powerW: maxChargeW },
      { soc: knee, powerW: maxChargeW },
      { soc: 1, powerW: 0 },
    ],
  };
}

/** A cold battery takes less: every power times `factor` (about 0.3 at -10 degrees). */
export function scaled(curve: ChargeCurve, factor: number): ChargeCurve {
  return { points: curve.points.map(({ soc, powerW }) => ({ soc, powerW: powerW * factor })) };
}

/** Share of its power that a battery takes at a temperature: 1 from 20 degrees up, 0.3 at -10, linear between and no less than 0.15. */
export function coldFactor(celsius: number): number {
  return Math.min(1, Math.max(0.15, 1 - ((20 - celsius) / 30) * 0.7));
}

export function acceptedBy(curve: ChargeCurve, soc: number): number {
  const { from, to } = pieceAt(curve, soc);
  if (to.soc <= from.soc) return from.powerW;
  const share = Math.min(1, Math.max(0, (soc - from.soc) / (to.soc - from.soc)));
  return from.powerW + share * (to.powerW - from.powerW);
}

/** A stretch over which the battery side follows P(t) = startW * e^(ratePerMs t); a rate of 0 is constant power. */
export interface Stretch {
  readonly startW: number;
  readonly ratePerMs: number;
  /** When another stretch begins, ms from now; Infinity when it never does. */
  readonly lastsMs: number;
}

const MS_PER_H = 3_600_000;

/**
 * The course of a battery that is offered `offeredW` from `soc` on, up to the next corner: where the curve bends or crosses
 * the offer. Exact: dP/dt = P * slope / capacity on a straight piece, so P grows or decays exponentially.
 */
export function stretchFrom(curve: ChargeCurve, capacityWh: number, soc: number, offeredW: number): Stretch {
  const { from, to } = pieceAt(curve, soc);
  const isLast = to.soc <= soc;
  const slope = isLast || to.soc <= from.soc ? 0 : (to.powerW - from.powerW) / (to.soc - from.soc);
  const accepted = acceptedBy(curve, soc);
  const isLimitedByCurve = accepted < offeredW - 1e-9 || (accepted <= offeredW + 1e-9 && slope < 0);
  if (!isLimitedByCurve) {
    const crossing = slope < 0 ? soc + (offeredW - accepted) / slope : Number.POSITIVE_INFINITY;
    const corner = Math.min(isLast ? Number.POSITIVE_INFINITY : to.soc, crossing);
    return { startW: offeredW, ratePerMs: 0, lastsMs: timeOf(corner - soc, capacityWh, offeredW) };
  }
  if (slope === 0) {
    const corner = isLast ? Number.POSITIVE_INFINITY : to.soc;
    return { startW: accepted, ratePerMs: 0, lastsMs: timeOf(corner - soc, capacityWh, accepted) };
  }
  const ratePerMs = slope / capacityWh / MS_PER_H;
  const endW = slope > 0 ? Math.min(to.powerW, offeredW) : to.powerW;
  const lastsMs = endW <= 0 ? Number.POSITIVE_INFINITY : Math.log(endW / accepted) / ratePerMs;
  return { startW: accepted, ratePerMs, lastsMs: Math.max(0, lastsMs) };
}

function timeOf(deltaSoc: number, capacityWh: number, powerW: number): number {
  return powerW <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, (deltaSoc * capacityWh * MS_PER_H) / powerW);
}

function pieceAt(curve: ChargeCurve, soc: number) {
  const { points } = curve;
  let n = 0;
  // A hair of tolerance, so that a corner that was just reached counts as passed.
  while (n < points.length - 2 && points[n + 1]!.soc <= soc + 1e-9) n += 1;
  return { from: points[n]!, to: points[Math.min(n + 1, points.length - 1)]! };
}
