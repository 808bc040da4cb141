import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { moved, type RegisterLine, type Shown, type Verdict } from './register-line.ts';

const T0 = Date.parse('2026-06-01T08:00:00Z');

/** What the meter showed, minute by minute; the first one is the begin. */
function shown(values: readonly number[]): readonly Shown[] {
  return values.map((wh, minute) => ({ wh, atMs: T0 + minute * 60_000, isBegin: minute === 0 }));
}

function told(readings: readonly Shown[]): { readonly countedWh: number; readonly verdicts: Verdict[] } {
  let line: RegisterLine | undefined;
  const verdicts: Verdict[] = [];
  for (const reading of readings) {
    const step = moved(line, reading);
    line = step.line;
    verdicts.push(step.verdict);
  }
  assert.ok(line);
  return { countedWh: line.wh - line.startWh, verdicts };
}

const cases: readonly [string, readonly number[], number][] = [
  ['a meter that is replaced by a new one counts in both parts', [1000, 3000, 5000, 20, 520, 1020], 5000],
  ['a register that wraps round goes on', [999_900, 999_980, 40, 140, 240], 280],
  ['a register that was set back to 0 goes on from there', [5000, 7000, 0, 0, 300, 500], 2500],
  [
    'one that is replaced by an older meter counts no more than both gained',
    [1000, 2000, 880_000, 880_500, 881_000],
    2000,
  ],
  ['a begin of 0 that was never read is no energy', [0, 5_000_000, 5_000_100, 5_000_200], 200],
  ['nonsense for a while counts nothing', [1000, 2000, 0, 0, 0, 2500], 1500],
  ['one leap counts nothing', [1000, 2000, 9_000_000, 2100], 1100],
  ['nonsense that grows is left again, and adds nothing', [5000, 5100, 10, 15, 5200, 5300], 300],
  ['two readings of nonsense that could be a level add nothing', [5000, 100, 4000, 5100], 100],
  [
    'a register of each transaction that begins anew at 0 passes its old value',
    [0, 500, 0, 200, 400, 700],
    1100,
  ],
  ['two levels by turns count on the one that counted', [5000, 120, 5010, 125, 5020, 130], 20],
  ['noise below a watt-hour is no fall', [1000, 1000.6, 1000.2, 1001], 1],
];

for (const [name, values, countedWh] of cases) {
  test(`T-POISON ${name}`, () => {
    assert.equal(told(shown(values)).countedWh, countedWh);
  });
}

test('T-POISON what a replaced meter did is named', () => {
  const { verdicts } = told(shown([1000, 2000, 0, 500, 900]));
  assert.deepEqual(verdicts.slice(2), ['register-fell', 'register-fell', 'meter-replaced']);
  const last = { wh: 300, atMs: T0 + 5 * 60_000, isEnd: true };
  assert.equal(told([...shown([1000, 2000, 0]), last]).countedWh, 1300);
});

test('the final register counts although its clock lies before the last reading', () => {
  const readings = shown([1000, 2000, 3000]);
  const end = (wh: number) => [...readings, { wh, atMs: T0 + 30_000, isEnd: true }];
  assert.equal(told(end(9000)).countedWh, 8000);
  assert.equal(told(end(2500)).countedWh, 2000);
  assert.equal(told(end(9e8)).countedWh, 2000);
  assert.equal(told([...readings, { wh: 9000, atMs: T0 + 30_000 }]).countedWh, 2000);
});

test('an old reading with a register of 0 does not sell the whole register', () => {
  const readings = shown([700_000, 700_500]).map((each) => ({ ...each, isBegin: false }));
  assert.equal(told([...readings, { wh: 0, atMs: T0 - 60_000 }]).countedWh, 500);
  assert.equal(told([...shown([700, 1200]), { wh: 0, atMs: T0 - 60_000 }]).countedWh, 500);
});

test('T-POISON whatever a meter shows, what counts is never more than what every level gained, and never falls', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 2, maxLength: 30 }), (values) => {
      let line: RegisterLine | undefined;
      let before = 0;
      for (const reading of shown(values)) {
        line = moved(line, reading).line;
        const countedWh = line.wh - line.startWh;
        assert.ok(countedWh >= before);
        before = countedWh;
      }
      const gains = values.slice(1).map((wh, n) => Math.max(0, wh - Math.min(...values.slice(0, n + 1))));
      assert.ok(before <= gains.reduce((sum, gain) => sum + gain, 0) + 1e-6);
    }),
    { numRuns: 200 },
  );
});
