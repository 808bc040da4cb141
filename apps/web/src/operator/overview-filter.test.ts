import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, filterOf, moneyByCurrency, type SiteLine } from './overview-filter.ts';

function site(name: string, wish: Partial<SiteLine> = {}): SiteLine {
  return {
    contextId: name,
    objectId: name,
    peerId: 'own',
    party: 'NL-TNM',
    name,
    city: 'Turku',
    position: null,
    timeZone: 'Europe/Helsinki',
    currency: 'EUR',
    shadow: false,
    state: 'free',
    evses: 2,
    sessions: 0,
    charging: 0,
    evPowerW: 0,
    netPowerW: 0,
    limitW: 10_000,
    lastMessage: null,
    today: { cost: 1, saving: 0.5, energyWh: 1000 },
    alerts: [],
    ...wish,
  };
}

const SITES = [
  site('Abbey'),
  site('Beach', { state: 'charging', netPowerW: 9_000, city: 'Rome' }),
  site('Court', { state: 'occupied', alerts: [{ code: 'shortfall', count: 1, detail: null }] }),
  site('Dock', { state: 'faulted', netPowerW: 20_000, limitW: 100_000, currency: 'HUF' }),
];
const names = (query: string) =>
  filtered(SITES, filterOf(new URLSearchParams(query))).map(({ name }) => name);

test('US-D(i)-1 the address holds the filters of the overview: text, state, alerts, order', () => {
  assert.deepEqual(names(''), ['Court', 'Dock', 'Beach', 'Abbey'], 'what needs somebody comes first');
  assert.deepEqual(names('text=rome'), ['Beach']);
  assert.deepEqual(names('state=charging,occupied&order=name'), ['Beach', 'Court']);
  assert.deepEqual(names('alerts=yes'), ['Court']);
  assert.deepEqual(names('order=power'), ['Dock', 'Beach', 'Abbey', 'Court']);
  assert.deepEqual(names('order=load'), ['Beach', 'Dock', 'Abbey', 'Court']);
  assert.deepEqual(names('state=nonsense'), names(''), 'what is not known is no filter');
});

test('money is added up by currency, never across', () => {
  assert.deepEqual(
    moneyByCurrency(SITES, ({ today }) => today.saving),
    [
      ['EUR', 1.5],
      ['HUF', 0.5],
    ],
  );
});
