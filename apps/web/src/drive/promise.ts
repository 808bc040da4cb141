import { clockTime, kilowattHours, momentText, percent } from '../words/numbers.ts';
import type { Charge } from './charge-state.ts';
import { costText } from './price-words.ts';

/** Says a text of the catalogue; handed in, so that the sentence can be tried in any language. */
type Say = (
  word:
    | 'drive.price.none'
    | 'drive.promise.by'
    | 'drive.promise.up_to'
    | 'drive.promise.most'
    | 'drive.promise.starts'
    | 'drive.promise.now'
    | 'drive.promise.first'
    | 'drive.promise.about'
    | 'drive.promise.none',
  values?: Readonly<Record<string, string>>,
) => string;

/** Starts within this are "now". */
const NOW_MS = 60_000;

/** `80 % by 07:00 · starts 01:15 · about €2.10`: one sentence that says what the driver gets, when, and for how much. */
export function promiseOf(charge: Charge, language: string, say: Say): string {
  const { outlook, wishes, energyWh, socket, now } = charge;
  if (outlook === null) return say('drive.promise.none');
  const at = (moment: string) => momentText(language, moment, now, socket.timeZone);
  const reached = outlook.soc?.at(-1);
  const amount =
    reached !== undefined && wishes.energyNeedWh === null
      ? percent(language, reached)
      : kilowattHours(language, energyWh + outlook.chargedWh - outlook.dischargedWh);
  const parts: string[] = [];
  const by = outlook.due ?? outlook.ends;
  // Nobody knows how full the car is nor what it needs: the plan is made for the most it may take.
  const isGuess = reached === undefined && wishes.energyNeedWh === null;
  if (by !== null)
    parts.push(say(isGuess ? 'drive.promise.up_to' : 'drive.promise.by', { amount, time: at(by) }));
  if (outlook.starts !== null) {
    const isNow = Date.parse(outlook.starts) - Date.parse(now) <= NOW_MS;
    parts.push(isNow ? say('drive.promise.now') : say('drive.promise.starts', { time: at(outlook.starts) }));
  }
  const firstMs = firstReachedMs(charge);
  if (firstMs !== undefined) {
    const first =
      wishes.atOnceSoc === null
        ? kilowattHours(language, wishes.atOnceWh)
        : percent(language, wishes.atOnceSoc);
    parts.push(say('drive.promise.first', { amount: first, time: at(new Date(firstMs).toISOString()) }));
  }
  if (parts.length === 0) return say('drive.promise.none');
  if (outlook.cost !== null) {
    const cost = costText(outlook.cost, language, say);
    const isMost = isGuess ? 'drive.promise.most' : 'drive.promise.about';
    parts.push(outlook.cost.basis === 'free' ? cost : say(isMost, { cost }));
  }
  return parts.join(' · ');
}

/** When the plan has what is wanted right away, epoch ms; undefined where nothing is, where it is there already, and where it never comes. */
function firstReachedMs({ outlook, wishes, energyWh, soc, now }: Charge): number | undefined {
  if (outlook === null) return undefined;
  const { atOnceSoc, atOnceWh } = wishes;
  const startMs = Date.parse(outlook.start);
  const slotMs = outlook.slotMinutes * 60_000;
  // What the plan rounds is nothing that a driver waits for.
  const isAt = (slot: number, wh: number): boolean =>
    atOnceSoc !== null
      ? (outlook.soc?.[slot] ?? 0) >= atOnceSoc - 0.005
      : atOnceWh !== null && wh >= atOnceWh - 50;
  if (atOnceSoc !== null ? (soc ?? 0) >= atOnceSoc : atOnceWh === null || energyWh >= atOnceWh)
    return undefined;
  let wh = energyWh;
  for (const [slot, w] of outlook.powerW.entries()) {
    const fromMs = Math.max(startMs + slot * slotMs, Date.parse(now));
    const toMs = startMs + (slot + 1) * slotMs;
    wh += (w * Math.max(0, toMs - fromMs)) / 3_600_000;
    if (isAt(slot, wh)) return toMs;
  }
  return undefined;
}

const DAY_MS = 24 * 3_600_000;

/** The next time the clock at the place shows `HH:MM`, epoch ms, more than a minute ahead. */
export function nextAt(clock: string, nowMs: number, timeZone: string): number {
  const minutesOf = (text: string) => {
    const [hours = 0, minutes = 0] = text.split(':').map(Number);
    return hours * 60 + minutes;
  };
  const shown = (atMs: number) => minutesOf(clockTime('en', atMs, timeZone));
  const wanted = minutesOf(clock);
  const wholeMs = Math.floor(nowMs / 60_000) * 60_000;
  let aheadMs = ((wanted - shown(wholeMs) + 1440) % 1440 || 1440) * 60_000;
  // Where the clocks change in between, the hour is put right once.
  const off = ((wanted - shown(wholeMs + aheadMs) + 1440 + 720) % 1440) - 720;
  aheadMs += off * 60_000;
  return wholeMs + (aheadMs <= 60_000 ? aheadMs + DAY_MS : aheadMs);
}
