/** Resistor of the proximity contact by cable rating (IEC 61851-1 Table B.2). */
const CODES: readonly { readonly ohm: number; readonly currentA: number }[] = [
  { ohm: 1_500, currentA: 13 },
  { ohm: 680, currentA: 20 },
  { ohm: 220, currentA: 32 },
  { ohm: 100, currentA: 63 },
];

/** Rating of a cable by its resistor, A per phase; 0 for a resistor that stands for no cable. */
export function cableRatingA(ohm: number): number {
  const code = CODES.find((candidate) => Math.abs(ohm / candidate.ohm - 1) <= 0.2);
  return code?.currentA ?? 0;
}
