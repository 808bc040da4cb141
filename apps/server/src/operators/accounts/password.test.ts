import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createPasswordHashes } from './password-hash.ts';
import { passwordFault } from './password-rule.ts';

const hashes = createPasswordHashes({ memoryKiB: 64, passes: 1 }, randomBytes);

test('ASVS-11.4.2 argon2id: a salt of its own each time, the right password only, the cost is kept with the hash', async () => {
  const [one, two] = await Promise.all([hashes.hash('violet tram lamps'), hashes.hash('violet tram lamps')]);
  assert.match(one, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await hashes.verify('violet tram lamps', one), true);
  assert.equal(await hashes.verify('violet tram lampz', one), false);
  const dearer = createPasswordHashes({ memoryKiB: 128, passes: 2 }, randomBytes);
  assert.equal(await dearer.verify('violet tram lamps', one), true);
});

test('ASVS-6.3.8 where there is no hash, none is right, and the work is done all the same', async () => {
  let nonces = 0;
  const counting = createPasswordHashes({ memoryKiB: 64, passes: 1 }, (count) => {
    nonces += 1;
    return randomBytes(count);
  });
  assert.equal(await counting.verify('anything at all', null), false);
  assert.equal(nonces, 1);
  assert.equal(await counting.verify('anything at all', 'no hash'), false);
});

test('ASVS-15.2.2 many at once all get their answer, a few at a time', async () => {
  const hash = await hashes.hash('violet tram lamps');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      hashes.verify(index % 2 === 0 ? 'violet tram lamps' : 'other', hash),
    ),
  );
  assert.equal(answers.filter(Boolean).length, 20);
});

test('ASVS-6.2.1 ASVS-6.2.12 short passwords, patterns and those of leaked lists are refused, with the reason', () => {
  const refused: [string, RegExp][] = [
    ['short', /at least 12/],
    ['x'.repeat(129), /at most 128/],
    ['aaaaaaaaaaaaaa', /pattern/],
    ['123456789012', /row of neighbours/],
    ['abcdefghijklmn', /row of neighbours/],
    ['Password1234', /leaked/],
    ['p@55w0rd!!2026', /leaked/],
    ['Barcelona-2026!', /leaked/],
    ['qwertyqwerty12', /leaked/],
    ['correct horse battery staple', /leaked/],
    ['anna.molnar2026', /your own name/],
  ];
  for (const [password, reason] of refused)
    assert.match(passwordFault(password, ['anna.molnar@example.org']) ?? '', reason, password);
});

test('ASVS-6.2.4 ASVS-6.2.9 long passwords of any characters are taken, also with blanks and in other scripts', () => {
  for (const password of [
    'violet tram under eleven lamps',
    'Zz9#kP2$wQ8!mN',
    'ключ под ковриком',
    'hét kék bicikli az esőben',
  ])
    assert.equal(passwordFault(password, ['anna@example.org']), undefined, password);
});
