import assert from 'node:assert/strict';
import test from 'node:test';
import type { Profile, TargetAnswer, TargetEvents } from '../../../dispatch/index.ts';
import { oneStore } from '../../../store/testing/index.ts';
import { context, location, session } from '../testing/objects.ts';
import { type ScspRig, scspRig, T0 } from '../testing/scsp-rig.ts';
import type { TestCpo } from '../testing/test-cpo.ts';

const REFERENCE = '0d3c2a4e-6b1f-4b0e-9c55-3f6a7c1d2e90';

function profile(powersW: readonly number[]): Profile {
  return {
    startMs: T0,
    endMs: T0 + 24 * 3_600_000,
    periods: powersW.map((powerW, i) => ({ startMs: T0 + i * 900_000, powerW })),
  };
}

/** What the target reports by itself. */
class Events implements TargetEvents {
  readonly seen: unknown[][] = [];
  known = true;
  answered = async (peerId: string, reference: string, answer: TargetAnswer) => {
    this.seen.push(['answered', peerId, reference, answer.result]);
    return this.known;
  };
  active = async (key: { sessionId: string }, active: Profile) => {
    this.seen.push(['active', key.sessionId, active]);
  };
  peerDown = (peerId: string) => {
    this.seen.push(['down', peerId]);
  };
  peerUp = (peerId: string) => {
    this.seen.push(['up', peerId]);
  };
  reachability = (keys: readonly { sessionId: string }[], reachable: boolean) => {
    this.seen.push(['reachable', keys.map(({ sessionId }) => sessionId), reachable]);
  };
  committed = async () => {};
}

const emptyStore = oneStore();

interface Setting {
  readonly rig: ScspRig;
  readonly cpo: TestCpo;
  readonly peerId: string;
  readonly events: Events;
}

async function withSession(
  work: (setting: Setting) => Promise<void>,
  agreements?: readonly string[],
): Promise<void> {
  const store = await emptyStore();
  const rig = await scspRig(store);
  try {
    const { cpo, peerId } = await rig.join(agreements === undefined ? {} : { agreements });
    const events = new Events();
    rig.scsp.target.listen?.(events);
    const { client } = cpo;
    const key = { owner: { countryCode: 'NL', partyId: 'TNM' }, locationId: 'quay' };
    assert.equal((await client.receiver.locations.put(key, location(T0))).ok, true);
    assert.equal((await client.receiver.smartchargingoptimisation.put(context(T0))).ok, true);
    assert.equal((await client.receiver.sessions.put(session('S1', T0))).ok, true);
    await work({ rig, cpo, peerId, events });
  } finally {
    await rig.close();
  }
}

test('UC-006: the profile reaches the CPO in W, rounded down, with an absolute start, and its asynchronous result comes back', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    const key = { peerId, sessionId: 'S1' };
    const answer = await rig.scsp.target.setProfile(key, profile([7_000.19, 0, 11_000]), REFERENCE);
    assert.deepEqual(answer, { result: 'ACCEPTED' });
    const [request] = cpo.requests;
    assert.equal(request?.method, 'PUT');
    assert.deepEqual(request?.profile, {
      start_date_time: '2026-11-21T12:00:00Z',
      duration: 86_400,
      charging_rate_unit: 'W',
      charging_profile_period: [
        { start_period: 0, limit: 7_000.1 },
        { start_period: 900, limit: 0 },
        { start_period: 1_800, limit: 11_000 },
      ],
    });
    assert.match(request?.responseUrl ?? '', /\/2\.3\.0\/sender\/chargingprofiles\/results\/profile\//);
  }));

test('D1.5-§2.3.1.1-CPb D1.5-§2.3.1.1-CPc: clear and read go out with a response path of their own each', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    const key = { peerId, sessionId: 'S1' };
    await rig.scsp.target.setProfile(key, profile([7_000]), REFERENCE);
    const read = await rig.scsp.target.readProfile(key, 3_600);
    assert.equal(read?.periods[0]?.powerW, 7_000);
    assert.deepEqual(await rig.scsp.target.clearProfile(key, `${REFERENCE.slice(0, -1)}1`), {
      result: 'ACCEPTED',
    });
    const paths = cpo.requests.map((request) => new URL(request.responseUrl).pathname.split('/').at(-2));
    assert.deepEqual(paths, ['profile', 'active', 'clear']);
  }));

