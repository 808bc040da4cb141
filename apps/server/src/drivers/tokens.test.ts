import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type AuthorizationInfo, formatDateTime, type Token } from '@smac/ocpi';
import { sql } from 'kysely';
import { createAudit } from '../operators/index.ts';
import type { Owner } from '../sites/index.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { createTokens } from './create-tokens.ts';
import type { IssuerAnswer } from './tokens.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 8);
const LIMITS = { maxEntries: 100, maxUidLength: 20 };
const AT = { stationId: 'st-1', evseId: 1 };
const CARD = 'ISO14443';

eachDatabase('drivers', (database) => {
  /** Tokens with a clock, a log that is kept, and issuers that answer what the test says. */
  async function bench(answer: (peerId: string, uid: string) => IssuerAnswer = noAnswer) {
    const { store } = database;
    await sql`delete from token`.execute(store.db);
    await sql`delete from token_decision`.execute(store.db);
    await sql`delete from station_local_list`.execute(store.db);
    const clock = {
      nowMs: NOW_MS,
      now: () => clock.nowMs,
      after: () => () => {},
      advance: (ms: number) => {
        clock.nowMs += ms;
      },
    };
    const lines: string[] = [];
    const asked: string[] = [];
    const note = (fields: unknown, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
    const tokens = createTokens({
      store,
      clock,
      random: randomBytes,
      log: { info: note, warn: note },
      audit: createAudit({ store, clock }),
      party: { countryCode: 'FI', partyId: 'TKU' },
      askIssuer: async (peerId, { uid }, location) => {
        asked.push(`${peerId} ${uid} ${location?.location_id} ${location?.evse_uids}`);
        return answer(peerId, uid);
      },
      placeOf: () => ({ locationId: 'quay', evseUid: 'quay-1' }),
    });
    const status = async (uid: string, type = CARD, at = AT) =>
      (await tokens.authorise({ uid, type }, at)).status;
    return { store, clock, tokens, lines, asked, status };
  }
  const noAnswer = (): IssuerAnswer => ({ kind: 'no-answer', detail: 'timeout' });
  const owner = (country: string, party: string): Owner => ({
    peerId: `peer-${party}`,
    party: { countryCode: country, partyId: party },
  });
  const foreign = (country: string, party: string, uid: string, more: Partial<Token> = {}): Token => ({
    country_code: country,
    party_id: party,
    uid,
    type: 'RFID',
    contract_id: `${country}-${party}-C1`,
    issuer: party,
    valid: true,
    whitelist: 'ALLOWED',
    last_updated: formatDateTime(NOW_MS - 1000),
    ...more,
  });
  const info = (
    allowed: AuthorizationInfo['allowed'],
    more: Partial<AuthorizationInfo> = {},
  ): IssuerAnswer => ({
    kind: 'answer',
    info: { allowed, token: foreign('NL', 'TNM', 'X'), ...more },
  });

  test('BI17 D1.5-§2.3.1-TOK cards of three eMSPs from three countries charge, a blocked one and an unknown one do not', async () => {
    const { tokens, status } = await bench();
    for (const [country, party] of [
      ['NL', 'TNM'],
      ['DE', 'ALL'],
      ['FR', 'FRE'],
    ] as const) {
      assert.ok((await tokens.put(owner(country, party), foreign(country, party, `04${party}0001`))).ok);
      assert.equal(await status(`04${party}0001`), 'Accepted');
    }
    const blocked = foreign('DE', 'ALL', '04ALL0002', { valid: false });
    assert.ok((await tokens.put(owner('DE', 'ALL'), blocked)).ok);
    assert.equal(await status('04ALL0002'), 'Blocked');
    assert.equal(await status('04NOBODY1'), 'Unknown');
    assert.equal(await status('', 'NoAuthorization'), 'Invalid');
    const decision = await tokens.authorise({ uid: '04tnm0001', type: CARD }, AT);
    assert.deepEqual(decision.cdrToken, {
      country_code: 'NL',
      party_id: 'TNM',
      uid: '04TNM0001',
      type: 'RFID',
      contract_id: 'NL-TNM-C1',
    });
  });

  test('BI17 OCPI WhitelistType: ALWAYS and ALLOWED are not asked, ALLOWED_OFFLINE only needs no answer, NEVER needs one', async () => {
    const answers = new Map<string, IssuerAnswer>();
    const { tokens, status, asked } = await bench((_peer, uid) => answers.get(uid) ?? noAnswer());
    const lists = ['ALWAYS', 'ALLOWED', 'ALLOWED_OFFLINE', 'NEVER'] as const;
    for (const whitelist of lists) {
      await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', `04${whitelist}`, { whitelist }));
    }
    const all = async () => Promise.all(lists.map((whitelist) => status(`04${whitelist}`)));
    assert.deepEqual(await all(), ['Accepted', 'Accepted', 'Accepted', 'Invalid']);
    assert.deepEqual(asked.toSorted(), [
      'peer-TNM 04ALLOWED_OFFLINE quay quay-1',
      'peer-TNM 04NEVER quay quay-1',
    ]);
    for (const [allowed, expected] of [
      ['ALLOWED', 'Accepted'],
      ['BLOCKED', 'Blocked'],
      ['EXPIRED', 'Expired'],
      ['NO_CREDIT', 'NoCredit'],
      ['NOT_ALLOWED', 'Invalid'],
    ] as const) {
      answers.set('04NEVER', info(allowed, { authorization_reference: 'auth-7' }));
      assert.equal(await status('04NEVER'), expected);
    }
    answers.set('04NEVER', info('ALLOWED', { location: { location_id: 'QUAY', evse_uids: ['quay-2'] } }));
    assert.equal(await status('04NEVER'), 'Invalid');
    answers.set('04NEVER', { kind: 'unknown-token' });
    assert.equal(await status('04NEVER'), 'Unknown');
    answers.set('04NEVER', info('ALLOWED', { authorization_reference: 'auth-8' }));
    assert.equal(await status('04NEVER'), 'Accepted');
    const kept = await tokens.lastAccepted('04never', 'st-1', NOW_MS);
    assert.deepEqual(
      [kept?.method, kept?.reference, kept?.cdrToken?.uid],
      ['AUTH_REQUEST', 'auth-8', '04NEVER'],
    );
  });

  test('BI2 a token blocked in the back office is refused online, though it is in the local list of the station and its issuer allows it', async () => {
    const { tokens, status, clock } = await bench(() => info('ALLOWED'));
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', '04TNM0001', { whitelist: 'ALWAYS' }));
    const first = await tokens.localListFor('st-1', 0, LIMITS);
    assert.deepEqual(first, {
      kind: 'Full',
      version: 1,
      entries: [{ uid: '04TNM0001' }],
      removed: [],
      leftOut: 0,
    });
    await tokens.localListAnswered('st-1', 1, true);
    assert.equal(await tokens.localListFor('st-1', 1, LIMITS), undefined);
    const { tokens: pictures } = await tokens.list({ limit: 10, offset: 0 });
    const blocked = await tokens.change(pictures[0]?.id ?? '', { blockedReason: 'reported stolen' }, 'key:1');
    assert.ok(blocked.ok);
    assert.equal(await status('04TNM0001'), 'Blocked');
    const next = await tokens.localListFor('st-1', 1, LIMITS);
    assert.deepEqual(next, {
      kind: 'Differential',
      version: 2,
      entries: [],
      removed: ['04TNM0001'],
      leftOut: 0,
    });
    // What the issuer sends does not lift the block.
    clock.advance(1000);
    const again = foreign('NL', 'TNM', '04TNM0001', { last_updated: formatDateTime(NOW_MS) });
    assert.ok((await tokens.put(owner('NL', 'TNM'), again)).ok);
    assert.equal(await status('04TNM0001'), 'Blocked');
  });

  test('BI2 local lists: own cards first, no NEVER, no longer than the station can hold; after a refusal everything is sent again', async () => {
    const { tokens } = await bench();
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', '04TNM0001', { group_id: 'G1' }));
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', '04TNM0002', { whitelist: 'NEVER' }));
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', '0'.repeat(30)));
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', 'app-user-1', { type: 'APP_USER' }));
    assert.ok((await tokens.add({ uid: '04OWN00001', expiresMs: NOW_MS + 1000 }, 'local')).ok);
    const full = await tokens.localListFor('st-2', 0, LIMITS);
    assert.deepEqual(full?.entries, [
      { uid: '04OWN00001', expiryMs: NOW_MS + 1000 },
      { uid: '04TNM0001', groupUid: 'G1' },
    ]);
    const small = await tokens.localListFor('st-3', -1, { maxEntries: 1, maxUidLength: 20 });
    assert.deepEqual([small?.entries.length, small?.leftOut, small?.version], [1, 1, 1]);
    await tokens.localListAnswered('st-2', 1, false);
    const again = await tokens.localListFor('st-2', 0, LIMITS);
    assert.deepEqual([again?.kind, again?.version], ['Full', 2]);
    // A station that reports a version nobody gave it may hold anything.
    assert.deepEqual((await tokens.localListFor('st-2', 7, LIMITS))?.version, 8);
    for (const absurd of [2 ** 31 - 1, 1e300, 1.5, Number.NaN]) {
      const whole = await tokens.localListFor('st-2', absurd, LIMITS);
      assert.ok(whole?.kind === 'Full' && whole.version < 100, `${absurd}`);
    }
  });

  test('D1.5-§2.3.1-CMD a token that came with a command is not checked again: RFID for 15 minutes at that station, app tokens for a day', async () => {
    const { tokens, status, clock, asked } = await bench(() => info('BLOCKED'));
    const card = foreign('NL', 'TNM', '04TNM0001', { whitelist: 'NEVER' });
    await tokens.put(owner('NL', 'TNM'), card);
    await tokens.acceptByCommand(card, { stationId: 'st-1', reference: 'auth-9' });
    await tokens.acceptByCommand(foreign('NL', 'TNM', 'app-1', { type: 'APP_USER' }), { stationId: 'st-1' });
    clock.advance(14 * 60_000);
    assert.deepEqual([await status('04TNM0001'), await status('app-1', 'Central')], ['Accepted', 'Accepted']);
    assert.equal(asked.length, 0);
    assert.equal(await status('04TNM0001', CARD, { stationId: 'st-2', evseId: 1 }), 'Blocked');
    clock.advance(2 * 60_000);
    assert.deepEqual([await status('04TNM0001'), await status('app-1', 'Central')], ['Blocked', 'Accepted']);
    assert.equal((await tokens.lastAccepted('04TNM0001', 'st-1', clock.now()))?.reference, 'auth-9');
    clock.advance(24 * 3_600_000);
    assert.equal(await status('app-1', 'Central'), 'Unknown');
  });

  test('BI17 own cards: added once, grouped, expiring, blocked, removed; every change is in the audit trail', async () => {
    const { tokens, status, clock, store } = await bench();
    const made = await tokens.add(
      { uid: '04AABBCCDD', groupId: 'FLEET-1', expiresMs: NOW_MS + 60_000 },
      'key:a',
    );
    assert.ok(made.ok);
    const { id } = made.data;
    assert.equal((await tokens.add({ uid: '04aabbccdd' }, 'key:a')).ok, false);
    assert.equal((await tokens.add({ uid: 'x y' }, 'key:a')).ok, false);
    const decision = await tokens.authorise({ uid: '04AABBCCDD', type: CARD }, AT);
    assert.deepEqual(
      [decision.status, decision.groupUid, decision.expiryMs],
      ['Accepted', 'FLEET-1', NOW_MS + 60_000],
    );
    clock.advance(60_000);
    assert.equal(await status('04AABBCCDD'), 'Expired');
    assert.ok((await tokens.change(id, { expiresMs: null, blockedReason: 'lost' }, 'key:a')).ok);
    assert.equal(await status('04AABBCCDD'), 'Blocked');
    assert.ok((await tokens.change(id, { blockedReason: null }, 'key:a')).ok);
    assert.equal(await status('04AABBCCDD'), 'Accepted');
    assert.ok((await tokens.remove(id, 'key:a')).ok);
    assert.equal(await status('04AABBCCDD'), 'Unknown');
    assert.equal((await tokens.add({ uid: '04AABBCCDD' }, 'key:a')).ok, true);
    const actions = await store.db
      .selectFrom('audit')
      .select('action')
      .where('actor', '=', 'key:a')
      .execute();
    assert.deepEqual([...new Set(actions.map(({ action }) => action))].sort(), [
      'token.added',
      'token.changed',
      'token.removed',
    ]);
  });

  test('T-LEAK no UID in pictures, log lines or the audit trail', async () => {
    const { tokens, lines, store } = await bench();
    const uid = '04C0FFEE99AB';
    const made = await tokens.add({ uid, contractId: `FI-TKU-${uid}`, groupId: uid }, 'local');
    assert.ok(made.ok);
    await tokens.change(made.data.id, { blockedReason: 'lost' }, 'local');
    await tokens.authorise({ uid, type: CARD }, AT);
    await tokens.put(owner('NL', 'TNM'), foreign('NL', 'TNM', `${uid}1`, { whitelist: 'NEVER' }));
    await tokens.authorise({ uid: `${uid}1`, type: CARD }, AT);
    const audit = await store.db.selectFrom('audit').selectAll().execute();
    const seen = JSON.stringify([await tokens.list({ limit: 10, offset: 0 }), made, lines, audit]);
    assert.equal(seen.includes(uid), false);
    assert.equal(made.data.uid, '****99AB');
    assert.equal(lines.length, 3);
  });

  test('D1.5-§2.3.1-TOK X42 pushed tokens are kept with their owner: patched, read back by it alone, older ones ignored', async () => {
    const { tokens } = await bench();
    const mine = owner('NL', 'TNM');
    const card = foreign('NL', 'TNM', '04TNM0001');
    assert.deepEqual(await tokens.put(mine, card), { ok: true, data: undefined, created: true });
    assert.deepEqual(await tokens.get(mine, '04tnm0001', 'rfid'), { ok: true, data: card });
    assert.equal((await tokens.get(owner('DE', 'ALL'), '04TNM0001', 'RFID')).ok, false);
    assert.equal((await tokens.patch(mine, '04TNM0001', 'RFID', { valid: false })).ok, false);
    const later = formatDateTime(NOW_MS);
    assert.ok((await tokens.patch(mine, '04TNM0001', 'RFID', { valid: false, last_updated: later })).ok);
    assert.ok((await tokens.put(mine, card)).ok);
    const stored = await tokens.get(mine, '04TNM0001', 'RFID');
    assert.equal(stored.ok && stored.data.valid, false);
    assert.equal((await tokens.patch(mine, '04NEW', 'RFID', { last_updated: later })).ok, false);
    // A second issuer may have a card with the same UID: whoever lets it charge pays for it.
    assert.ok((await tokens.put(owner('DE', 'ALL'), foreign('DE', 'ALL', '04TNM0001'))).ok);
    const decision = await tokens.authorise({ uid: '04TNM0001', type: CARD }, AT);
    assert.deepEqual([decision.status, decision.cdrToken?.party_id], ['Accepted', 'ALL']);
  });
});
