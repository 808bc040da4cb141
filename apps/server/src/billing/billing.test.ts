import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  type Cdr,
  codecOf,
  formatDateTime,
  type Location,
  priceChargingPeriods,
  type UsagePeriod,
  validate,
} from '@smac/ocpi';
import { sql } from 'kysely';
import { createAudit } from '../operators/index.ts';
import { eachDatabase } from '../store/testing/index.ts';
import type { ProposedTariff } from './billing.ts';
import { createBilling } from './create-billing.ts';
import type { SessionFacts } from './facts.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 8);
const HOUR_MS = 3_600_000;
const updated = formatDateTime(NOW_MS);

const LOCATION: Location = {
  country_code: 'FI',
  party_id: 'TKU',
  id: 'quay',
  publish: true,
  name: 'Quay',
  address: 'Linnankatu 80',
  city: 'Turku',
  country: 'FIN',
  coordinates: { latitude: '60.434950', longitude: '22.218860' },
  time_zone: 'Europe/Helsinki',
  evses: ['quay-1', 'quay-2'].map((uid) => ({
    uid,
    evse_id: `FI*TKU*E${uid.slice(-1)}`,
    status: 'AVAILABLE' as const,
    connectors: [
      {
        id: '1',
        standard: 'IEC_62196_T2',
        format: 'SOCKET' as const,
        power_type: 'AC_3_PHASE' as const,
        max_voltage: 230,
        max_amperage: 32,
        last_updated: updated,
      },
    ],
    last_updated: updated,
  })),
  last_updated: updated,
};
const CARD = {
  country_code: 'NL',
  party_id: 'TNM',
  uid: '04C0FFEE99AB',
  type: 'RFID',
  contract_id: 'NL-TNM-C1',
};

function factsOf(sessionId: string, more: Partial<SessionFacts> = {}): SessionFacts {
  const startMs = more.startMs ?? NOW_MS;
  const endMs = startMs + 2 * HOUR_MS;
  const usage: UsagePeriod[] = [
    { startMs, endMs: startMs + HOUR_MS, activity: 'charging', importedWh: 11_000, exportedWh: 0 },
    { startMs: startMs + HOUR_MS, endMs, activity: 'charging', importedWh: 9000, exportedWh: 0 },
  ];
  return {
    sessionId,
    startMs,
    endMs,
    usage,
    location: LOCATION,
    evseUid: 'quay-1',
    connectorId: '1',
    token: CARD,
    authMethod: 'WHITELIST',
    ...more,
  };
}

function energyTariff(id: string, price: number, more: Partial<ProposedTariff> = {}): ProposedTariff {
  return {
    id,
    currency: 'EUR',
    elements: [{ price_components: [{ type: 'ENERGY', price, vat: 25.5, step_size: 1 }] }],
    tax_included: 'NO',
    ...more,
  };
}

