import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotGrid } from './slot-grid.ts';
import { turnsOf } from './still-turns.ts';

const NOON_MS = Date.parse('2026-06-01T12:00:00Z');
const SLOT_MS = 900_000;
const still = (...ids: string[]) =>
  ids.map((id) => ({ id, leastW: 4_140, untilMs: Number.POSITIVE_INFINITY }));
const at = (slot: number) => slotGrid(NOON_MS + slot * SLOT_MS + 120_000, 15, 96);

/** Who may begin in each of so many slots. */
const served = (count: number, cars: ReturnType<typeof still>, roomW: number | null) =>
  Array.from({ length: count }, (_, slot) => {
    const waiting = turnsOf(cars, new Array<number | null>(96).fill(roomW), at(slot));
    return cars.map(({ id }) => id).filter((id) => !waiting.has(id));
  });

test('cars that took nothing have one turn each, as many at once as 5 % of the room is for', () => {
  const slots = served(3, still('a', 'b', 'c'), 50_000);
  assert.deepEqual(
    slots.map((ids) => ids.length),
    [1, 1, 1],
  );
  assert.deepEqual(slots.flat().sort(), ['a', 'b', 'c']);
  assert.deepEqual(
    served(2, still('a', 'b', 'c', 'd'), 200_000).map((ids) => ids.length),
    [2, 2],
  );
  assert.deepEqual(served(2, still('a'), 50_000), [['a'], ['a']]);
  assert.deepEqual(served(1, still('a', 'b'), null), [['a', 'b']]);
  assert.deepEqual(served(1, [], 50_000), [[]]);
});

test('the next turn of a car is said, and one whose need is due before it waits for none', () => {
  const grid = at(0);
  const room = new Array<number>(96).fill(50_000);
  const waiting = turnsOf(still('a', 'b'), room, grid);
  assert.deepEqual([...waiting.values()], [grid.startMs + SLOT_MS]);
  const [[id]] = [...waiting] as [[string, number]];
  const due = still('a', 'b').map((car) =>
    car.id === id ? { ...car, untilMs: grid.startMs + SLOT_MS } : car,
  );
  assert.equal(turnsOf(due, room, grid).size, 0);
});
