import { type DrawnEvse, LEAST_TOLD_W, type SiteGrid } from '../charts/site-slots.ts';
import { kilowattHours, momentText, percent } from '../words/numbers.ts';
import { type Word, wordOf } from '../words/words.svelte.ts';
import { stateOf } from './evse-state.ts';

type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

/** Told of drawing and plan only where they differ by more, W and share. */
const APART_W = 500;
const APART_SHARE = 0.15;

/**
 * Why an EVSE does what it does, or will do in a quarter hour to come: one sentence, best first: what will be missing, what it waits for,
 * what holds it back, otherwise what it does.
 * @param at index of the slot that is asked about @param nowSlot index of the slot that contains now
 */
export function reasonText(
  say: Say,
  language: string,
  picture: SiteGrid,
  evse: DrawnEvse,
  at: number,
  nowSlot: number,
): string {
  const { session, plannedW } = evse;
  const doing = at === nowSlot ? stateOf(evse, nowSlot) : undefined;
  if (session === null) return say(wordOf('sentence', doing ?? 'free') ?? 'sentence.unknown');
  if (session.shortfallWh >= 100)
    return say('sentence.shortfall', { energy: kilowattHours(language, session.shortfallWh) });
  const code = session.reasons.map((one) => wordOf('reason', one.code)).find((word) => word !== undefined);
  const draws = (w: number | null | undefined) => Math.abs(w ?? 0) >= LEAST_TOLD_W;
  if (doing === undefined ? !draws(plannedW[at]) : doing === 'waiting') {
    const next = plannedW.findIndex((w, slot) => slot > at && draws(w));
    if (next < 0) return say('sentence.done');
    const atMs = Date.parse(picture.start) + next * picture.slotMinutes * 60_000;
    return say(waitOf(code), { until: momentText(language, atMs, picture.now, picture.timeZone) });
  }
  if (doing === 'charging' && code === undefined) {
    const apartW = (session.actualW ?? 0) - (session.plannedW ?? 0);
    if (Math.abs(apartW) >= Math.max(APART_W, APART_SHARE * Math.abs(session.plannedW ?? 0)))
      return say(apartW > 0 ? 'sentence.more' : 'sentence.less');
  }
  if (code !== undefined) return say(code);
  return say(wordOf('sentence', doing ?? 'charging') ?? 'sentence.unknown');
}

const waitOf = (code: Word | undefined): Word =>
  code === 'reason.greener_slots'
    ? 'sentence.waits_green'
    : code === 'reason.waits_for_cheaper_slots'
      ? 'sentence.waits_cheap'
      : 'sentence.waits';

/** `80 % by 07:00`: what the plan leads to; undefined where nothing more is planned. */
export function promiseText(
  say: Say,
  language: string,
  picture: SiteGrid,
  { session }: DrawnEvse,
): string | undefined {
  const expected = session?.expected;
  if (expected === null || expected === undefined) return undefined;
  const time = momentText(language, expected.at, picture.now, picture.timeZone);
  return expected.soc === null
    ? say('card.expected', { energy: kilowattHours(language, expected.energyWh), time })
    : say('card.expected_soc', { soc: percent(language, expected.soc), time });
}
