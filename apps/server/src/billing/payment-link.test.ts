import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paymentLink } from './payment-link.ts';

test('the address where a guest pays names amount and bill, and nothing of them becomes a part of another field', () => {
  const template = 'https://pay.example.org/go?sum={amount}&cur={currency}&ref={reference}&back={return}';
  const bill = { cdrId: 'a&b', amount: 0.1 + 0.2, currency: 'EUR' };
  assert.equal(
    paymentLink(template, bill, 'https://smac.example.org/drive/history'),
    'https://pay.example.org/go?sum=0.30&cur=EUR&ref=a%26b&back=https%3A%2F%2Fsmac.example.org%2Fdrive%2Fhistory',
  );
});
