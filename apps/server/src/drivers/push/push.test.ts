import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createHttpCaller } from '@smac/ocpi';
import { VirtualClock } from '@smac/simulator';
import fc from 'fast-check';
import { LANGUAGES } from '../../config/index.ts';
import { Activity } from '../../time/activity.ts';
import { NOTICE_KINDS } from '../notices/notice.ts';
import { sentenceOf } from '../notices/sentence.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { encryptedFor, MOST_TEXT_BYTES } from './message-encryption.ts';
import { checked } from './subscription.ts';
import { claimsOf, opened, type PushService, pushService } from './testing/push-service.ts';
import { openVapid } from './vapid.ts';

const bytes = (text: string) => Buffer.from(text, 'base64url');

test('RFC 8291 appendix A: the message of the example leaves byte for byte', () => {
  const random = [bytes('DGv6ra1nlYgDCS1FRnbzlw'), bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw')];
  const body = encryptedFor(
    {
      p256dh: bytes(
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      ),
      auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
    },
    Buffer.from('When I grow up, I want to be a watermelon'),
    () => random.shift() ?? assert.fail('no more is asked for'),
  );
  assert.equal(
    Buffer.from(body).toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
  const privateKey = bytes('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94');
  assert.equal(
    opened(Buffer.from(body), privateKey, bytes('BTBZMqHH6r4Tts7J_aSIgg')),
    'When I grow up, I want to be a watermelon',
  );
});

test('RFC 8292: a token names the push service, ends within 24 h and is signed with the key browsers subscribe with', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
      const vapid = openVapid(secret, 'mailto:desk@example.org');
      const nowMs = Date.UTC(2026, 0, 1);
      const told = vapid.authorization('https://push.example.org:8443/send/abc', nowMs);
      const claims = claimsOf(told, vapid.publicKey);
      assert.equal(claims?.aud, 'https://push.example.org:8443');
      assert.equal(claims?.sub, 'mailto:desk@example.org');
      const aheadS = (claims?.exp ?? 0) - nowMs / 1000;
      assert.ok(aheadS > 3_600 && aheadS <= 24 * 3_600);
      assert.equal(openVapid(secret, undefined).publicKey, vapid.publicKey, 'the same key makes the same');
      assert.ok(!told.includes(Buffer.from(secret).toString('base64url')));
    }),
    { numRuns: 20, examples: [[new Uint8Array(32)], [new Uint8Array(32).fill(255)]] },
  );
});

test('an endpoint inside one’s own network, without TLS, or with keys that are none is refused with its field', () => {
  const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
  const good = {
    endpoint: 'https://push.example.org/a',
    p256dh,
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    language: 'en',
  };
  assert.ok(checked(good, false).ok);
  const bad: readonly [string, Partial<typeof good>][] = [
    ['endpoint', { endpoint: 'http://push.example.org/a' }],
    ['endpoint', { endpoint: 'https://127.0.0.1/a' }],
    ['endpoint', { endpoint: 'https://169.254.169.254/latest' }],
    ['endpoint', { endpoint: 'https://[::1]/a' }],
    ['endpoint', { endpoint: 'https://intranet/a' }],
    ['endpoint', { endpoint: 'https://a:b@push.example.org/a' }],
    ['endpoint', { endpoint: 'nonsense' }],
    ['auth', { auth: 'AAAA' }],
    ['p256dh', { p256dh: 'AAAA' }],
    // On no curve.
    ['p256dh', { p256dh: Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]).toString('base64url') }],
  ];
  for (const [field, change] of bad) {
    const outcome = checked({ ...good, ...change }, false);
    assert.ok(!outcome.ok && outcome.detail.startsWith(`${field}:`), JSON.stringify([change, outcome]));
  }
});

test('a message that no push service takes is refused, and the longest one fits into its 4096 bytes', () => {
  const keys = {
    p256dh: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
    auth: randomBytes(16),
  };
  const longest = encryptedFor(keys, Buffer.alloc(MOST_TEXT_BYTES, 1), randomBytes);
  assert.equal(longest.byteLength, 4096);
  assert.throws(() => encryptedFor(keys, Buffer.alloc(MOST_TEXT_BYTES + 1), randomBytes), RangeError);
});

