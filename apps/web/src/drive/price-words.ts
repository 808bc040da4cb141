import { money, pricePerKwh } from '../words/numbers.ts';
import type { Outlook } from './charge-state.ts';
import type { PlaceSocket } from './places.ts';

type Cost = NonNullable<Outlook['cost']>;
type Word =
  | 'drive.price.none'
  | 'drive.price.hour'
  | 'drive.price.parked'
  | 'drive.price.once'
  | 'drive.price.varies';
type Say = (word: Word, values?: Readonly<Record<string, string>>) => string;

/** All that a charge costs at a socket from now on, in words: energy, time, a start fee; nothing of it is left for the bill to tell (BI21). */
export function priceText(price: PlaceSocket['price'], language: string, say: Say): string {
  if (price === null) return say('drive.price.none');
  const { currency, perKwh, perHour, perHourParked, once, varies } = price;
  const part = (amount: number | null, word: Word) =>
    amount ? [say(word, { price: money(language, amount, currency) })] : [];
  const parts = [
    ...(perKwh ? [pricePerKwh(language, perKwh, currency)] : []),
    ...part(perHour, 'drive.price.hour'),
    ...part(perHourParked, 'drive.price.parked'),
    ...part(once, 'drive.price.once'),
  ];
  if (parts.length === 0) parts.push(say('drive.price.none'));
  return [parts.join(' + '), ...(varies ? [say('drive.price.varies')] : [])].join('; ');
}

/** What one owes: an amount, or nothing. What energy costs the place is no price of its drivers. */
export const costText = (
  { amount, currency, basis }: Cost,
  language: string,
  say: (word: 'drive.price.none') => string,
): string => (basis === 'free' ? say('drive.price.none') : money(language, amount, currency));
