import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Cdr, formatDateTime, type Location } from '@smac/ocpi';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import { createAudit } from '../operators/index.ts';
import { oneStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import type { TransactionChange, TransactionState } from '../transactions/index.ts';
import { find } from '../transactions/queries.ts';
import { valuesOf } from '../transactions/row.ts';
import { type BillTransactionsOptions, billTransactions } from './bill-transactions.ts';
import { createBilling } from './create-billing.ts';

const emptyStore = oneStore();
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const PARTY = { countryCode: 'NL', partyId: 'SMC' };
const last_updated = formatDateTime(NOW_MS);
const LOCATION: Location = {
  country_code: 'NL',
  party_id: 'SMC',
  id: 'quay',
  publish: true,
  address: 'Quay 1',
  city: 'Delft',
  country: 'NLD',
  coordinates: { latitude: '52.011600', longitude: '4.357100' },
  time_zone: 'Europe/Amsterdam',
  evses: [
    {
      uid: 'quay-1',
      evse_id: 'NL*SMC*E1',
      status: 'AVAILABLE',
      connectors: [
        {
          id: '1',
          standard: 'IEC_62196_T2',
          format: 'SOCKET',
          power_type: 'AC_3_PHASE',
          max_voltage: 230,
          max_amperage: 32,
          last_updated,
        },
      ],
      last_updated,
    },
  ],
  last_updated,
};

const ended = (id: string, more: Partial<TransactionState> = {}): TransactionState => ({
  id,
  stationId: 'S1',
  stationRef: id,
  version: '2.1',
  evseId: 1,
  connectorId: 1,
  state: 'ended',
  startMs: NOW_MS - HOUR_MS,
  endMs: NOW_MS - 1000,
  importStartWh: 0,
  importWh: 5_000,
  exportStartWh: 0,
  exportWh: 0,
  importReadMs: NOW_MS - 1000,
  exportReadMs: NOW_MS - 1000,
  lastSeq: 0,
  missingSeq: [],
  flags: [],
  updatedMs: NOW_MS - 1000,
  ...more,
});

/** Billing over a real database; where stations stand and who heard what is the test's. */
async function bench(t: { after(fn: () => Promise<void>): void }) {
  const store = await emptyStore();
  const clock = new ManualClock(NOW_MS);
  const activity = new Activity();
  const errors: unknown[] = [];
  const log = {
    info() {},
    warn() {},
    error: (fields: Record<string, unknown>) => void errors.push(fields.transactionId),
  };
  const around = {
    store,
    clock,
    random: randomBytes,
    log,
    audit: createAudit({ store, clock }),
    party: PARTY,
  };
  const billing = createBilling(around);
  const listeners = new Set<(change: TransactionChange) => void>();
  const world = { isPlaced: true };
  const place = {
    stationId: 'S1',
    evseId: 1,
    locationId: 'quay',
    evseUid: 'quay-1',
    firstPhase: 1 as const,
    connectors: [{ id: '1', connectorId: 1, powerType: 'DC', maxVoltageV: 500, maxCurrentA: 100 }],
  };
  const options: BillTransactionsOptions = {
    store,
    clock,
    activity,
    log,
    transactions: {
      get: (id) => find(store, id),
      readings: async () => [],
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    network: {
      owner: { peerId: 'own', party: PARTY },
      placeOf: () => (world.isPlaced ? (place as never) : undefined),
    },
    sites: { session: async () => undefined, getLocation: async () => ({ ok: true, data: LOCATION }) },
    tokens: { lastAccepted: async () => undefined },
    cdrs: billing.cdrs,
  };
  const bills = billTransactions(options);
  t.after(async () => {
    bills.close();
    await activity.idle();
    await store.close();
  });
  const put = async (...states: readonly TransactionState[]) => {
    for (let from = 0; from < states.length; from += 500) {
      await store.db
        .insertInto('ocpp_transaction')
        .values(states.slice(from, from + 500).map(valuesOf))
        .onConflict((c) =>
          c.column('id').doUpdateSet((e) => ({
            import_wh: e.ref('excluded.import_wh'),
            export_wh: e.ref('excluded.export_wh'),
            end_ms: e.ref('excluded.end_ms'),
            flags: e.ref('excluded.flags'),
            updated_ms: e.ref('excluded.updated_ms'),
          })),
        )
        .execute();
    }
  };
  /** What the room of transactions does at an end. */
  const end = async (transaction: TransactionState) => {
    await put(transaction);
    for (const listener of listeners) listener({ kind: 'ended', transaction, before: undefined });
    await activity.idle();
  };
  const anHour = async () => {
    clock.advance(HOUR_MS);
    await activity.idle();
  };
  const cdrsOf = async (sessionId: string): Promise<readonly Cdr[]> =>
    (await billing.cdrs.list({ sessionId, offset: 0, limit: 10 })).cdrs;
  return { bills, billing, clock, world, put, end, anHour, cdrsOf, errors };
}

const energies = (cdrs: readonly Cdr[]) =>
  cdrs.map(({ credit, total_energy, total_exported_energy = 0 }) => [
    credit === true,
    total_energy,
    total_exported_energy,
  ]);

test('D1.5-§2.3.1-CDR after a restart everything that ended is billed, however much it was, and one that cannot be billed stops nothing', async (t) => {
  const { bills, billing, put, errors } = await bench(t);
  const lasting = Array.from({ length: 600 }, (_, n) => ended(`tx-${n}`));
  const DAY_MS = 24 * 3_600_000;
  const weeks = ended('weeks', { startMs: NOW_MS - 30 * DAY_MS });
  await put(
    ...lasting,
    weeks,
    ended('long-id'.repeat(8)),
    ended('nothing', { startMs: NOW_MS, importWh: 0 }),
  );
  await bills.start();
  const { total } = await billing.cdrs.list({ offset: 0, limit: 1 });
  assert.deepEqual([total, errors], [601, ['long-id'.repeat(8)]]);
});

test('D1.5-§2.3.1-CDR what could not be billed is tried again every hour, told once, and billed once', async (t) => {
  const { bills, world, end, anHour, cdrsOf, errors } = await bench(t);
  await bills.start();
  world.isPlaced = false;
  await end(ended('lost'));
  await anHour();
  assert.deepEqual([await cdrsOf('lost'), errors], [[], ['lost']]);
  world.isPlaced = true;
  await anHour();
  await anHour();
  assert.deepEqual(energies(await cdrsOf('lost')), [[false, 5, 0]]);
});

test('F13 D1.5-§2.3.1-CDR what was charged is billed although the clock went back between start and end', async (t) => {
  const { bills, end, cdrsOf, errors } = await bench(t);
  await bills.start();
  await end(ended('back', { startMs: NOW_MS, endMs: NOW_MS - 60_000 }));
  const [cdr] = await cdrsOf('back');
  assert.deepEqual([cdr?.total_energy, cdr?.total_time, errors], [5, 0.1, []]);
  await end(ended('shown', { startMs: NOW_MS, endMs: NOW_MS - 60_000, importWh: 0 }));
  assert.deepEqual([await cdrsOf('shown'), errors], [[], []]);
});

for (const flag of ['superseded', 'abandoned']) {
  test(`D1.5-§2.3.1-CDR a late end after ${flag} is billed anew: a credit CDR and a new one, once, in both directions of energy and one currency`, async (t) => {
    const { bills, billing, clock, end, anHour, cdrsOf, errors } = await bench(t);
    await billing.tariffs.draft(
      {
        id: 'day',
        currency: 'EUR',
        tax_included: 'NO',
        elements: [{ price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] }],
      },
      [{}],
      'key:ann',
    );
    assert.ok((await billing.tariffs.approve('day', 1, undefined, 'key:ben')).ok);
    await bills.start();
    const started = { startMs: NOW_MS + 1000, endMs: NOW_MS + 60_000 };
    clock.advance(60_000);
    const displaced = ended('late', { ...started, flags: [flag], updatedMs: clock.now() });
    await end(displaced);
    const [first] = await cdrsOf('late');
    // Replayed samples of a transaction whose own end has not come make no CDR each.
    await end({ ...displaced, importWh: 6_000, updatedMs: clock.now() + 1 });
    assert.equal((await cdrsOf('late')).length, 1);
    clock.advance(60_000);
    const corrected = {
      ...displaced,
      flags: [],
      importWh: 9_000,
      exportWh: 2_000,
      endMs: NOW_MS + 90_000,
      updatedMs: clock.now(),
    };
    await end(corrected);
    await end(corrected);
    await anHour();
    await anHour();
    const all = await cdrsOf('late');
    assert.deepEqual(energies(all), [
      [false, 5, 0],
      [true, 5, 0],
      [false, 9, 2],
    ]);
    assert.deepEqual(all[0], first);
    assert.deepEqual([...new Set(all.map(({ currency }) => currency))], ['EUR']);
    assert.deepEqual(
      all.map(({ total_cost }) => total_cost.before_taxes),
      [2, -2, all[2]?.total_cost.before_taxes],
    );
    assert.deepEqual(errors, []);
  });
}

test('D1.5-§2.3.1-CDR T-POISON a station that tells another end with every message makes a correction at once and then one an hour', async (t) => {
  const { bills, clock, end, anHour, cdrsOf } = await bench(t);
  await bills.start();
  for (let n = 0; n < 20; n += 1) {
    clock.advance(1000);
    await end(ended('mind', { importWh: 5_000 + n, updatedMs: clock.now() }));
  }
  assert.equal((await cdrsOf('mind')).length, 3);
  await anHour();
  const all = await cdrsOf('mind');
  assert.deepEqual([all.length, all.at(-1)?.total_energy], [5, 5.019]);
  await anHour();
  assert.equal((await cdrsOf('mind')).length, 5);
});

test('D1.5-§2.3.1-CDR what a person corrected or took back stays as it is, unless the station tells something new', async (t) => {
  const { bills, billing, clock, end, anHour, cdrsOf } = await bench(t);
  await bills.start();
  await end(ended('hand'));
  await end(ended('back'));
  const standing = await billing.cdrs.standing('hand');
  assert.ok(standing);
  clock.advance(1000);
  const usage = [{ ...standing.facts.usage[0]!, importedWh: 1_000 }];
  assert.ok(
    (await billing.cdrs.correct(standing.cdr.id, { ...standing.facts, usage }, 'by hand', 'key:ann')).ok,
  );
  const [taken] = await cdrsOf('back');
  assert.ok((await billing.cdrs.credit(taken!.id, undefined, 'key:ann')).ok);
  await anHour();
  assert.equal((await cdrsOf('hand')).at(-1)?.total_energy, 1);
  await end(ended('back', { importWh: 7_000, updatedMs: clock.now() }));
  await anHour();
  assert.equal((await cdrsOf('back')).length, 2);
  await end(ended('hand', { importWh: 7_000, updatedMs: clock.now() }));
  await anHour();
  assert.equal((await cdrsOf('hand')).at(-1)?.total_energy, 7);
});

test('D1.5-§2.3.1-CDR a correction in another currency is refused: it would not take back what was asked for', async (t) => {
  const { bills, billing, clock, end, cdrsOf } = await bench(t);
  await bills.start();
  await end(ended('free'));
  const [cdr] = await cdrsOf('free');
  await billing.tariffs.draft(
    {
      id: 'kroner',
      currency: 'NOK',
      tax_included: 'NO',
      elements: [{ price_components: [{ type: 'ENERGY', price: 4, step_size: 1 }] }],
    },
    [{}],
    'key:ann',
  );
  assert.ok((await billing.tariffs.approve('kroner', 1, undefined, 'key:ben')).ok);
  const standing = await billing.cdrs.standing('free');
  assert.ok(standing);
  const later = { ...standing.facts, startMs: clock.now(), endMs: clock.now() + HOUR_MS };
  const outcome = await billing.cdrs.correct(cdr!.id, later, undefined, 'key:ann');
  assert.match(outcome.ok ? '' : outcome.detail, /billed in EUR and would be in NOK/);
  assert.equal((await cdrsOf('free')).length, 1);
});