test('what is told says the sentences of the app, in all of its languages', () => {
  for (const language of LANGUAGES) {
    const file = new URL(`../../../../web/src/words/catalogues/drive/${language}.json`, import.meta.url);
    assert.ok(existsSync(file), file.pathname);
    const words = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    for (const kind of NOTICE_KINDS) {
      const said = sentenceOf({ kind, detail: { evseUid: 'S-1', energyWh: 0 } }, language);
      const energy = sentenceOf({ kind: 'ended', detail: {} }, language).match(/0[.,]0 kWh/)?.[0] ?? '';
      const wanted = words[`drive.notice.${kind}`]
        ?.replaceAll('{socket}', 'S-1')
        .replaceAll('{energy}', energy);
      assert.equal(said, wanted, `${language} ${kind}`);
    }
  }
});

let service: PushService;
before(async () => {
  service = await pushService();
});
after(() => service.close());

interface Sending {
  readonly clock: VirtualClock;
  readonly delivery: Delivery;
  readonly activity: Activity;
  readonly gone: string[];
  readonly logged: string[];
  send(endpoint: string): void;
}
const vapid = openVapid(randomBytes(32), undefined);

function sending(allowPrivate = true): Sending {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const activity = new Activity();
  const gone: string[] = [];
  const logged: string[] = [];
  const delivery = createDelivery({
    clock,
    activity,
    http: createHttpCaller(),
    allowPrivate,
    log: { error: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
    authorization: (endpoint) => vapid.authorization(endpoint, clock.now()),
    gone: async (endpoint) => void gone.push(endpoint),
  });
  const send = (endpoint: string) => {
    const { p256dh, auth } = service.subscribe(vapid.publicKey);
    const body = encryptedFor({ p256dh: bytes(p256dh), auth: bytes(auth) }, Buffer.from('x'), randomBytes);
    delivery.send({ endpoint, body, keepS: 60, isUrgent: false });
  };
  return { clock, delivery, activity, gone, logged, send };
}

test('a push service that is busy is asked again a bounded number of times, no sooner than it said; then the message is given up', async () => {
  const { clock, activity, logged, send } = sending();
  const before = service.asked();
  const asked = () => service.asked() - before;
  service.answers.push({ status: 503 }, { status: 429, headers: { 'retry-after': '900' } });
  service.answers.push({ status: 500 }, { status: 500 });
  send(`${service.origin}/busy`);
  await activity.idle();
  assert.equal(asked(), 1);
  const pass = (s: number) => clock.runUntil(clock.now() + s * 1000, () => activity.idle());
  await pass(29);
  assert.equal(asked(), 1);
  await pass(1);
  assert.equal(asked(), 2);
  await pass(899);
  assert.equal(asked(), 2, 'the service wanted 900 s');
  await pass(1);
  assert.equal(asked(), 3);
  await pass(600);
  assert.equal(asked(), 4);
  assert.equal(logged.length, 1, 'given up');
  assert.ok(!logged[0]?.includes('/busy'), 'where it was sent stays out of the log');
  await pass(24 * 3_600);
  assert.equal(asked(), 4);
});

test('a subscription that ended is told of and never asked again; what is refused for good is not repeated', async () => {
  for (const [status, isGone] of [
    [404, true],
    [410, true],
    [403, false],
    [413, false],
  ] as const) {
    const { clock, activity, gone, send } = sending();
    const before = service.asked();
    service.answers.push({ status });
    const endpoint = `${service.origin}/${status}`;
    send(endpoint);
    await activity.idle();
    await clock.runUntil(clock.now() + 24 * 3_600_000, () => activity.idle());
    assert.deepEqual(gone, isGone ? [endpoint] : []);
    assert.equal(service.asked() - before, 1, String(status));
  }
});

test('nothing is sent to a private address, nor after the end', async () => {
  const inside = sending(false);
  const before = service.asked();
  inside.send(`${service.origin}/inside`);
  inside.send(`https://localhost/inside`);
  await inside.activity.idle();
  assert.equal(inside.logged.length, 2);
  const ended = sending();
  service.answers.push({ status: 503 });
  ended.send(`${service.origin}/later`);
  await ended.activity.idle();
  ended.delivery.close();
  await ended.clock.runUntil(ended.clock.now() + 3_600_000, () => ended.activity.idle());
  ended.send(`${service.origin}/later`);
  await ended.activity.idle();
  assert.equal(service.asked() - before, 1);
});
