import { readFileSync } from 'node:fs';
import { LANGUAGES } from '../../config/index.ts';
import type { Notice, NoticeKind } from './notice.ts';

type Words = Readonly<Record<NoticeKind, string>>;

/** The same sentences as in the app; a test compares them with its catalogues. */
const WORDS: ReadonlyMap<string, Words> = new Map(
  LANGUAGES.map((language) => [
    language,
    JSON.parse(readFileSync(new URL(`./words/${language}.json`, import.meta.url), 'utf8')) as Words,
  ]),
);

/** What a notice says, in the language of whoever is told; English where nobody translated it. */
export function sentenceOf({ kind, detail }: Pick<Notice, 'kind' | 'detail'>, language: string): string {
  const words = WORDS.get(language) ?? WORDS.get('en');
  const kwh = new Intl.NumberFormat(language === 'en' ? 'en-GB' : language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format((detail.energyWh ?? 0) / 1000);
  return (words?.[kind] ?? kind)
    .replaceAll('{energy}', `${kwh} kWh`)
    .replaceAll('{socket}', detail.evseUid ?? '');
}
