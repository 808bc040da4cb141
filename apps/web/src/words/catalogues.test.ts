import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bestLanguage, filled, LANGUAGES } from './languages.ts';

type Catalogue = Readonly<Record<string, string>>;
const CATALOGUES = new URL('./catalogues/', import.meta.url);
const AREAS = globSync('*/', { cwd: CATALOGUES });
const readArea = (area: string, language: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`${area}/${language}.json`, CATALOGUES), 'utf8'));
const read = (language: string): Catalogue =>
  Object.assign({}, ...AREAS.map((area) => readArea(area, language)));
const en = read('en');
const placeholders = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('every language has every text of every other, with the same placeholders and nothing left empty', () => {
  for (const language of Object.keys(LANGUAGES)) {
    const catalogue = read(language);
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(en).sort(), language);
    for (const [word, text] of Object.entries(catalogue)) {
      assert.deepEqual(placeholders(text), placeholders(en[word]), `${language} ${word}`);
      assert.ok(text.trim().length > 0, `${language} ${word} is empty`);
      // A form for one and for others is of a number that the text is given.
      for (const [, name] of text.matchAll(/\{(\w+)\|/g))
        assert.ok(placeholders(en[word]).includes(name), `${language} ${word} ${name}`);
      assert.doesNotMatch(
        filled(text, Object.fromEntries(placeholders(text).map((name) => [name ?? '', 2]))),
        /[{}|]/,
      );
    }
  }
  const files = globSync('*/*.json', { cwd: CATALOGUES });
  const expected = AREAS.length * Object.keys(LANGUAGES).length;
  assert.equal(files.length, expected, 'no catalogue without a name in LANGUAGES');
});

test('no text stands in two areas, and every area is part of what the pages load', () => {
  const sizes = AREAS.map((area) => Object.keys(readArea(area, 'en')).length);
  assert.equal(
    Object.keys(en).length,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const english = readFileSync(new URL('./english.ts', import.meta.url), 'utf8');
  for (const area of AREAS) assert.ok(english.includes(`./catalogues/${area}/en.json`), area);
});

test('other languages are translated: few texts are the English ones', () => {
  for (const language of Object.keys(LANGUAGES).filter((name) => name !== 'en')) {
    const catalogue = read(language);
    const same = Object.keys(en).filter((word) => catalogue[word] === en[word]);
    assert.ok(same.length < Object.keys(en).length / 10, `${language}: ${same.join(', ')}`);
  }
});

test('every text that a page says stands in the catalogue, and no text is there for nobody', () => {
  const sources = globSync('**/*.{svelte,ts}', {
    cwd: new URL('..', import.meta.url),
    exclude: (path) => String(path).endsWith('.test.ts'),
  }).map((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
  const text = sources.join('\n');
  const said = [...text.matchAll(/say\(\s*'([^']+)'/g)].map(([, word]) => word ?? '');
  assert.ok(said.length > 50);
  for (const word of said) assert.ok(word in en, `${word} is not in the catalogue`);
  const made = [...[...text.matchAll(/(?:say\(`|wordOf\(')([a-z]+)/g)].map(([, prefix]) => `${prefix}.`)];
  const unused = Object.keys(en).filter(
    (word) => !text.includes(`'${word}'`) && !made.some((prefix) => word.startsWith(prefix)),
  );
  assert.deepEqual(unused, []);
});

test('the language is the first wanted one there is; a text takes its values by name', () => {
  assert.equal(bestLanguage(['pt-BR', 'ca-ES', 'es']), 'ca');
  assert.equal(bestLanguage(['xx']), 'en');
  assert.equal(filled('{a} of {b} {c}', { a: 1, b: 'x' }), '1 of x {c}');
  const cars = (count: number | string) => filled('{count} {count|car|cars}', { count });
  assert.deepEqual([0, 1, '1', 2, '1,000'].map(cars), ['0 cars', '1 car', '1 car', '2 cars', '1,000 cars']);
});