eachDatabase('billing', (database) => {
  async function bench() {
    const { store } = database;
    for (const table of ['cdr_delivery', 'cdr', 'tariff_revision', 'tariff_ceiling']) {
      await sql`delete from ${sql.table(table)}`.execute(store.db);
    }
    const clock = { nowMs: NOW_MS, now: () => clock.nowMs, after: () => () => {} };
    const lines: string[] = [];
    const note = (_fields: unknown, message: string) => lines.push(message);
    const billing = createBilling({
      store,
      clock,
      random: randomBytes,
      log: { info: note, warn: note, error: note },
      audit: createAudit({ store, clock }),
      party: { countryCode: 'FI', partyId: 'TKU' },
    });
    /** Drafted by one person, approved by another. */
    const approved = async (tariff: ProposedTariff, places = [{}], effectiveMs?: number) => {
      const drafted = await billing.tariffs.draft(tariff, places, 'key:ann');
      assert.ok(drafted.ok, JSON.stringify(drafted));
      const { tariffId, revision } = drafted.data;
      const outcome = await billing.tariffs.approve(tariffId, revision, effectiveMs, 'key:ben');
      assert.ok(outcome.ok, JSON.stringify(outcome));
    };
    const close = async (facts: SessionFacts): Promise<Cdr> => {
      const outcome = await billing.cdrs.closeSession(facts);
      assert.ok(outcome.ok, JSON.stringify(outcome));
      return outcome.data;
    };
    return { ...billing, clock, approved, close, lines, store };
  }

  test('BI16 a tariff that nobody else approved never prices a CDR; who drafted it cannot approve it', async () => {
    const { tariffs, close } = await bench();
    const drafted = await tariffs.draft(energyTariff('day', 0.4), [{}], 'key:ann');
    assert.ok(drafted.ok);
    assert.equal((await close(factsOf('s-1'))).total_cost.before_taxes, 0);
    const own = await tariffs.approve('day', 1, undefined, 'key:ann');
    assert.deepEqual([own.ok, !own.ok && own.error], [false, 'forbidden']);
    assert.equal((await close(factsOf('s-2'))).total_cost.before_taxes, 0);
    assert.ok((await tariffs.approve('day', 1, undefined, 'key:ben')).ok);
    assert.deepEqual((await close(factsOf('s-3'))).total_cost, {
      before_taxes: 8,
      taxes: [{ name: 'VAT', percentage: 25.5, amount: 2.04 }],
    });
    assert.equal((await tariffs.approve('day', 1, undefined, 'key:cat')).ok, false);
    assert.ok((await tariffs.draft(energyTariff('day', 9), [{}], 'key:ann')).ok);
    assert.ok((await tariffs.reject('day', 2, 'key:ben')).ok);
    assert.equal((await close(factsOf('s-4'))).total_cost.before_taxes, 8);
  });

  test('BI16 the database refuses an approval by the same person, and every change of a CDR', async () => {
    const { store, close, approved } = await bench();
    await approved(energyTariff('day', 0.4));
    await close(factsOf('s-1'));
    await assert.rejects(
      sql`update tariff_revision set decided_by = drafted_by`.execute(store.db),
      /tariff_revision_four_eyes/,
    );
    await assert.rejects(sql`update cdr set object = '{}'::jsonb`.execute(store.db), /A CDR never changes/);
  });

  test('BI16 a new price counts from its date on, for sessions that start then; never backwards', async () => {
    const { tariffs, clock, approved, close } = await bench();
    await approved(energyTariff('day', 0.4));
    await approved(energyTariff('day', 0.6), [{}], NOW_MS + HOUR_MS);
    // Starts before the change and ends after it.
    assert.equal((await close(factsOf('s-1'))).total_cost.before_taxes, 8);
    assert.equal((await close(factsOf('s-2', { startMs: NOW_MS + HOUR_MS }))).total_cost.before_taxes, 12);
    const [now] = await tariffs.effective(NOW_MS);
    assert.deepEqual([now?.revision, now?.tariff.start_date_time], [1, formatDateTime(NOW_MS)]);
    const drafted = await tariffs.draft(energyTariff('day', 0.1), [{}], 'key:ann');
    assert.ok(drafted.ok);
    clock.nowMs += HOUR_MS;
    assert.equal((await tariffs.approve('day', 3, NOW_MS, 'key:ben')).ok, false);
  });

  test('BI15 a tariff above the ceiling of the client is not approved', async () => {
    const { tariffs } = await bench();
    await tariffs.setCeiling({ currency: 'EUR', dimension: 'ENERGY' }, 0.5, 'key:client');
    assert.ok((await tariffs.draft(energyTariff('dear', 0.51), [{}], 'key:ann')).ok);
    const outcome = await tariffs.approve('dear', 1, undefined, 'key:ben');
    assert.match(outcome.ok ? '' : outcome.detail, /ENERGY costs 0.51 EUR, the ceiling is 0.5/);
    assert.ok((await tariffs.draft(energyTariff('fair', 0.5), [{}], 'key:ann')).ok);
    assert.ok((await tariffs.approve('fair', 1, undefined, 'key:ben')).ok);
    await tariffs.setCeiling({ currency: 'EUR', dimension: 'ENERGY' }, null, 'key:client');
    assert.ok((await tariffs.approve('dear', 1, undefined, 'key:ben')).ok);
  });

  test('D4.2-§3.1-7 D1.5-§2.3.1.1-PREFCAP a CHEAP session is billed with the PROFILE_CHEAP tariff; a nearer tariff wins per type', async () => {
    const { tariffs, approved, close } = await bench();
    await approved(energyTariff('regular', 0.4, { type: 'REGULAR' }), [{ locationId: 'quay' }]);
    await approved(energyTariff('cheap', 0.2, { type: 'PROFILE_CHEAP' }), [{ locationId: 'QUAY' }]);
    await approved(energyTariff('evse-2', 0.5, { type: 'REGULAR' }), [
      { locationId: 'quay', evseUid: 'quay-2' },
    ]);
    const cost = async (id: string, more: Partial<SessionFacts>) =>
      (await close(factsOf(id, more))).total_cost.before_taxes;
    const cheap = [{ fromMs: NOW_MS, profileType: 'CHEAP' as const }];
    assert.equal(await cost('s-1', { profiles: cheap }), 4);
    assert.equal(await cost('s-2', {}), 8);
    assert.equal(await cost('s-3', { evseUid: 'quay-2' }), 10);
    assert.equal(await cost('s-4', { evseUid: 'quay-2', profiles: cheap }), 4);
    // FAST for the first hour (no tariff of its own: the regular one), CHEAP for the second: 11 x 0.40 + 9 x 0.20.
    const changed = [
      { fromMs: NOW_MS, profileType: 'FAST' as const },
      { fromMs: NOW_MS + HOUR_MS, profileType: 'CHEAP' as const },
    ];
    const cdr = await close(factsOf('s-5', { profiles: changed }));
    assert.equal(cdr.total_cost.before_taxes, 6.2);
    assert.deepEqual(
      cdr.charging_periods.map(({ tariff_id }) => tariff_id),
      ['regular', 'cheap'],
    );
    const here = await tariffs.at({ locationId: 'quay', evseUid: 'quay-1', connectorId: '1' }, NOW_MS);
    assert.deepEqual(here.map(({ id }) => id).sort(), ['cheap', 'regular']);
  });

  test('D1.5-§2.3.1-CDR a session is billed once; the CDR is strictly valid in both versions and the other side arrives at the same total', async () => {
    const { cdrs, approved, close } = await bench();
    await approved(energyTariff('day', 0.4321, { min_price: { before_taxes: 1, after_taxes: 1.255 } }));
    const heard: string[] = [];
    cdrs.onCdr((cdr) => heard.push(cdr.id));
    const facts = factsOf('s-1', {
      meterId: 'EMH-1',
      authorizationReference: 'auth-7',
      signedData: {
        encoding_method: 'OCMF',
        signed_values: [{ nature: 'End', plain_data: 'OCMF|{"PG":"T2"}', signed_data: 'T0NNRg==' }],
      },
    });
    const [first, second] = await Promise.all([close(facts), close(facts)]);
    assert.deepEqual(first, second);
    assert.deepEqual(await close({ ...facts, endMs: facts.endMs + 1 }), first);
    assert.deepEqual(heard, [first?.id]);
    assert.deepEqual(validate('Cdr', '2.3.0', 'out', first).errors, []);
    const old = codecOf('Cdr').write(first!, { version: '2.2.1', unitProfile: 'si', agreements: [] });
    assert.ok(old.ok);
    assert.deepEqual(validate('Cdr', '2.2.1', 'out', old.value).errors, []);
    const theirs = priceChargingPeriods({
      tariffs: first?.tariffs ?? [],
      periods: first?.charging_periods ?? [],
      endDateTime: first?.end_date_time ?? '',
      timeZone: 'Europe/Helsinki',
    });
    assert.ok(theirs.ok);
    assert.deepEqual(theirs.totalCost, first?.total_cost);
    assert.deepEqual(
      [first?.total_energy, first?.total_time, first?.cdr_location.evse_id],
      [20, 2, 'FI*TKU*E1'],
    );
    assert.deepEqual(first?.signed_data, facts.signedData);
  });

  test('D1.5-§2.3.1-CDR a correction is a credit CDR and a new one, together and once', async () => {
    const { cdrs, approved, close, store } = await bench();
    await approved(energyTariff('day', 0.4));
    const cdr = await close(factsOf('s-1'));
    const usage = [{ ...factsOf('s-1').usage[0]!, importedWh: 5000 }];
    const outcome = await cdrs.correct(cdr.id, factsOf('s-1', { usage }), 'meter exchanged', 'key:ann');
    assert.ok(outcome.ok);
    const { credit, cdr: corrected } = outcome.data;
    assert.deepEqual(credit, {
      ...cdr,
      id: `${cdr.id}-C`,
      credit: true,
      credit_reference_id: cdr.id,
      total_cost: { before_taxes: -8, taxes: [{ name: 'VAT', percentage: 25.5, amount: -2.04 }] },
      remark: 'meter exchanged',
    });
    assert.deepEqual([corrected.total_cost.before_taxes, corrected.credit], [2, undefined]);
    assert.deepEqual(validate('Cdr', '2.3.0', 'out', credit).errors, []);
    for (const id of [cdr.id, credit.id, 'nobody']) {
      assert.equal((await cdrs.credit(id, undefined, 'key:ann')).ok, false);
    }
    assert.equal((await cdrs.correct(corrected.id, factsOf('s-2'), undefined, 'key:ann')).ok, false);
    const { cdrs: all, total } = await cdrs.list({ sessionId: 's-1', offset: 0, limit: 10 });
    assert.deepEqual([total, all.map(({ id }) => id)], [3, [cdr.id, credit.id, corrected.id]]);
    assert.deepEqual(await cdrs.get(cdr.id), cdr);
    const trail = await store.db
      .selectFrom('audit')
      .select('action')
      .where('subject', '=', `cdr:${cdr.id}`)
      .execute();
    assert.deepEqual(
      trail.map(({ action }) => action),
      ['cdr.credited'],
    );
  });

  test('D1.5-§2.3.1-CDR CDRs are listed for the party that pays, oldest first, by the time they were made', async () => {
    const { cdrs, clock, close } = await bench();
    const made: string[] = [];
    for (const [index, party_id] of ['TNM', 'ALL', 'TNM'].entries()) {
      clock.nowMs = NOW_MS + index * 1000;
      made.push((await close(factsOf(`s-${index}`, { token: { ...CARD, party_id } }))).id);
    }
    const ids = async (query: Parameters<typeof cdrs.list>[0]) =>
      (await cdrs.list(query)).cdrs.map(({ id }) => made.indexOf(id));
    assert.deepEqual(await ids({ offset: 0, limit: 10 }), [0, 1, 2]);
    assert.deepEqual(await ids({ parties: ['NL-TNM'], offset: 0, limit: 10 }), [0, 2]);
    assert.deepEqual(await ids({ parties: ['NL-TNM'], offset: 1, limit: 1 }), [2]);
    assert.deepEqual(await ids({ fromMs: NOW_MS + 1000, toMs: NOW_MS + 2000, offset: 0, limit: 10 }), [1]);
    assert.deepEqual(await ids({ parties: [], offset: 0, limit: 10 }), []);
  });

  test('D1.5-Q5-9 D1.5-REP-V2X one session in both directions is one CDR with both energies and both prices', async () => {
    const { approved, close } = await bench();
    const v2g = energyTariff('v2g', 0.2, {
      elements: [
        {
          price_components: [{ type: 'ENERGY', price: 0.35, vat: 25.5, step_size: 1 }],
          restrictions: { max_power: 0 },
        },
        { price_components: [{ type: 'ENERGY', price: 0.2, vat: 25.5, step_size: 1 }] },
      ],
    });
    await approved(v2g);
    const [first, second] = factsOf('s-1').usage;
    const usage = [first!, { ...second!, importedWh: 0, exportedWh: 4000 }];
    const cdr = await close(factsOf('s-1', { usage }));
    assert.deepEqual([cdr.total_energy, cdr.total_exported_energy], [11, 4]);
    assert.equal(cdr.total_cost.before_taxes, 0.8);
    const energies = cdr.charging_periods.map(
      ({ dimensions }) => dimensions.find(({ type }) => type === 'ENERGY')?.volume,
    );
    assert.deepEqual(energies, [11, -4]);
  });

  test('D1.5-Q3B-9 what a driver sees on the way is what the CDR says at the end, to the cent', async () => {
    const { cdrs, approved, close } = await bench();
    const tariff = energyTariff('day', 0.4321, {
      elements: [
        {
          price_components: [
            { type: 'FLAT', price: 0.35, vat: 25.5, step_size: 1 },
            { type: 'ENERGY', price: 0.4321, vat: 25.5, step_size: 1 },
            { type: 'TIME', price: 0.6, vat: 25.5, step_size: 60 },
          ],
        },
      ],
    });
    await approved(tariff);
    const seen = await cdrs.price(factsOf('s-1'));
    assert.ok(seen.ok && seen.data !== undefined);
    assert.deepEqual((await close(factsOf('s-1'))).total_cost, seen.data.totalCost);
    assert.equal((await cdrs.list({ sessionId: 's-1', offset: 0, limit: 10 })).total, 1);
  });

  test('BI16 what is no tariff is not drafted, what cannot be billed is refused with its reason', async () => {
    const { tariffs, cdrs } = await bench();
    const bad = await tariffs.draft({ ...energyTariff('x', 1), currency: 'EURO' }, [{}], 'key:ann');
    assert.match(bad.ok ? '' : bad.detail, /currency/);
    assert.equal((await tariffs.draft(energyTariff('x', 1), [{ evseUid: 'quay-1' }], 'key:ann')).ok, false);
    const reason = async (more: Partial<SessionFacts>) => {
      const outcome = await cdrs.closeSession(factsOf(more.sessionId ?? 's-9', more));
      return outcome.ok ? 'ok' : outcome.error;
    };
    assert.equal(await reason({ evseUid: 'quay-9' }), 'unknownLocation');
    assert.equal(await reason({ usage: [] }), 'notEnoughInformation');
    assert.equal(await reason({ sessionId: 'x'.repeat(37) }), 'invalidParameters');
  });
});
