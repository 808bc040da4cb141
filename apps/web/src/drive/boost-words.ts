import { money } from '../words/numbers.ts';
import type { Outlook } from './charge-state.ts';
import { kilograms } from './effect-words.ts';

type Word =
  | 'drive.boost.same'
  | 'drive.boost.free'
  | 'drive.boost.time'
  | 'drive.boost.cost'
  | 'drive.boost.cost.same'
  | 'drive.boost.co2.more'
  | 'drive.boost.co2.less';
type Say = (word: Word, values?: Readonly<Record<string, string>>) => string;

/** Less is no difference on the page: a cent, and ten grams. */
const SAME_MONEY = 0.005;
const SAME_G = 5;

/** What charging at once changes, in time, money and CO2, before anybody agrees to it. */
export function boostText(
  { now, boosted }: { readonly now: Outlook; readonly boosted: Outlook },
  language: string,
  at: (moment: string) => string,
  say: Say,
): { readonly isFaster: boolean; readonly sentence: string } {
  // What is asked a moment later may end a moment later.
  const isFaster =
    boosted.ends !== null && (now.ends === null || Date.parse(boosted.ends) < Date.parse(now.ends) - 60_000);
  if (!isFaster) return { isFaster, sentence: say('drive.boost.same') };
  const ends = { ready: at(boosted.ends ?? ''), now: now.ends === null ? '–' : at(now.ends) };
  return {
    isFaster,
    sentence: [costs(now, boosted, ends, language, say), carbon(now, boosted, language, say)]
      .join(' ')
      .trim(),
  };
}

function costs(
  now: Outlook,
  boosted: Outlook,
  ends: { ready: string; now: string },
  language: string,
  say: Say,
): string {
  if (now.cost === null || boosted.cost === null) return say('drive.boost.time', ends);
  if (boosted.cost.basis === 'free') return say('drive.boost.free', ends);
  const { amount, currency } = boosted.cost;
  const cost = money(language, amount, currency);
  const difference = amount - now.cost.amount;
  if (Math.abs(difference) < SAME_MONEY) return say('drive.boost.cost.same', { ...ends, cost });
  const more = `${difference < 0 ? '−' : '+'}${money(language, Math.abs(difference), currency)}`;
  return say('drive.boost.cost', { ...ends, more, cost });
}

function carbon(now: Outlook, boosted: Outlook, language: string, say: Say): string {
  if (now.co2G === null || boosted.co2G === null) return '';
  const moreG = boosted.co2G - now.co2G;
  if (Math.abs(moreG) < SAME_G) return '';
  const mass = kilograms(language, Math.abs(moreG) / 1000);
  return say(moreG > 0 ? 'drive.boost.co2.more' : 'drive.boost.co2.less', { mass });
}
