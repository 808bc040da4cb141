import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from './receipts.ts';

test('the history as CSV: kWh, cost with taxes, what could be a formula is text', () => {
  const row = {
    sessionId: '1',
    isLive: false,
    locationId: '=LOC, 1',
    evseUid: 'E1',
    start: '2026-06-01T19:00:00Z',
    end: null,
    energyWh: 12_345,
    powerW: null,
    cdrId: 'C1',
    currency: 'EUR',
    totalCost: 4.2,
    taxes: 0.7,
    parts: [],
  };
  const [, wide] = csvOf([{ ...row, locationId: '\uff1dLOC', evseUid: ' =E1' }]).split('\r\n');
  assert.match(wide ?? '', /,'\uff1dLOC,' =E1,/);
  assert.deepEqual(csvOf([row]).split('\r\n'), [
    'start_utc,end_utc,location,evse,energy_kwh,total_cost_incl_taxes,taxes,currency,receipt',
    `2026-06-01T19:00:00Z,,"'=LOC, 1",E1,12.345,4.20,0.70,EUR,C1`,
    '',
  ]);
});
