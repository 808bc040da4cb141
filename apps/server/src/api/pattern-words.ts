/** What each form of text that a route takes is called by people, with an example. */
const ID = 'must be an id as this server gives them';
const PRINTABLE = 'must not be empty nor hold line breaks or control characters';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['^[0-9a-f]{12}$', ID],
  ['^[0-9a-f]{18}$', ID],
  ['^[0-9a-f]{24}$', ID],
  ['^[\\w-]{1,1400}$', ID],
  ['^[A-Za-z0-9_-]{1,43}$', ID],
  ['^[A-Z]{3}$', 'must be three capital letters, like EUR or ESP'],
  ['^[A-Z]{2}-[A-Z0-9]{3}$', 'must be a country and a party in capitals, like NL-TNM'],
  ['^[A-Za-z]{2}$', 'must be the two letters of a country, like NL'],
  ['^[A-Za-z0-9]{3}$', 'must be three letters or digits, like TNM'],
  ['^\\d{4}-\\d\\d-\\d\\d$', 'must be a day, like 2026-11-21'],
  ['^\\d{4}-(0[1-9]|1[0-2])$', 'must be a month, like 2026-11'],
  ['^([01]\\d|2[0-3]):[0-5]\\d$', 'must be a time of day from 00:00 to 23:59, like 07:30'],
  ['^\\d{6}$', 'must be six digits, like 123456'],
  ['^-?[0-9]{1,2}\\.[0-9]{2,7}$', 'must be degrees as a text with 2 to 7 decimals, like "41.3902"'],
  ['^-?[0-9]{1,3}\\.[0-9]{2,7}$', 'must be degrees as a text with 2 to 7 decimals, like "2.1540"'],
  ['^https?://[^\\s]+$', 'must be an address with http or https, like https://example.org/oscp/cp/2.0'],
  [
    '^[^\\s@\\u0000-\\u001f\\u007f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f]{1,189}$',
    'must be an e-mail address, like anna@example.org',
  ],
  ['^[a-z][a-z-]{0,39}$', 'must be the name of a table in small letters, like cdrs'],
  ['^[a-z0-9_]{1,50}$', 'must be small letters, digits and _, like soc_preferences'],
  ['^[\\x21-\\x7e]{1,64}$', 'must be 1 to 64 letters, digits or signs without spaces'],
  ['^[\\x20-\\x7e]*$', 'must be plain letters, digits and signs (no accents, no line breaks)'],
  ['^[^\\u0000]*$', 'must not hold the character of code 0'],
  ['^[^\\u0000-\\u001f]*$', 'must not hold line breaks or control characters'],
  ['^[^\\u0000-\\u001f\\u007f]+$', PRINTABLE],
  ['^[\\w-]{43}$', 'must be the 43 characters of the link after the =; copy the whole link'],
  ['^[\\w-]{20,200}$', 'must be what stands in the link of a letter; copy the whole link'],
  ['^[\\w-]{1,400}\\.[\\w-]{22}$', 'must be the code of a socket; scan its QR code again'],
  ['^[\\w-]*$', 'must be base64url: letters, digits, - and _'],
  ['^[A-Za-z0-9_-]+={0,2}$', 'must be base64url: letters, digits, - and _'],
]);

/** Undefined for a pattern that nobody wrote words for: a test of the description of the API finds those. */
export const patternWords = (pattern: string): string | undefined => WORDS.get(pattern);
