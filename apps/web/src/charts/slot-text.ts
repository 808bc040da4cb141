import { clockTime, day, kilowatts, pricePerKwh } from '../words/numbers.ts';
import type { Word } from '../words/words.svelte.ts';
import type { DrawnSite, SiteSlot } from './site-slots.ts';

type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

/** `Mon 1 Jun 19:15–19:30`, at the site. */
export function periodText(language: string, slot: SiteSlot, timeZone: string): string {
  return `${day(language, slot.startMs, timeZone)} ${clockTime(language, slot.startMs, timeZone)}–${clockTime(language, slot.endMs, timeZone)}`;
}

/**
 * What one quarter hour holds, as a sentence for those who do not see the chart.
 * @param other what is drawn to compare with: its name and its net power, W
 */
export function slotText(
  say: Say,
  language: string,
  picture: DrawnSite,
  slot: SiteSlot,
  other?: { readonly name: string; readonly netW: number | null },
): string {
  const kw = (w: number | null) => kilowatts(language, w);
  const cars = picture.evses
    .map(({ label }, evse) => ({ label, w: slot.byEvseW[evse] ?? 0 }))
    .filter(({ w }) => Math.abs(w) >= 1)
    .map(({ label, w }) => `${label} ${kw(w)}`);
  const parts = [
    `${periodText(language, slot, picture.timeZone)}, ${say(slot.isOver ? 'chart.metered' : 'chart.planned')}`,
    `${say('chart.net')} ${kw(slot.netW)}`,
    ...(slot.isOver && slot.plannedNetW !== null ? [`${say('chart.then')} ${kw(slot.plannedNetW)}`] : []),
    ...(other === undefined ? [] : [`${other.name} ${kw(other.netW)}`]),
    `${say('chart.limit')} ${kw(slot.limitW)}`,
    `${say('chart.cars')} ${kw(slot.evW)}${cars.length === 0 ? '' : ` (${cars.join(', ')})`}`,
    `${say('chart.base')} ${kw(slot.baseLoadW)}`,
    `${say('chart.generation')} ${kw(slot.generationW)}`,
    `${say('chart.price')} ${pricePerKwh(language, slot.price, picture.currency)}`,
  ];
  return parts.join('; ');
}
