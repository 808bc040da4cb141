import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { authorizationOf, hashToken, makeToken, readAuthorization, sameHash } from './token.ts';

test('security: OCPI a token has 256 random bits in the alphabet and length OCPI allows', () => {
  const token = makeToken((count) => randomBytes(count));
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.notEqual(
    token,
    makeToken((count) => randomBytes(count)),
  );
});

test('OCPI 2.12-1 a token is written as base64 of its UTF-8 text, and raw only when asked', () => {
  assert.equal(authorizationOf('ebf3b399-779f', false), 'Token ZWJmM2IzOTktNzc5Zg==');
  assert.equal(authorizationOf('ebf3b399-779f', true), 'Token ebf3b399-779f');
});

test('OCPI 2.12-1 an Authorization header is read back as the decoded text and as the text itself', () => {
  assert.deepEqual(readAuthorization('Token ZWJmM2IzOTktNzc5Zg=='), {
    decoded: 'ebf3b399-779f',
    raw: 'ZWJmM2IzOTktNzc5Zg==',
  });
  assert.equal(readAuthorization('token ZWJmM2IzOTktNzc5Zg==')?.decoded, 'ebf3b399-779f');
  assert.deepEqual(readAuthorization('Token a-b'), { raw: 'a-b' });
});

test('OCPI 2.12-1 other schemes, two blanks, no text and texts that decode to control characters are no token', () => {
  for (const header of [undefined, '', 'Token', 'Token ', 'Token  YQ==', 'Bearer YQ==', 'Token a b']) {
    assert.equal(readAuthorization(header), undefined, String(header));
  }
  const newline = Buffer.from('ebf3b399\n').toString('base64');
  assert.equal(readAuthorization(`Token ${newline}`)?.decoded, undefined);
});

test('security: OCPI hashes are compared in full and an empty or cut hash never matches', () => {
  const hash = hashToken('one');
  assert.equal(sameHash(hash, hashToken('one')), true);
  assert.equal(sameHash(hash, hashToken('two')), false);
  assert.equal(sameHash(hash, hash.slice(0, 10)), false);
  assert.equal(sameHash('', ''), false);
});
