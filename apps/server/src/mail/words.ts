import { readFileSync } from 'node:fs';
import { LANGUAGES, type Language } from '../config/index.ts';

const WORDS: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  LANGUAGES.map((language) => [
    language,
    JSON.parse(readFileSync(new URL(`./words/${language}.json`, import.meta.url), 'utf8')) as Record<
      string,
      string
    >,
  ]),
);

/** About an account: an address to confirm, a password to choose, one that was changed, an invitation, a reset by an admin. */
export type LetterWord = 'confirm' | 'password' | 'changed' | 'join' | 'reset';

/** @param link what is to be opened, where there is something */
export function wordsOf(
  kind: LetterWord,
  language: Language,
  link?: string,
): { readonly subject: string; readonly text: string } {
  const text = said(`${kind}.text`, language);
  return {
    subject: said(`${kind}.subject`, language),
    text: link === undefined ? text : `${text}\n\n${link}`,
  };
}

/** @throws TypeError for a word that nobody wrote: a defect */
export function said(word: string, language: Language, gaps: Readonly<Record<string, string>> = {}): string {
  const text = WORDS.get(language)?.[word];
  if (text === undefined) throw new TypeError(`There is no word ${word} in ${language}.`);
  return text.replaceAll(/\{(\w+)\}/g, (_gap, name: string) => gaps[name] ?? '');
}
