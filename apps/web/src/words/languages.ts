/** Languages with a complete catalogue, by the name they give themselves. */
export const LANGUAGES = {
  en: 'English',
  nl: 'Nederlands',
  es: 'Español',
  it: 'Italiano',
  fi: 'Suomi',
  hu: 'Magyar',
  ca: 'Català',
  de: 'Deutsch',
} as const;

export type Language = keyof typeof LANGUAGES;

export function isLanguage(name: string): name is Language {
  return Object.hasOwn(LANGUAGES, name);
}

/** The first wanted language there is a catalogue for, English otherwise. */
export function bestLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.split('-')[0]?.toLowerCase() ?? '';
    if (isLanguage(name)) return name;
  }
  return 'en';
}

/**
 * Puts values into a text: `{count}` stands for one, `{count|car|cars}` for what is said of one or of another number. Each language here has
 * these two forms or one; where a number never changes the word, the text has none.
 */
export function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(
    /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return one === undefined || other === undefined ? String(value) : String(value) === '1' ? one : other;
    },
  );
}
