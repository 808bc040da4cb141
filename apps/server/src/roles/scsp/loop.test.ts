import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { after, before } from 'node:test';
import { formatDateTime } from '@smac/ocpi';
import { createPlanner, type Planner } from '@smac/optimiser';
import { createDispatcher, type Dispatcher, type Feedback } from '../../dispatch/index.ts';
import { createPlanning, type Planning } from '../../planning/index.ts';
import { oneStore } from '../../store/testing/index.ts';
import { context, location, session } from './testing/objects.ts';
import { type ScspRig, scspRig, T0 } from './testing/scsp-rig.ts';
import type { TestCpo } from './testing/test-cpo.ts';

const OWNER = { countryCode: 'NL', partyId: 'TNM' };

let planner: Planner;
before(() => {
  planner = createPlanner({ threads: 1 });
});
after(() => planner.close());

const emptyStore = oneStore();

interface Loop {
  readonly rig: ScspRig;
  readonly cpo: TestCpo;
  readonly peerId: string;
  readonly planning: Planning;
  readonly dispatcher: Dispatcher;
  /** Moves time in small steps until nothing is in flight and no timer was due for a while. */
  settle(): Promise<void>;
}

/** The whole loop over real HTTP: CPO -> SCSP role -> sites -> planning -> dispatch -> SCSP role -> CPO. */
async function withLoop(work: (loop: Loop) => Promise<void>): Promise<void> {
  const store = await emptyStore();
  const rig = await scspRig(store);
  const { clock, log, activity, sites } = rig;
  const shared = { store, clock, log, activity };
  let planning: Planning | undefined;
  const dispatcher = createDispatcher({
    ...shared,
    random: randomBytes,
    target: rig.scsp.target,
    onFeedback: (feedback: Feedback) => void planning?.feedback(feedback),
  });
  planning = createPlanning({
    ...shared,
    sites,
    planner,
    dispatcher,
    carriesDischarge: (key) => rig.scsp.target.carriesDischarge(key),
  });
  await dispatcher.start();
  await planning.start();
  const { cpo, peerId } = await rig.join();
  const settle = async () => {
    for (let quiet = 0; quiet < 20; quiet += 1) {
      await activity.idle();
      await cpo.posted();
      clock.advance(100);
    }
    await activity.idle();
  };
  try {
    const { receiver } = cpo.client;
    await receiver.locations.put({ owner: OWNER, locationId: 'quay' }, location(T0));
    await work({ rig, cpo, peerId, planning, dispatcher, settle });
  } finally {
    await planning.stop();
    await dispatcher.close();
    await rig.close();
  }
}

test('UC-005 UC-006 SMC_002 SMC_019 SMC_014: a session that a foreign CPO starts over OCPI gets its plan and its profile, and the CPO holds it', () =>
  withLoop(async ({ rig, cpo, peerId, planning, settle }) => {
    const { receiver } = cpo.client;
    await receiver.smartchargingoptimisation.put(context(T0, { max_power: 9_000 }));
    await receiver.sessions.put(session('S1', rig.clock.now()));
    await settle();
    const [put] = cpo.requests;
    assert.equal(put?.method, 'PUT');
    assert.equal(put?.sessionId, 'S1');
    const limits = cpo.inForce.get('S1')?.charging_profile_period?.map((period) => period.limit) ?? [];
    assert.ok(limits.length > 0 && Math.max(...limits) <= 9_000, `limits ${limits} keep to the contract`);
    const [contextState] = await rig.sites.contexts();
    const plan = await planning.latest(contextState!.id);
    assert.ok(plan !== undefined, 'the plan is stored');
    assert.equal((await rig.sites.session({ peerId, sessionId: 'S1' }))?.contextId, contextState?.id);
  }));

test('UC-005: the record links session, plan and profile with its answer', () =>
  withLoop(async ({ rig, cpo, settle }) => {
    const { receiver } = cpo.client;
    await receiver.smartchargingoptimisation.put(context(T0));
    await receiver.sessions.put(session('S1', rig.clock.now()));
    await settle();
    const sent = rig.log.lines.find((line) => line.includes('charging profile(s)'));
    assert.ok(sent?.includes('S1'), 'one line a person can follow');
    assert.ok(rig.log.lines.some((line) => line.includes('Profile of session S1 accepted')));
  }));

