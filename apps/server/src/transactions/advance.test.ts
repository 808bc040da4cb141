import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MeterReading } from '../metering/index.ts';
import { advance, begun, superseded } from './advance.ts';
import { HeardEvents } from './heard-events.ts';
import type { TransactionReport } from './report.ts';
import { exportedWh, importedWh, type TransactionState } from './state.ts';

const START_MS = Date.parse('2026-06-01T08:00:00Z');
const identity = { id: 'tx', stationRef: 'ref' };

function reading(
  minute: number,
  importWh: number,
  exportWh: number,
  context = 'Sample.Periodic',
): MeterReading {
  return { atMs: START_MS + minute * 60_000, context, importWh, exportWh, other: [], signed: [], flags: [] };
}

function event(seq: number, kind: TransactionReport['kind'], readings: MeterReading[]): TransactionReport {
  return {
    stationId: 's',
    version: '2.1',
    kind,
    stationRef: 'ref',
    seq,
    trigger: 'MeterValuePeriodic',
    atMs: START_MS + seq * 60_000,
    receivedMs: START_MS + 3_600_000,
    offline: true,
    evseId: 1,
    connectorId: 1,
    readings,
    flags: [],
    payload: {},
    content: `${seq} ${kind} ${JSON.stringify(readings)}`,
    ...(kind === 'Started' ? { token: { uid: 'CARD', type: 'ISO14443' }, tokenStatus: 'Accepted' } : {}),
    ...(kind === 'Ended' ? { stopReason: 'EVDisconnected' } : {}),
  };
}

/** Start, samples and end of one transaction that charges, then discharges. */
const story: TransactionReport[] = [
  event(0, 'Started', [reading(0, 1000, 500, 'Transaction.Begin')]),
  ...[1, 2, 3, 4, 5, 6].map((seq) =>
    event(seq, 'Updated', [reading(seq, 1000 + Math.min(seq, 3) * 120, 500 + Math.max(0, seq - 3) * 110)]),
  ),
  event(7, 'Ended', [reading(7, 1360, 870, 'Transaction.End')]),
];

function told(reports: readonly TransactionReport[]): TransactionState {
  let state: TransactionState | undefined;
  const events = new HeardEvents();
  for (const report of reports) {
    const { content = '', kind, atMs, seq = 0 } = report;
    const step = advance(state ?? begun(report, identity), report, events.of(identity.id, report));
    if (!step.duplicate) events.note({ transactionId: identity.id, seq, content, kind, atMs });
    state = step.state;
  }
  assert.ok(state);
  return state;
}

test('D1.5-Q5-9 D1.5-Q5-10 one transaction charges and gives back, in two ledgers', () => {
  const state = told(story);
  assert.equal(importedWh(state), 360);
  assert.equal(exportedWh(state), 370);
  assert.equal(state.state, 'ended');
  assert.equal(state.tokenUid, 'CARD');
  assert.deepEqual(state.missingSeq, []);
  assert.deepEqual(state.flags, []);
});

test('offline replay: whatever the order and however often, the transaction ends the same', () => {
  const whole = told(story);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(story, { minLength: story.length }),
      fc.array(fc.nat(story.length - 1), { maxLength: 6 }),
      (shuffled, again) => {
        const state = told([...shuffled, ...again.map((n) => shuffled[n] as TransactionReport)]);
        assert.deepEqual(state, whole);
      },
    ),
    { numRuns: 300 },
  );
});

test('a gap is named until it is closed, and what never began is provisioned with what is known', () => {
  const [start, one, two, three] = story as [
    TransactionReport,
    TransactionReport,
    TransactionReport,
    TransactionReport,
  ];
  const gap = told([start, three]);
  assert.deepEqual(gap.missingSeq, [1, 2]);
  assert.deepEqual(told([start, three, one]).missingSeq, [2]);
  const late = told([two]);
  assert.deepEqual(late.missingSeq, [0, 1]);
  assert.deepEqual(late.flags, ['start-missing']);
  assert.equal(late.state, 'active');
  assert.deepEqual(told([two, start]).flags, []);
});

test('the same event twice changes nothing', () => {
  const before = told(story.slice(0, 4));
  const again = advance(before, story[2] as TransactionReport, 'same');
  assert.equal(again.duplicate, true);
  assert.equal(again.state, before);
  assert.deepEqual(again.readings, []);
});

test('a register that falls or leaps is kept with a flag and moves no total', () => {
  const before = told(story.slice(0, 4));
  for (const [importWh, flag] of [
    [10, 'register-fell'],
    [9e9, 'register-jumped'],
  ] as const) {
    const { state, readings } = advance(before, event(4, 'Updated', [reading(4, importWh, 500)]));
    assert.equal(importedWh(state), importedWh(before));
    assert.deepEqual(state.flags, [flag]);
    assert.deepEqual(readings[0]?.flags, [flag]);
  }
});

