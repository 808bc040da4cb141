/** Languages people are spoken to in outside the pages: messages of browsers and e-mail. English where nobody chose. */
export const LANGUAGES = ['en', 'nl', 'es', 'it', 'fi', 'hu', 'ca', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
