import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../../bridge/codecs.ts';
import { createOcpiClient } from '../../client/ocpi-client.ts';
import { done, refused } from '../../exchange/outcome.ts';
import type { CdrsReceiver } from '../../exchange/ports.ts';
import { cdr } from '../../model/fixtures/objects.ts';
import type { Cdr } from '../../model/index.ts';
import { MemoryObjects } from '../../testing/memory-ports.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../../testing/platforms.ts';
import { serve } from '../testing/served.ts';

/** Keeps what came first, as a receiver of bills must. */
function receiverOf(kept: MemoryObjects<Cdr>): CdrsReceiver {
  return {
    get: kept.get,
    post: async (caller, posted) => {
      const key = { owner: { countryCode: posted.country_code, partyId: posted.party_id }, id: posted.id };
      const stored = await kept.get(caller, key);
      if (!stored.ok) return kept.put(caller, key, posted);
      return stored.data.last_updated === posted.last_updated
        ? done(undefined)
        : refused('invalidParameters', 'id: this CDR exists and cannot be changed; send a credit CDR.');
    },
  };
}

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`D1.5-§2.3.1-CDR OCPI ${version} CDRs: POST answers with Location, GET reads it there, nothing changes or removes it`, async (t) => {
    const kept = new MemoryObjects<Cdr>();
    const ports = { cdrs: { receiver: receiverOf(kept), sender: { list: kept.list } } };
    const { ask } = await serve(t, { version, ports });
    const written = codecOf('Cdr').write(cdr, { version, unitProfile: 'si', agreements: [] });
    assert.ok(written.ok);
    const wire = written.value as Record<string, unknown>;
    const posted = await ask('POST', '/receiver/cdrs', wire);
    assert.deepEqual([posted.status, posted.json.status_code], [201, 1000]);
    const location = new URL(posted.headers.get('location') ?? '');
    const path = location.pathname.replace(/^.*\/receiver/, '/receiver');
    assert.deepEqual((await ask('GET', path)).json.data, wire);
    assert.deepEqual(kept.objects.get('FI-TKU/CDR-1001'), cdr);
    assert.deepEqual((await ask('GET', '/sender/cdrs')).json.data, [wire]);
    const changed = { ...wire, total_energy: 13, last_updated: '2026-11-21T09:12:00Z' };
    assert.equal((await ask('POST', '/receiver/cdrs', changed)).json.status_code, 2001);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      assert.equal((await ask(method, path, wire)).status, 405);
    }
    const credit = { ...wire, id: `${'x'.repeat(36)}-C1`, credit: true, credit_reference_id: 'cdr-1001' };
    const credited = await ask('POST', '/receiver/cdrs/', credit);
    assert.equal(credited.status, 201);
    const at = new URL(credited.headers.get('location') ?? '').pathname.replace(/^.*\/receiver/, '/receiver');
    assert.equal((await ask('GET', at)).json.status_code, 1000);
  });

  test(`D1.5-§2.3.1-CDR X43 OCPI ${version} CDRs: a CDR of another party is refused`, async (t) => {
    const kept = new MemoryObjects<Cdr>();
    const { ask } = await serve(t, { version, ports: { cdrs: { receiver: receiverOf(kept) } } });
    const written = codecOf('Cdr').write(cdr, { version, unitProfile: 'si', agreements: [] });
    assert.ok(written.ok);
    const foreign = { ...(written.value as object), party_id: 'XXX' };
    const answer = await ask('POST', '/receiver/cdrs', foreign);
    assert.deepEqual([answer.status, answer.json.status_code, kept.objects.size], [404, 2001, 0]);
  });

  test(`D1.5-§2.3.1-CDR D1.5-Q5-9 OCPI ${version} CDRs: our client posts one, reads it back, pulls the list; exported energy by agreement only`, async (t) => {
    const kept = new MemoryObjects<Cdr>();
    const emsp = await startPlatform({
      party: { ...SCSP, role: 'EMSP' },
      ports: { cdrs: { receiver: receiverOf(kept) } },
      versions: [version],
    });
    const cpo = await startPlatform({ party: CPO, ports: { cdrs: { sender: { list: kept.list } } } });
    t.after(async () => {
      await emsp.served.close();
      await cpo.served.close();
    });
    const ids = await registerAt(emsp, cpo, { atHost: { agreements: ['v2x'] } });
    const client = createOcpiClient(cpo.platform, ids.atClient);
    const posted = await client.receiver.cdrs.post({ ...cdr, total_exported_energy: 3.5 });
    assert.ok(posted.ok && posted.location !== undefined, JSON.stringify(posted));
    const back = await client.receiver.cdrs.getAt(posted.location);
    assert.deepEqual(back.ok && back.data, cdr);
    const listed = createOcpiClient(emsp.platform, ids.atHost).sender.cdrs.list();
    for await (const entry of listed) assert.deepEqual(entry.kind === 'object' && entry.object, cdr);
    const elsewhere = await client.receiver.cdrs.getAt('http://10.0.0.1/ocpi/cdrs/1');
    assert.deepEqual([elsewhere.ok, !elsewhere.ok && elsewhere.error], [false, 'address']);
  });
}

test('SC4 OCPI CDR of a connector that 2.2.1 cannot name is still sent, and the loss is reported', () => {
  const megawatt = { ...cdr, cdr_location: { ...cdr.cdr_location, connector_standard: 'MCS' } };
  const wire = { version: '2.2.1', unitProfile: 'si', agreements: [] } as const;
  const written = codecOf('Cdr').write(megawatt, wire);
  assert.ok(written.ok);
  assert.match(JSON.stringify(written.warnings), /MCS is unknown to OCPI 2.2.1/);
});
