/**
 * Segments of one price, extended so that the highest net import of the plan stays lowest, and early where that leaves a choice.
 *
 * The totals that the slots of a price reach together are a base of a polymatroid (contracted by what cheaper segments took), so their sum is
 * fixed and their distribution is free. First every slot is extended in order of time up to the peak that is unavoidable so far: nothing is lost by
 * that. If slots could then take more (a trial tells how much, and is taken back), the peak has to rise, as little as possible: what is
 * missing is spread over the slots that are still open, as if poured on them; a slot that turns out full for good takes less than its part, and the
 * rest is poured on the others. Every pouring is a lower bound on the peak, because closed slots are at their maximum; so the last one is the
 * least peak. A price of an earlier group is never touched again, hence the peak of all is the largest of the groups'.
 */
import type { NormalProblem } from '../grid/normal-problem.ts';
import type { CostSegment } from './cost-segments.ts';
import { type EnergyFlow, NOTHING_WH } from './energy-flow.ts';

export class LowestPeak {
  readonly #normal: NormalProblem;
  readonly #flow: EnergyFlow;
  /** Highest net import that cannot be avoided so far, W. */
  #peakW: number;

  constructor(normal: NormalProblem, flow: EnergyFlow) {
    this.#normal = normal;
    this.#flow = flow;
    this.#peakW = normal.site.baseW.reduce((most, baseW) => Math.max(most, baseW), 0);
  }

  /** @param segments all of one price; returns what each took, Wh */
  extend(segments: readonly CostSegment[]): Float64Array {
    const flow = this.#flow;
    const takenWh = new Float64Array(segments.length);
    if (segments.length === 1) {
      const { slot, sizeWh } = segments[0]!;
      takenWh[0] = flow.extend(slot, sizeWh);
      this.#notePeak(segments, takenWh);
      return takenWh;
    }
    this.#extendTo(segments, takenWh, this.#peakW);
    const open = segments.filter((segment, i) => this.#isOpen(segment, takenWh[i]!)).length;
    if (open <= 1) {
      this.#extendTo(segments, takenWh, Number.POSITIVE_INFINITY);
      this.#notePeak(segments, takenWh);
      return takenWh;
    }
    const goBack = flow.checkpoint();
    const allWh = takenWh.slice();
    this.#extendTo(segments, allWh, Number.POSITIVE_INFINITY);
    let missingWh = sum(allWh) - sum(takenWh);
    const isForced = segments.every(({ sizeWh }, i) => sizeWh - allWh[i]! <= NOTHING_WH);
    if (missingWh <= NOTHING_WH * segments.length || isForced) {
      this.#notePeak(segments, allWh);
      return allWh;
    }
    goBack();
    const aimWh = sum(allWh);
    for (let rounds = 0; missingWh > NOTHING_WH * segments.length; rounds++) {
      const levelW = this.#levelFor(segments, takenWh, missingWh);
      this.#extendTo(segments, takenWh, rounds > segments.length ? Number.POSITIVE_INFINITY : levelW);
      const stillWh = aimWh - sum(takenWh);
      if (stillWh >= missingWh) break;
      missingWh = stillWh;
    }
    // Rounding of the pouring: what the trial had, the answer has.
    this.#extendTo(segments, takenWh, Number.POSITIVE_INFINITY);
    this.#notePeak(segments, takenWh);
    return takenWh;
  }

  #isOpen({ slot, sizeWh }: CostSegment, takenWh: number): boolean {
    return sizeWh - takenWh > NOTHING_WH && this.#flow.isOpen(slot);
  }

  /** Most Wh that the segment may take while the slot's net import stays at a level. */
  #roomWh({ slot, sizeWh, isSurplus }: CostSegment, levelW: number): number {
    if (isSurplus) return sizeWh;
    const belowW = levelW - Math.max(0, this.#normal.site.baseW[slot]!);
    return Math.min(sizeWh, Math.max(0, belowW) * this.#normal.hours[slot]!);
  }

  #extendTo(segments: readonly CostSegment[], takenWh: Float64Array, levelW: number): void {
    for (let i = 0; i < segments.length; i++) {
      const moreWh = this.#roomWh(segments[i]!, levelW) - takenWh[i]!;
      if (moreWh > NOTHING_WH) takenWh[i]! += this.#flow.extend(segments[i]!.slot, moreWh);
    }
  }

  /** The level at which the slots that are still open could take `moreWh` together. */
  #levelFor(segments: readonly CostSegment[], takenWh: Float64Array, moreWh: number): number {
    const open = segments
      .map((segment, i) => ({ segment, nowWh: takenWh[i]! }))
      .filter(({ segment, nowWh }) => !segment.isSurplus && this.#isOpen(segment, nowWh));
    const moreAt = (levelW: number) =>
      open.reduce((wh, { segment, nowWh }) => wh + Math.max(0, this.#roomWh(segment, levelW) - nowWh), 0);
    const { baseW } = this.#normal.site;
    const { hours } = this.#normal;
    // Levels at which a slot begins and ends to take more; between two of them the amount grows evenly.
    const corners = open
      .flatMap(({ segment: { slot, sizeWh }, nowWh }) => {
        const floorW = Math.max(0, baseW[slot]!);
        return [floorW + nowWh / hours[slot]!, floorW + sizeWh / hours[slot]!];
      })
      .sort((a, b) => a - b);
    let startW = this.#peakW;
    for (const endW of corners) {
      if (endW <= startW) continue;
      const [startWh, slopeWh] = [moreAt(startW), this.#slopeAt(open, startW)];
      if (startWh + slopeWh * (endW - startW) >= moreWh) return startW + (moreWh - startWh) / slopeWh;
      startW = endW;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Wh per W by which the open slots take more just above a level. */
  #slopeAt(open: readonly { segment: CostSegment; nowWh: number }[], levelW: number): number {
    const { site, hours } = this.#normal;
    let slopeWh = 0;
    for (const { segment, nowWh } of open) {
      const roomWh = (levelW - Math.max(0, site.baseW[segment.slot]!)) * hours[segment.slot]!;
      if (roomWh >= nowWh - NOTHING_WH && roomWh < segment.sizeWh) slopeWh += hours[segment.slot]!;
    }
    return slopeWh;
  }

  #notePeak(segments: readonly CostSegment[], takenWh: Float64Array): void {
    const { site, hours } = this.#normal;
    segments.forEach(({ slot, isSurplus }, i) => {
      if (isSurplus) return;
      const netW = Math.max(0, site.baseW[slot]!) + takenWh[i]! / hours[slot]!;
      if (netW > this.#peakW) this.#peakW = netW;
    });
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
