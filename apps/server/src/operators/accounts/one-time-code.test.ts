import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { base32, codeAt, enrolmentUri, fromBase32, matchingStep, stepAt } from './one-time-code.ts';

const SEED = Buffer.from('12345678901234567890');

test('RFC 6238 appendix B: the codes of the SHA-1 seed at its times, last six digits', () => {
  const cases: [number, string][] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ];
  for (const [seconds, code] of cases) assert.equal(codeAt(SEED, stepAt(seconds * 1000)), code);
});

test('ASVS-6.5.5 a code counts in its own step and one beside it, no longer', () => {
  const nowMs = 1_800_000_000_000;
  for (let away = -4; away <= 4; away += 1) {
    const code = codeAt(SEED, stepAt(nowMs) + away);
    assert.equal(matchingStep(SEED, code, nowMs, null) !== undefined, Math.abs(away) <= 1, String(away));
  }
});

test('ASVS-6.5.1 a code is good once, and an older one is not good after a newer one', () => {
  const nowMs = 1_800_000_000_000;
  const now = stepAt(nowMs);
  assert.equal(matchingStep(SEED, codeAt(SEED, now), nowMs, null), now);
  assert.equal(matchingStep(SEED, codeAt(SEED, now), nowMs, now), undefined);
  assert.equal(matchingStep(SEED, codeAt(SEED, now - 1), nowMs, now), undefined);
  assert.equal(matchingStep(SEED, codeAt(SEED, now + 1), nowMs, now), now + 1);
});

test('what is no code of six digits matches nothing', () => {
  for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
    assert.equal(matchingStep(SEED, code, 59_000, null), undefined);
});

test('base32 reads back what it wrote, and writes the vectors of RFC 4648 section 10', () => {
  assert.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI');
  assert.equal(base32(Buffer.from('foob')), 'MZXW6YQ');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.deepEqual(Buffer.from(fromBase32(base32(bytes))), Buffer.from(bytes));
    }),
    { numRuns: 200 },
  );
});

test('the address for the QR code says who it is for and hides nothing an app needs', () => {
  const uri = new URL(enrolmentUri('ABC', 'SMAC', 'anna@example.org'));
  assert.equal(uri.protocol, 'otpauth:');
  assert.equal(uri.searchParams.get('secret'), 'ABC');
  assert.equal(uri.searchParams.get('period'), '30');
  assert.equal(decodeURIComponent(uri.pathname), '/SMAC:anna@example.org');
});
