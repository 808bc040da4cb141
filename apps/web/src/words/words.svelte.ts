import { ENGLISH } from './english.ts';
import { bestLanguage, filled, isLanguage, type Language } from './languages.ts';

export type Word = keyof typeof ENGLISH;
type Catalogue = Readonly<Record<Word, string>>;

const KEPT = 'smac-language';
const others = import.meta.glob<Readonly<Record<string, string>>>(
  ['./catalogues/*/*.json', '!./catalogues/*/en.json'],
  { import: 'default' },
);

let language = $state<Language>('en');
let catalogue = $state.raw<Catalogue>(ENGLISH);

/** The language in use: of texts, numbers and times. */
export const languageInUse = () => language;

let askedFor: Language = 'en';

export async function speak(wanted: Language): Promise<void> {
  askedFor = wanted;
  const areas = Object.entries(others).filter(([file]) => file.endsWith(`/${wanted}.json`));
  const texts = await Promise.all(areas.map(([, load]) => load()));
  // Another language was chosen while this one came.
  if (askedFor !== wanted) return;
  catalogue = Object.assign({}, ENGLISH, ...texts);
  language = wanted;
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}

/** The language chosen last time, otherwise the best of the browser's. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT) ?? '';
  return isLanguage(kept) ? kept : bestLanguage(navigator.languages);
}

/** A text of the catalogue in the language in use. */
export function say(word: Word, values?: Readonly<Record<string, string | number>>): string {
  return filled(catalogue[word], values);
}

/** For words that are made of a code: undefined where the catalogue has none. */
export function wordOf(prefix: string, code: string): Word | undefined {
  const word = `${prefix}.${code}`;
  return Object.hasOwn(ENGLISH, word) ? (word as Word) : undefined;
}
