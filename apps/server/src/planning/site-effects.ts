/** Per slot: what the cars took, what they would have taken without SMAC (Wh), and what the site was told of the slot. */
export interface SlotFacts {
  readonly actualWh: number;
  readonly uncontrolledWh: number;
  /** Without cars: load minus generation, W. */
  readonly baseW: number;
  /** g CO2 per kWh; undefined: nobody told. */
  readonly co2GPerKwh: number | undefined;
  /** Flex order, W: negative asks for less import, positive for more. 0: none. */
  readonly flexW: number;
}

/** What the cars did for grid and climate (D4.2 US-ROM-obj). Energies in Wh, CO2 in kg. */
export interface SiteEffects {
  /** Part of the energy of the cars that came from generation that the site had left over. */
  readonly ownGenerationWh: number;
  /** CO2 of the energy in slots whose intensity is known, as it was and uncontrolled; null: no intensity is known. */
  readonly co2Kg: number | null;
  readonly uncontrolledCo2Kg: number | null;
  /** Energy that flex orders asked to be moved away or taken up, and how much of it the cars did against charging uncontrolled. */
  readonly flexAskedWh: number;
  readonly flexDoneWh: number;
}

export function siteEffects(slots: readonly SlotFacts[], hours: number): SiteEffects {
  let ownGenerationWh = 0;
  let flexAskedWh = 0;
  let flexDoneWh = 0;
  let grams: number | null = null;
  let uncontrolledGrams: number | null = null;
  for (const { actualWh, uncontrolledWh, baseW, co2GPerKwh, flexW } of slots) {
    ownGenerationWh += Math.min(actualWh, Math.max(0, -baseW) * hours);
    if (co2GPerKwh !== undefined) {
      grams = (grams ?? 0) + (actualWh / 1000) * co2GPerKwh;
      uncontrolledGrams = (uncontrolledGrams ?? 0) + (uncontrolledWh / 1000) * co2GPerKwh;
    }
    if (flexW === 0) continue;
    const askedWh = Math.abs(flexW) * hours;
    const movedWh = flexW < 0 ? uncontrolledWh - actualWh : actualWh - uncontrolledWh;
    flexAskedWh += askedWh;
    flexDoneWh += Math.min(askedWh, Math.max(0, movedWh));
  }
  return {
    ownGenerationWh,
    co2Kg: grams === null ? null : grams / 1000,
    uncontrolledCo2Kg: uncontrolledGrams === null ? null : uncontrolledGrams / 1000,
    flexAskedWh,
    flexDoneWh,
  };
}
