import { pieces } from './energy-curve.ts';
import type { CityFacts } from './facts.ts';
import { boundsOf, localTime } from './local-time.ts';
import { countPart, hasSmall, isOver, type Parts, roundedCount, scaling } from './rounding.ts';
import { withheld } from './suppress.ts';

const QUARTER_MS = 15 * 60_000;
const CELLS = 7 * 24;

export interface HeatCell {
  /** 0 is Monday. */
  readonly weekday: number;
  /** Local hour, 0..23. */
  readonly hour: number;
  readonly withheld: boolean;
  /** To five sessions, and energy with them. */
  readonly rounded: boolean;
  /** Sessions that took energy in this hour of the week. */
  readonly sessions: number | null;
  readonly energyWh: number | null;
}

interface Cell {
  energyWh: number;
  sessions: number;
  readonly parts: Parts;
  /** Of days that go on: two answers would tell who came between them. */
  goesOn: boolean;
}

/** Energy by weekday and hour of the sites' clocks, of the period only: 7 x 24 cells. */
export function heatOf(facts: CityFacts): HeatCell[] {
  const cells = cellsOf(facts);
  const hidden = withheld(cells.map(({ sessions }) => sessions));
  return cells.map(({ sessions, energyWh, parts, goesOn }, n) => {
    const place = { weekday: Math.floor(n / 24), hour: n % 24 };
    if (hidden[n]) return { ...place, withheld: true, rounded: false, sessions: null, energyWh: null };
    const rounded = goesOn || hasSmall(parts);
    if (!rounded) return { ...place, withheld: false, rounded, sessions, energyWh };
    const scaled = scaling(sessions)(energyWh);
    return { ...place, withheld: false, rounded, sessions: roundedCount(sessions), energyWh: scaled };
  });
}

function cellsOf(facts: CityFacts): readonly Cell[] {
  const cells = Array.from(
    { length: CELLS },
    (): Cell => ({ sessions: 0, energyWh: 0, parts: new Map(), goesOn: false }),
  );
  for (const { evse, points } of facts.sessions) {
    const { fromMs, untilMs } = boundsOf(facts.period, evse.timeZone);
    const goesOn = !isOver(facts, evse.timeZone);
    const touched = new Map<number, string>();
    for (const piece of pieces(points)) {
      if (piece.wh <= 0) continue;
      // A quarter of an hour divides the hours of every zone there is.
      for (let atMs = piece.fromMs; atMs < piece.untilMs; ) {
        const endMs = Math.min(Math.floor(atMs / QUARTER_MS + 1) * QUARTER_MS, piece.untilMs);
        if (atMs >= fromMs && atMs < untilMs) {
          const { weekday, hour, date } = localTime(atMs, evse.timeZone);
          const cell = weekday * 24 + hour;
          cells[cell]!.energyWh += (piece.wh * (endMs - atMs)) / (piece.untilMs - piece.fromMs);
          touched.set(cell, date);
        }
        atMs = endMs;
      }
    }
    for (const [n, date] of touched) {
      const cell = cells[n]!;
      cell.sessions += 1;
      cell.goesOn ||= goesOn;
      countPart(cell.parts, evse.siteKey, date);
    }
  }
  return cells;
}