test('X56: plain OCPI never carries a negative limit', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    assert.equal(await rig.scsp.target.carriesDischarge({ peerId, sessionId: 'S1' }), false);
    await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([-5_000, 7_000]), REFERENCE);
    assert.deepEqual(cpo.requests[0]?.profile?.charging_profile_period, [
      { start_period: 0, limit: 0 },
      { start_period: 900, limit: 7_000 },
    ]);
  }));

test('X56 D1.5-R4-1: with the agreement v2x the extension carries the discharge', () =>
  withSession(
    async ({ rig, cpo, peerId }) => {
      assert.equal(await rig.scsp.target.carriesDischarge({ peerId, sessionId: 'S1' }), true);
      await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([-5_000, 7_000]), REFERENCE);
      assert.deepEqual(cpo.requests[0]?.profile?.charging_profile_period, [
        { start_period: 0, limit: 0, discharge_limit: 5_000, setpoint: -5_000 },
        { start_period: 900, limit: 7_000 },
      ]);
    },
    ['smartchargingoptimisation', 'v2x'],
  ));

for (const [answer, result] of [
  ['UNKNOWN_SESSION', 'UNKNOWN_SESSION'],
  ['NOT_SUPPORTED', 'NOT_SUPPORTED'],
  ['TOO_OFTEN', 'TOO_OFTEN'],
  ['REJECTED', 'REJECTED'],
] as const) {
  test(`D4.2-§5.4: a synchronous ${answer} is the answer, no result is waited for`, () =>
    withSession(async ({ rig, cpo, peerId }) => {
      cpo.reaction = { answer };
      const got = await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
      assert.equal(got.result, result);
    }));
}

test('D4.2-§5.4: the asynchronous result REJECTED is the answer', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    cpo.reaction = { answer: 'ACCEPTED', result: 'REJECTED' };
    const got = await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    assert.equal(got.result, 'REJECTED');
  }));

test('D4.2-§5.4: no result within the time-out is UNKNOWN; the late result is reported with the attempt it names, a repeated one is no error', () =>
  withSession(async ({ rig, cpo, peerId, events }) => {
    cpo.reaction = 'silent';
    const waiting = rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    const got = await until(rig, waiting);
    assert.equal(got.result, 'UNKNOWN');
    const url = cpo.requests[0]!.responseUrl;
    const result = { kind: 'ChargingProfileResult', result: { result: 'ACCEPTED' } } as const;
    assert.equal((await cpo.client.postResult(url, result)).ok, true);
    assert.deepEqual(events.seen.at(-1), ['answered', peerId, REFERENCE, 'ACCEPTED']);
    assert.equal((await cpo.client.postResult(url, result)).ok, true);
    assert.equal(events.seen.filter((each) => each[0] === 'answered').length, 1);
  }));

test('security 5: a result of a foreign peer, of another kind or for an id nobody gave out is refused and changes nothing', () =>
  withSession(async ({ rig, cpo, peerId, events }) => {
    cpo.reaction = 'silent';
    events.known = false;
    const { cpo: other } = await rig.join({ party: 'ABC' });
    const waiting = rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    await settled(() => cpo.requests.length > 0);
    const url = cpo.requests[0]!.responseUrl;
    const accepted = { kind: 'ChargingProfileResult', result: { result: 'ACCEPTED' } } as const;
    const cleared = { kind: 'ClearProfileResult', result: { result: 'ACCEPTED' } } as const;
    assert.equal((await other.client.postResult(url, accepted)).ok, false, 'foreign peer');
    assert.equal(
      (await cpo.client.postResult(url.replace('/profile/', '/clear/'), cleared)).ok,
      false,
      'wrong path',
    );
    const guessed = `${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}`;
    assert.equal((await cpo.client.postResult(guessed, accepted)).ok, false, 'guessed id');
    assert.equal((await cpo.client.postResult(url, accepted)).ok, true);
    assert.deepEqual(await waiting, { result: 'ACCEPTED' });
  }));