test('who began the transaction stays its driver, whoever ends it', () => {
  const stop = { ...event(1, 'Ended', []), token: { uid: 'OTHER', type: 'ISO14443' } };
  assert.equal(told([story[0] as TransactionReport, stop]).tokenUid, 'CARD');
});

test('a transaction that another one displaced ends there, and its own late end corrects that', () => {
  const running = told(story.slice(0, 3));
  const ended = superseded(running, START_MS + 500_000, START_MS + 500_000);
  assert.equal(ended.state, 'ended');
  assert.deepEqual(ended.flags, ['superseded']);
  const corrected = advance(ended, event(3, 'Ended', [reading(3, 1360, 500, 'Transaction.End')])).state;
  assert.deepEqual(corrected.flags, []);
  assert.equal(corrected.endMs, START_MS + 3 * 60_000);
  assert.equal(importedWh(corrected), 360);
});

test('D1.5-Q5-9 power every few seconds and energy every quarter hour, in readings of their own: the energy is no leap', () => {
  const power = (second: number): MeterReading => ({
    atMs: START_MS + second * 1000,
    context: 'Sample.Periodic',
    importPowerW: 150_000,
    other: [],
    signed: [],
    flags: [],
  });
  const clocked = { ...reading(15, 38_500, 500), context: 'Sample.Clock' };
  const state = told([
    event(0, 'Started', [reading(0, 1000, 500, 'Transaction.Begin')]),
    event(1, 'Updated', [power(890)]),
    event(2, 'Updated', [power(900), clocked]),
    event(3, 'Updated', [{ ...reading(16, 41_000, 500), atMs: START_MS + 910_000 }]),
  ]);
  assert.deepEqual(state.flags, []);
  assert.equal(importedWh(state), 40_000);
  assert.equal(state.powerW, 150_000);
  assert.equal(state.powerReadMs, START_MS + 900_000, 'a register alone does not make the power new');
});

test('D1.5-§2.3.1-CDR a sample from before the start does not move the start of a transaction', () => {
  const early = { ...event(1, 'Updated', []), atMs: START_MS - 86_400_000 };
  assert.equal(told([event(0, 'Started', []), early]).startMs, START_MS);
});

test('a station that lost its count: events are compared by content, nothing real is lost, nothing counts twice, in any order', () => {
  const later = (report: TransactionReport, minutes: number, chargingState: string): TransactionReport => ({
    ...report,
    atMs: START_MS + minutes * 60_000,
    chargingState,
  });
  // It counts to 4, loses its count, and begins again at 1.
  const reset = [
    event(0, 'Started', [reading(0, 1000, 500, 'Transaction.Begin')]),
    ...[1, 2, 3, 4].map((seq) =>
      later(event(seq, 'Updated', [reading(seq, 1000 + seq * 120, 500)]), seq, 'Charging'),
    ),
    later(event(1, 'Updated', [reading(5, 1620, 500)]), 5, 'SuspendedEV'),
    later(event(2, 'Updated', [reading(6, 1620, 540)]), 6, 'Discharging'),
    later(event(3, 'Ended', [reading(7, 1650, 560, 'Transaction.End')]), 7, 'Idle'),
  ];
  const whole = told(reset);
  assert.deepEqual(
    [whole.state, whole.chargingState, importedWh(whole), exportedWh(whole), whole.flags],
    ['ended', 'Idle', 650, 60, ['seq-reused']],
  );
  fc.assert(
    fc.property(
      fc.shuffledSubarray(reset, { minLength: reset.length }),
      fc.array(fc.nat(reset.length - 1), { maxLength: 6 }),
      (shuffled, again) => {
        const state = told([...shuffled, ...again.map((n) => shuffled[n] as TransactionReport)]);
        assert.deepEqual(state, whole);
      },
    ),
    { numRuns: 300 },
  );
});

test('a number that is none of this world hides no event that comes after it', () => {
  const state = told([
    event(0, 'Started', [reading(0, 1000, 500)]),
    event(2 ** 31 - 1, 'Updated', [reading(1, 1100, 500)]),
    event(2, 'Updated', [reading(2, 1200, 500)]),
    event(3, 'Ended', [reading(3, 1300, 500, 'Transaction.End')]),
  ]);
  assert.deepEqual([state.state, importedWh(state)], ['ended', 300]);
});

test('a second start of the same transaction neither moves its beginning nor forgets what was used before', () => {
  const again = {
    ...event(0, 'Started', [reading(4, 1480, 500, 'Transaction.Begin')]),
    atMs: START_MS + 240_000,
  };
  const state = told([...story.slice(0, 4), again, event(5, 'Updated', [reading(5, 1600, 500)])]);
  assert.deepEqual([state.startMs, importedWh(state)], [START_MS, 600]);
});

test('a reading from after the end counts for nobody', () => {
  const state = told([...story, event(8, 'Updated', [reading(60, 90_000, 870)])]);
  assert.equal(importedWh(state), 360);
});