test('D4.2-§5-2: a new limit reaches every session; the CPO never holds more than it', () =>
  withLoop(async ({ rig, cpo, settle }) => {
    const { receiver } = cpo.client;
    const evses = ['quay-1', 'quay-2'].map((evse_uid) => ({
      location_id: 'quay',
      evse_uid,
      connectors: [{ connector_id: '1', power: 11 }],
    }));
    await receiver.smartchargingoptimisation.put(context(T0, { evses }));
    for (const [n, { evse_uid }] of evses.entries()) {
      await receiver.sessions.put(session(`S${n}`, rig.clock.now(), { evse_uid }));
    }
    await settle();
    rig.clock.advance(20_000);
    const last_updated = formatDateTime(rig.clock.now());
    await receiver.smartchargingoptimisation.patch(
      { owner: OWNER, id: 'supply' },
      { max_power: 9_000, last_updated },
    );
    await settle();
    const highest = [...cpo.inForce.values()].map((profile) =>
      Math.max(...(profile.charging_profile_period ?? []).map((period) => period.limit)),
    );
    assert.equal(highest.length, 2);
    const first = [...cpo.inForce.values()].reduce(
      (sum, p) => sum + (p.charging_profile_period?.[0]?.limit ?? 0),
      0,
    );
    assert.ok(first <= 9_000, `${first} W`);
  }));

test('D4.2-§5.4: when the session ends the profile is cleared and the ledger is empty', () =>
  withLoop(async ({ rig, cpo, dispatcher, settle }) => {
    const { receiver } = cpo.client;
    await receiver.smartchargingoptimisation.put(context(T0));
    await receiver.sessions.put(session('S1', rig.clock.now()));
    await settle();
    const last_updated = formatDateTime(rig.clock.now());
    await receiver.sessions.patch(
      { owner: OWNER, id: 'S1' },
      { status: 'COMPLETED', end_date_time: last_updated, last_updated },
    );
    await settle();
    assert.equal(cpo.requests.at(-1)?.method, 'DELETE');
    assert.deepEqual(dispatcher.sessions(), []);
  }));

test('D1.5-§2.3.1.1-ACT X20: nothing is sent for a session that is not active yet; it is sent when it is', () =>
  withLoop(async ({ rig, cpo, settle }) => {
    const { receiver } = cpo.client;
    await receiver.smartchargingoptimisation.put(context(T0));
    await receiver.sessions.put(session('S1', rig.clock.now(), { status: 'PENDING' }));
    await settle();
    assert.equal(cpo.requests.length, 0);
    const last_updated = formatDateTime(rig.clock.now());
    await receiver.sessions.patch({ owner: OWNER, id: 'S1' }, { status: 'ACTIVE', last_updated });
    await settle();
    assert.deepEqual(
      cpo.requests.map((request) => request.method),
      ['PUT'],
    );
  }));

test('F5: a peer that is down gets nothing; when it is back its profiles are read and the plan goes out', () =>
  withLoop(async ({ rig, cpo, settle }) => {
    const { receiver } = cpo.client;
    await receiver.smartchargingoptimisation.put(context(T0));
    await receiver.sessions.put(session('S1', rig.clock.now()));
    await settle();
    const before = cpo.requests.length;
    cpo.down = true;
    for (let i = 0; i < 4; i += 1) {
      const last_updated = formatDateTime(rig.clock.now());
      await receiver.smartchargingoptimisation.patch(
        { owner: OWNER, id: 'supply' },
        { max_power: 9_000 - i * 1_000, last_updated },
      );
      await settle();
      rig.clock.advance(6 * 60_000);
    }
    assert.equal(cpo.requests.length, before);
    cpo.down = false;
    rig.clock.advance(60_000);
    await settle();
    rig.clock.advance(6 * 60_000);
    await settle();
    const after = cpo.requests.slice(before).map((request) => request.method);
    assert.ok(after.includes('GET') && after.includes('PUT'), `${after}`);
    assert.ok((cpo.inForce.get('S1')?.charging_profile_period?.[0]?.limit ?? 0) <= 6_000);
  }));
