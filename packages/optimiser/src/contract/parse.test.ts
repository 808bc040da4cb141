import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFieldError, parseProblem } from './index.ts';

const START = '2026-01-01T00:00:00Z';

function mistakes(input: unknown): string[] {
  const parsed = parseProblem(input);
  return parsed.ok ? [] : parsed.errors.map(formatFieldError);
}

function session(fields: object): object {
  return { start: START, sessions: [{ id: 'a', max_charge_w: 11_000, ...fields }] };
}

const cases: [string, unknown, string[]][] = [
  ['the smallest problem is right', { start: START }, []],
  ['a document that is no object', [], ['must be an object, got a list']],
  ['a missing start', {}, ['start: is required']],
  [
    'I1.9 X13: SoC is 0..1, 80 is refused',
    session({ battery_wh: 1, soc: 80 }),
    ['sessions[0].soc: must be between 0 and 1, got 80'],
  ],
  [
    'an unknown field names its path and the near name',
    session({ max_charge_kw: 11 }),
    ['sessions[0].max_charge_kw: unknown field; did you mean max_charge_w?'],
  ],
  ['an unknown field without a near name', { start: START, zebra: 1 }, ['zebra: unknown field']],
  ['0 slots', { start: START, slots: 0 }, ['slots: must be between 1 and 2000, got 0']],
  ['half a slot', { start: START, slots: 1.5 }, ['slots: must be a whole number, got 1.5']],
  [
    'a time without a zone',
    { start: '2026-01-01T00:00:00' },
    ['start: must be an RFC 3339 time in UTC such as 2026-01-31T08:00:00Z, got "2026-01-01T00:00:00"'],
  ],
  [
    'a day that does not exist',
    { start: '2026-02-30T00:00:00Z' },
    ['start: must be an RFC 3339 time in UTC such as 2026-01-31T08:00:00Z, got "2026-02-30T00:00:00Z"'],
  ],
  [
    'numbers are finite',
    { start: START, slot0_import_wh: Number.NaN },
    ['slot0_import_wh: must be a finite number, got NaN'],
  ],
  [
    'arrays have one entry per slot',
    { start: START, slots: 4, site: { import_price: [1, 2, 3] } },
    ['site.import_price: must have 4 entries, one per slot, got 3'],
  ],
  [
    'US-BCN-strategy: a session has one limit per slot',
    { ...session({ charge_limit_w: [1, 2, 3] }), slots: 4 },
    ['sessions[0].charge_limit_w: must have 4 entries, one per slot, got 3'],
  ],
  [
    'array sizes are bounded',
    { start: START, site: { import_price: new Array(2001).fill(0) } },
    ['site.import_price: must have at most 2000 entries, got 2001'],
  ],
  [
    'now lies in slot 0',
    { start: START, now: '2026-01-01T00:15:00Z' },
    ['now: must lie in slot 0, which begins at 2026-01-01T00:00:00Z, got 2026-01-01T00:15:00Z'],
  ],
  [
    'battery without SoC',
    session({ battery_wh: 1 }),
    ['sessions[0].soc: is required together with battery_wh'],
  ],
  ['SoC without battery', session({ soc: 1 }), ['sessions[0].battery_wh: is required together with soc']],
  [
    'minimum above maximum power',
    session({ min_charge_w: 12_000 }),
    ['sessions[0].min_charge_w: must not be above max_charge_w (11000), got 12000'],
  ],
  [
    'I2.1: discharge needs a battery',
    session({ max_discharge_w: 1 }),
    ['sessions[0].max_discharge_w: needs battery_wh and soc'],
  ],
  [
    'a target above max_soc',
    session({ battery_wh: 1, soc: 0.5, max_soc: 0.8, targets: [{ at: START, soc: 0.9 }] }),
    ['sessions[0].targets[0].soc: must not be above max_soc (0.8), got 0.9'],
  ],
  [
    'targets and an energy need',
    session({ battery_wh: 1, soc: 0.5, energy_need_wh: 1, targets: [{ at: START, soc: 0.9 }] }),
    ['sessions[0].energy_need_wh: stands instead of targets; give one of the two'],
  ],
  [
    'ids are unique',
    {
      start: START,
      sessions: [
        { id: 'a', max_charge_w: 1 },
        { id: 'a', max_charge_w: 1 },
      ],
    },
    ['sessions[1].id: must be unique, sessions[0] has it too'],
  ],
  [
    'a group names known sessions',
    { start: START, groups: [{ id: 'g', sessions: ['nobody'] }] },
    ['groups[0].sessions[0]: names no session: "nobody"'],
  ],
  [
    'groups nest or are disjoint',
    {
      start: START,
      sessions: ['a', 'b', 'c'].map((id) => ({ id, max_charge_w: 1 })),
      groups: [
        { id: 'x', sessions: ['a', 'b'] },
        { id: 'y', sessions: ['b', 'c'] },
      ],
    },
    ['groups[1].sessions: must lie wholly inside or outside group "x"'],
  ],
  [
    'a preference that does not exist',
    session({ preference: 'SLOW' }),
    ['sessions[0].preference: must be one of CHEAP, GREEN, FAST, REGULAR, got "SLOW"'],
  ],
  [
    'every mistake of a document is reported, shape and rules alike',
    {
      start: START,
      slots: 0,
      sessions: [
        { id: 'a', max_charge_w: -1 },
        { id: 'b', max_charge_w: 1, min_charge_w: 2 },
      ],
    },
    [
      'slots: must be between 1 and 2000, got 0',
      'sessions[0].max_charge_w: must be at least 0, got -1',
      'sessions[1].min_charge_w: must not be above max_charge_w (1), got 2',
    ],
  ],
];

for (const [title, input, expected] of cases) {
  test(`planning problem: ${title}`, () => assert.deepEqual(mistakes(input), expected));
}

test('planning problem: no input makes the parser throw', () => {
  const odd = [
    null,
    0,
    '',
    true,
    undefined,
    [[]],
    { sessions: {} },
    { start: START, sessions: [null, 1, []] },
  ];
  for (const input of odd) assert.equal(parseProblem(input).ok, false);
});
