import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOcpiClient } from '../../client/ocpi-client.ts';
import { done, refused } from '../../exchange/outcome.ts';
import type { TokensSender } from '../../exchange/ports.ts';
import { token } from '../../model/fixtures/objects.ts';
import { CPO, registerAt, startPlatform } from '../../testing/platforms.ts';

const EMSP = {
  countryCode: 'FI',
  partyId: 'EMS',
  role: 'EMSP',
  businessDetails: { name: 'Archipelago' },
} as const;

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`BI17 D1.5-§2.3.1-TOK OCPI ${version}: real-time authorisation: allowed, blocked as an answer, unknown as 404 with 2004, location missing as 2002`, async (t) => {
    const asked: unknown[] = [];
    const sender: TokensSender = {
      list: async () => done({ items: [token], totalCount: 1 }),
      authorize: async (_caller, { uid, type }, location) => {
        asked.push([uid, type, location]);
        if (uid === 'nobody') return refused('unknownToken', 'This token is unknown.');
        if (location === undefined) return refused('notEnoughInformation', 'location_id: say where.');
        const allowed = uid === 'blocked' ? 'BLOCKED' : 'ALLOWED';
        return done({ allowed, token: { ...token, uid }, location, authorization_reference: 'auth-7' });
      },
    };
    const emsp = await startPlatform({ party: EMSP, ports: { tokens: { sender } }, versions: [version] });
    const cpo = await startPlatform({
      party: CPO,
      ports: { cdrs: { sender: { list: async () => done({ items: [], totalCount: 0 }) } } },
    });
    t.after(async () => {
      await emsp.served.close();
      await cpo.served.close();
    });
    const ids = await registerAt(emsp, cpo);
    const { tokens } = createOcpiClient(cpo.platform, ids.atClient).sender;
    const place = { location_id: 'quay', evse_uids: ['quay-3'] };
    const allowed = await tokens.authorize({ uid: '04A2B1C3', type: 'RFID' }, place);
    assert.deepEqual(allowed.ok && allowed.data, {
      allowed: 'ALLOWED',
      token,
      location: place,
      authorization_reference: 'auth-7',
    });
    const blocked = await tokens.authorize({ uid: 'blocked', type: 'APP_USER' }, place);
    assert.ok(blocked.ok && blocked.data.allowed === 'BLOCKED' && blocked.httpStatus === 200);
    const nobody = await tokens.authorize({ uid: 'nobody', type: 'RFID' }, place);
    assert.deepEqual(!nobody.ok && [nobody.httpStatus, nobody.statusCode], [404, 2004]);
    const nowhere = await tokens.authorize({ uid: '04A2B1C3', type: 'RFID' }, undefined);
    assert.deepEqual(!nowhere.ok && [nowhere.httpStatus, nowhere.statusCode], [200, 2002]);
    assert.deepEqual(asked, [
      ['04A2B1C3', 'RFID', place],
      ['blocked', 'APP_USER', place],
      ['nobody', 'RFID', place],
      ['04A2B1C3', 'RFID', undefined],
    ]);
  });
}
