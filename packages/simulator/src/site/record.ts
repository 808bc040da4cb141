import { meanOver, type Series } from '../series/series.ts';

const MINUTE_MS = 60_000;
const MS_PER_H = 3_600_000;

/** What the cars of a site took, minute by minute. */
export class SiteRecord {
  readonly #firstMinute: number;
  /** Wh per minute, charging positive. */
  readonly #wh: number[] = [];

  constructor(startMs: number) {
    this.#firstMinute = Math.floor(startMs / MINUTE_MS);
  }

  /** Energy of a stretch that does not cross a minute; what lies before the start of the record is dropped. */
  add(fromMs: number, wh: number): void {
    const minute = Math.floor(fromMs / MINUTE_MS) - this.#firstMinute;
    if (minute < 0) return;
    while (this.#wh.length <= minute) this.#wh.push(0);
    this.#wh[minute]! += wh;
  }

  /** Energy of the cars in [fromMs, toMs), Wh; both on whole minutes. */
  energyWh(fromMs: number, toMs: number): number {
    const from = Math.max(0, fromMs / MINUTE_MS - this.#firstMinute);
    const to = Math.min(this.#wh.length, toMs / MINUTE_MS - this.#firstMinute);
    let sum = 0;
    for (let minute = from; minute < to; minute++) sum += this.#wh[minute]!;
    return sum;
  }

  /** Mean power of the cars in [fromMs, toMs), W. */
  meanW(fromMs: number, toMs: number): number {
    return (this.energyWh(fromMs, toMs) * MS_PER_H) / (toMs - fromMs);
  }
}

/** What one slot of a record looks like at the supply point. */
export interface RecordedSlot {
  readonly startMs: number;
  readonly evWh: number;
  readonly netW: number;
  /** The cars pushed the slot average beyond the limit. */
  readonly overLimit: boolean;
  /** What the cars' energy cost, in the currency of the prices; base load not counted. */
  readonly cost: number;
}

export interface SlotTerms {
  readonly baseW?: Series;
  readonly limitW?: number;
  /** Per kWh imported. */
  readonly importPrice: Series;
  /** Per kWh exported; default 0. */
  readonly exportPrice?: Series;
}

/** Half a watt: profiles are rounded down to whole watts, so anything above it is real. */
const TOLERANCE_W = 0.5;

/** The record in slots of `slotMs`, with the cost of the cars: what the site pays with them minus what it pays without. */
export function slotsOf(
  record: SiteRecord,
  fromMs: number,
  toMs: number,
  slotMs: number,
  terms: SlotTerms,
): readonly RecordedSlot[] {
  const slots: RecordedSlot[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += slotMs) {
    const endMs = startMs + slotMs;
    const evWh = record.energyWh(startMs, endMs);
    const evW = (evWh * MS_PER_H) / slotMs;
    const baseW = terms.baseW === undefined ? 0 : (meanOver(terms.baseW, startMs, endMs) ?? 0);
    const budgetW = terms.limitW === undefined ? Number.POSITIVE_INFINITY : Math.max(0, terms.limitW - baseW);
    const price = meanOver(terms.importPrice, startMs, endMs) ?? 0;
    const exportPrice =
      terms.exportPrice === undefined ? 0 : (meanOver(terms.exportPrice, startMs, endMs) ?? 0);
    const pays = (netWh: number) => (Math.max(0, netWh) * price - Math.max(0, -netWh) * exportPrice) / 1000;
    const baseWh = (baseW * slotMs) / MS_PER_H;
    slots.push({
      startMs,
      evWh,
      netW: baseW + evW,
      overLimit: evW > budgetW + TOLERANCE_W,
      cost: pays(baseWh + evWh) - pays(baseWh),
    });
  }
  return slots;
}