test('a result that comes after a restart finds its attempt by the reference in the response path', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    cpo.reaction = 'silent';
    void rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    await settled(() => cpo.requests.length > 0);
    const again = await rig.restart();
    const events = new Events();
    again.scsp.target.listen?.(events);
    const posted = await cpo.client.postResult(cpo.requests[0]!.responseUrl, {
      kind: 'ChargingProfileResult',
      result: { result: 'ACCEPTED' },
    });
    assert.equal(posted.ok, true);
    assert.deepEqual(events.seen, [['answered', peerId, REFERENCE, 'ACCEPTED']]);
    await again.close();
  }));

test('a peer that answers 500 makes the attempt UNKNOWN; after three it counts as down, and its next sign of life as up', () =>
  withSession(async ({ rig, cpo, peerId, events }) => {
    cpo.down = true;
    for (let i = 0; i < 3; i += 1) {
      const got = await rig.scsp.target.setProfile(
        { peerId, sessionId: 'S1' },
        profile([7_000]),
        `${REFERENCE.slice(0, -1)}${i}`,
      );
      assert.equal(got.result, 'UNKNOWN');
    }
    assert.deepEqual(events.seen, [['down', peerId]]);
    const held = await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    assert.equal(held.result, 'REJECTED', 'nothing is sent to a peer that is down');
    assert.equal((await rig.scsp.parties.list())[0]?.health, 'down');
    assert.match((await rig.scsp.parties.list())[0]?.lastError ?? '', /500/);
    cpo.down = false;
    rig.clock.advance(60_000);
    await settled(() => events.seen.length > 1);
    assert.deepEqual(events.seen.at(-1), ['up', peerId]);
  }));

test('SMC_005: nothing is sent to an EVSE that is not CHARGING_PROFILE_CAPABLE', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    await cpo.client.receiver.sessions.put(session('S2', T0, { evse_uid: 'plain' }));
    const got = await rig.scsp.target.setProfile({ peerId, sessionId: 'S2' }, profile([7_000]), REFERENCE);
    assert.equal(got.result, 'NOT_SUPPORTED');
    assert.equal(cpo.requests.length, 0);
  }));

test('X43: a session of another peer is unknown, and neither peer hears of it', () =>
  withSession(async ({ rig, cpo }) => {
    const { cpo: other, peerId: otherId } = await rig.join({ party: 'ABC' });
    const got = await rig.scsp.target.setProfile(
      { peerId: otherId, sessionId: 'S1' },
      profile([7_000]),
      REFERENCE,
    );
    assert.equal(got.result, 'UNKNOWN_SESSION');
    assert.equal(cpo.requests.length + other.requests.length, 0);
  }));

test('D1.5-§2.3.1.1-CPd: the ActiveChargingProfile a CPO pushes is reported; in A it counts all phases', () =>
  withSession(async ({ cpo, events }) => {
    const pushed = await cpo.client.sender.chargingprofiles.putActiveProfile('S1', {
      start_date_time: '2026-11-21T12:00:00Z',
      charging_profile: {
        charging_rate_unit: 'A',
        duration: 600,
        charging_profile_period: [{ start_period: 0, limit: 10 }],
      },
    });
    assert.equal(pushed.ok, true);
    assert.deepEqual(events.seen, [
      ['active', 'S1', { startMs: T0, endMs: T0 + 600_000, periods: [{ startMs: T0, powerW: 6_900 }] }],
    ]);
    const unknown = await cpo.client.sender.chargingprofiles.putActiveProfile('S9', cpo.active('S9'));
    assert.equal(unknown.ok, false);
  }));

test('shadow mode of a peer: nothing is sent whatever is asked', () =>
  withSession(async ({ rig, cpo, peerId }) => {
    await rig.scsp.parties.setShadow(peerId, true);
    const got = await rig.scsp.target.setProfile({ peerId, sessionId: 'S1' }, profile([7_000]), REFERENCE);
    assert.equal(got.result, 'REJECTED');
    assert.equal(cpo.requests.length, 0);
    assert.ok((await rig.sites.contexts()).every((each) => each.shadow));
  }));

/** Moves time until the promise settles. */
async function until<T>(rig: ScspRig, promise: Promise<T>): Promise<T> {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    rig.clock.advance(10);
  }
  return promise;
}

async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
