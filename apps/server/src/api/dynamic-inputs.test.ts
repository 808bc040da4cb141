import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { formatDateTime } from '@smac/ocpi';
import { testServer } from '../main/testing/test-server.ts';
import { createApiKeys } from '../operators/index.ts';
import { context, location, session } from '../roles/scsp/testing/objects.ts';
import { TestCpo } from '../roles/scsp/testing/test-cpo.ts';
import { systemClock } from '../time/clock.ts';

const SLOT_MS = 900_000;
const HOUR_MS = 3_600_000;
const OWNER = { countryCode: 'NL', partyId: 'TNM' };

interface Slot {
  readonly value: number;
  readonly layer: string;
  readonly source: string;
}
interface Inputs {
  readonly series: { readonly price: readonly Slot[] };
}
interface Made {
  readonly problem: { readonly start: string; readonly site: { readonly import_price: readonly number[] } };
}

test('D4.2-§5.2-dynamic X17: prices come by web services, over OCPI and over REST; what is set by hand counts in the plan and leaves the pushed values alone', async () => {
  const server = await testServer({ SMAC_OCPI_ALLOW_PRIVATE: 'true' });
  const cpo = await TestCpo.start(systemClock);
  const operators = {
    store: server.store,
    clock: systemClock,
    random: randomBytes,
    audit: server.audit,
  };
  const { key } = await createApiKeys(operators).create({ name: 'trader', role: 'operator' }, 'test');
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.url}/api/contexts${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: (await answer.json()) as unknown };
  };
  try {
    const nowMs = systemClock.now();
    const slotMs = nowMs - (nowMs % SLOT_MS);
    const invited = await server.scsp.parties.invite({ role: 'CPO', country: 'NL', party: 'TNM' });
    assert.ok(invited.ok);
    await cpo.register(invited.data);
    const { receiver } = cpo.client;
    assert.ok((await receiver.locations.put({ owner: OWNER, locationId: 'quay' }, location(nowMs))).ok);
    // What it pushes it also serves: the pull after the registration retires what its owner does not list.
    cpo.contexts.push(context(nowMs));
    assert.ok((await receiver.smartchargingoptimisation.put(context(nowMs))).ok);
    assert.ok((await receiver.sessions.put(session('S1', nowMs))).ok);
    const price = Array.from({ length: 8 }, (_, slot) => ({
      time_slot: formatDateTime(slotMs + slot * SLOT_MS),
      value: 0.25,
    }));
    const patch = { price, last_updated: formatDateTime(nowMs + 1_000) };
    assert.ok((await receiver.smartchargingoptimisation.patch({ owner: OWNER, id: 'supply' }, patch)).ok);

    const [known] = (await call('GET', '')).json as { id: string }[];
    const path = `/${encodeURIComponent(known!.id)}`;
    const window = `?from=${new Date(slotMs).toISOString()}&to=${new Date(slotMs + HOUR_MS).toISOString()}`;
    const prices = async () => ((await call('GET', `${path}/inputs${window}`)).json as Inputs).series.price;
    assert.deepEqual(
      (await prices()).map(({ value, layer }) => [value, layer]),
      Array(4).fill([0.25, 'base']),
    );

    const start = new Date(slotMs + 2 * SLOT_MS).toISOString();
    const byHand = { slots: [{ start, durationMinutes: 15, value: 0.9 }] };
    const validUntil = new Date(nowMs + HOUR_MS).toISOString();
    assert.equal((await call('PUT', `${path}/inputs/price`, { ...byHand, validUntil })).status, 200);
    const both = await prices();
    assert.deepEqual(
      both.filter((slot) => slot.layer === 'override').map((slot) => slot.value),
      [0.9],
    );
    assert.equal(both.filter((slot) => slot.layer === 'base').length, 4);
    assert.match(both.find((slot) => slot.layer === 'override')!.source, /^key:/, 'who set it is known');

    const made = await call('POST', `${path}/plans`);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const { start: planStart, site } = (made.json as Made).problem;
    // A quarter hour may have begun since: slot 0 of the plan is then the second one of the prices.
    const begun = Math.round((Date.parse(planStart) - slotMs) / SLOT_MS);
    assert.deepEqual(site.import_price.slice(0, 5 - begun), [0.25, 0.25, 0.9, 0.25, 0.25].slice(begun));

    const negative = { slots: [{ start, durationMinutes: 15, value: -1 }] };
    const refused = await call('PUT', `${path}/inputs/demand`, negative);
    assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused.json));
    assert.match(JSON.stringify(refused.json), /slots\[0\]\.value/);
  } finally {
    await server.close();
    await cpo.close();
  }
});
