import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { isLanguage } from './languages.ts';

const ROOT = new URL('../../../../', import.meta.url);
const FILES = [
  'apps/web/src/words/catalogues/*/*.json',
  'apps/server/src/drivers/notices/words/*.json',
  'apps/server/src/mail/words/*.json',
].flatMap((pattern) => globSync(pattern, { cwd: ROOT }));

/** Rows `| language | not, not | but |` of the last table. */
function forbidden(): readonly { readonly language: string; readonly word: string; readonly but: string }[] {
  const [, table = ''] = readFileSync(new URL('docs/glossary.md', ROOT), 'utf8').split('## Not these words');
  return [...table.matchAll(/^\| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm)].flatMap(
    ([, language = '', words = '', but = '']) =>
      language === 'all' || isLanguage(language)
        ? words.split(', ').map((word) => ({ language, word, but }))
        : [],
  );
}

test('one word for one thing: no catalogue has a word that the glossary replaces', () => {
  const rows = forbidden();
  assert.ok(rows.length > 20 && FILES.length > 50);
  for (const file of FILES) {
    const language = basename(file, '.json');
    const texts: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'));
    for (const { word, but } of rows.filter((row) => row.language === 'all' || row.language === language)) {
      const found = new RegExp(`(?<![\\p{L}\\d{])${word}`, 'iu');
      for (const [key, text] of Object.entries(texts))
        assert.doesNotMatch(text, found, `${file} ${key}: say ${but}`);
    }
  }
});
