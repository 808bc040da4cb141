import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPaymentTemplate } from './payment-template.ts';

test('where guests pay is an https address of one host that names amount and bill', () => {
  assert.ok(
    isPaymentTemplate('https://pay.example.org/{reference}?sum={amount}&cur={currency}&back={return}'),
  );
  for (const wrong of [
    'http://pay.example.org/{amount}/{reference}',
    'https://{reference}.example.org/{amount}',
    'https://pay.example.org/{reference}',
    'https://pay.example.org/{amount}',
    'https://pay.example.org/{amount}/{reference}/{secret}',
    'https://me:word@pay.example.org/{amount}/{reference}',
    'javascript:alert({amount},{reference})',
  ])
    assert.equal(isPaymentTemplate(wrong), false, wrong);
});
