import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { UnitProfile, Wire } from '../exchange/codec.ts';
import { arbitraryOf } from '../model/fixtures/arbitrary.ts';
import { samples } from '../model/fixtures/objects.ts';
import { KINDS, type Kind, type ScOptimisation, validate } from '../model/index.ts';
import { readOptimisation } from '../modules/smart-charging-optimisation/read-optimisation.ts';
import { codecOf } from './codecs.ts';

const kinds = Object.keys(KINDS) as Kind[];
const wires: Wire[] = (['2.2.1', '2.3.0'] as const).map((version) => ({
  version,
  unitProfile: 'si',
  agreements: [],
}));

/** An object of the kind in which one place, anywhere, was replaced by any JSON value. */
function damaged(kind: Kind): fc.Arbitrary<unknown> {
  return fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 3 })).map(([place, junk]) => {
    let count = 0;
    const target = place % JSON.stringify(samples[kind]).length;
    return JSON.parse(JSON.stringify(samples[kind]), (_key, value: unknown) => {
      count += 1;
      return count === target % 60 ? junk : value;
    });
  });
}

test('OCPI: no JSON makes a codec throw, and whatever is accepted can be sent on strictly', () => {
  for (const wire of wires) {
    for (const kind of kinds) {
      const codec = codecOf(kind);
      fc.assert(
        fc.property(fc.oneof(damaged(kind), fc.jsonValue()), (json) => {
          for (const side of [codec, codec.partial]) {
            const reading = side.read(json, wire);
            if (!reading.ok) {
              assert.ok(reading.problems.length > 0);
              continue;
            }
            const again = side.write(reading.value as never, wire);
            if (again.ok && side === codec && again.warnings.length === 0) {
              assert.deepEqual(validate(kind, wire.version, 'out', again.value).errors, []);
            }
          }
        }),
        { numRuns: 40 },
      );
    }
  }
});

test('X2 X37 an object that the codec accepts never makes the conversion throw', () => {
  fc.assert(
    fc.property(
      arbitraryOf('ScOptimisation', '2.3.0'),
      fc.constantFrom<UnitProfile>('d42-tables', 'si'),
      fc.option(fc.integer({ min: 1, max: 400_000 }), { nil: undefined }),
      (object, profile, knownW) => {
        const outcome = readOptimisation(object as ScOptimisation, profile, () => knownW);
        if (!outcome.ok) {
          assert.equal(outcome.error, 'invalidParameters');
          return;
        }
        for (const slots of Object.values(outcome.data.series)) {
          let endMs = Number.NEGATIVE_INFINITY;
          for (const slot of slots) {
            assert.ok(slot.startMs >= endMs && slot.durationMs > 0 && Number.isFinite(slot.value));
            endMs = slot.startMs + slot.durationMs;
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
