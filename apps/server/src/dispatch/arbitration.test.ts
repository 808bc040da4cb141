import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTORS, type Actor, bindingLimit, outranks, takesOver, VOICES, winner } from './index.ts';

/** D1.5-R4-2 as it is written: safety > DSO > TSO > driver > SCSP > CPO. Row: who wants; column: who holds. */
const MATRIX: Readonly<Record<Actor, Readonly<Record<Actor, boolean>>>> = {
  safety: { safety: false, dso: true, tso: true, driver: true, scsp: true, cpo: true },
  dso: { safety: false, dso: false, tso: true, driver: true, scsp: true, cpo: true },
  tso: { safety: false, dso: false, tso: false, driver: true, scsp: true, cpo: true },
  driver: { safety: false, dso: false, tso: false, driver: false, scsp: true, cpo: true },
  scsp: { safety: false, dso: false, tso: false, driver: false, scsp: false, cpo: true },
  cpo: { safety: false, dso: false, tso: false, driver: false, scsp: false, cpo: false },
};
const PAIRS = ACTORS.flatMap((newcomer) => ACTORS.map((holder) => [newcomer, holder] as const));

test('D1.5-R4-2: of every ordered pair of actors the table says who takes over the operation mode, whatever a person did and whoever came first', () => {
  assert.equal(PAIRS.length, 36);
  for (const [newcomer, holder] of PAIRS) {
    const expected = MATRIX[newcomer][holder];
    assert.equal(outranks(newcomer, holder), expected, `${newcomer} against ${holder}`);
    assert.equal(
      takesOver({ actor: newcomer, sinceMs: 2 }, { actor: holder, sinceMs: 1 }),
      expected,
      `${newcomer} against ${holder}`,
    );
    if (newcomer === holder) continue;
    const byHand = { actor: holder, byHand: true, sinceMs: 1 };
    assert.equal(
      takesOver({ actor: newcomer, sinceMs: 2 }, byHand),
      expected,
      `${newcomer}, ${holder} by hand`,
    );
    assert.equal(winner([byHand, { actor: newcomer, sinceMs: 2 }])?.actor, expected ? newcomer : holder);
  }
});

test('D1.5-R4-2 D1.5-§2.3.1.1-MIX: of one actor, what a person decided stands before a plan, and the first of equals stays', () => {
  for (const actor of ACTORS) {
    assert.equal(takesOver({ actor, byHand: true, sinceMs: 2 }, { actor, sinceMs: 1 }), true);
    assert.equal(takesOver({ actor, sinceMs: 2 }, { actor, byHand: true, sinceMs: 1 }), false);
    assert.equal(takesOver({ actor, sinceMs: 2 }, { actor, sinceMs: 1 }), false);
    assert.ok(VOICES[actor].length > 0);
  }
  assert.equal(winner([]), undefined);
});

test('D1.5-R4-2 X12: no rank lifts a limit: of every ordered pair the lower one binds, and of equal ones it is told as the higher actor', () => {
  for (const [one, other] of PAIRS) {
    const low = { actor: one, limitW: 4_000 };
    assert.equal(bindingLimit([{ actor: other, limitW: 9_000 }, low]), low);
    assert.equal(bindingLimit([low, { actor: other, limitW: Number.POSITIVE_INFINITY }]), low);
    const equal = bindingLimit([low, { actor: other, limitW: 4_000 }]);
    assert.equal(equal?.actor, outranks(other, one) ? other : one);
  }
  assert.equal(bindingLimit([{ actor: 'dso', limitW: Number.POSITIVE_INFINITY }]), undefined);
});
