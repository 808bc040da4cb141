import { clockTime, kilowattHours, momentText, money, percent } from '../words/numbers.ts';
import type { Charge } from './charge-state.ts';

/** Says a text of the catalogue; handed in, so that the sentence can be tried in any language. */
type Say = (
  word:
    | 'drive.promise.by'
    | 'drive.promise.starts'
    | 'drive.promise.now'
    | 'drive.promise.about'
    | 'drive.promise.none',
  values?: Readonly<Record<string, string>>,
) => string;

/** Starts within this are "now". */
const NOW_MS = 60_000;

/** `80 % by 07:00 · starts 01:15 · about €2.10`: one sentence that says what the driver gets, when, and for how much. */
export function promiseOf(
  { outlook, wishes, energyWh, socket, now }: Charge,
  language: string,
  say: Say,
): string {
  if (outlook === null) return say('drive.promise.none');
  const at = (moment: string) => momentText(language, moment, now, socket.timeZone);
  const reached = outlook.soc?.at(-1);
  const amount =
    reached !== undefined && wishes.energyNeedWh === null
      ? percent(language, reached)
      : kilowattHours(language, energyWh + outlook.chargedWh - outlook.dischargedWh);
  const parts: string[] = [];
  const by = outlook.due ?? outlook.ends;
  if (by !== null) parts.push(say('drive.promise.by', { amount, time: at(by) }));
  if (outlook.starts !== null) {
    const isNow = Date.parse(outlook.starts) - Date.parse(now) <= NOW_MS;
    parts.push(isNow ? say('drive.promise.now') : say('drive.promise.starts', { time: at(outlook.starts) }));
  }
  if (parts.length === 0) return say('drive.promise.none');
  if (outlook.cost !== null)
    parts.push(
      say('drive.promise.about', { cost: money(language, outlook.cost.amount, outlook.cost.currency) }),
    );
  return parts.join(' · ');
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
