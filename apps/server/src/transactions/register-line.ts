/**
 * One register of a meter through one transaction. Meters are replaced, reset and wrap round while a car charges, and some show nonsense for
 * a while: a reading that does not fit is set aside, and only when the next two run on from it, or the final one does, has the register moved
 * to another level. What it gained there counts; what it showed when it came never does, because nobody knows who used that.
 */
import { mostPlausibleWh, NOISE_WH } from '../metering/index.ts';

/** A level of the register that is not the one that counts. Wh as the meter showed it. */
export interface Aside {
  /** First on this level, where it was not left. */
  readonly fromWh?: number;
  readonly shownWh: number;
  readonly atMs: number;
  /** It ran on once. */
  readonly hasGrown?: true;
  /** It counted before, and the meter may come back to it. */
  readonly isLeft?: true;
}

export interface RegisterLine {
  /** At the start, Wh. */
  readonly startWh: number;
  readonly startMs: number;
  /** The start was named as such, so that no other reading moves it. */
  readonly isBegun?: true;
  /** Counted last: what the meter showed plus `offsetWh`. It never falls. */
  readonly wh: number;
  readonly readMs: number;
  /** Absent: 0, the register stands on the level it began with. */
  readonly offsetWh?: number;
  readonly aside?: Aside;
}

export interface Shown {
  readonly wh: number;
  readonly atMs: number;
  readonly isBegin?: boolean;
  /** The final register of the transaction. */
  readonly isEnd?: boolean;
}

export type Verdict = 'counted' | 'older' | 'meter-replaced' | 'register-fell' | 'register-jumped';

export interface Moved {
  readonly line: RegisterLine;
  readonly verdict: Verdict;
}

export function moved(line: RegisterLine | undefined, shown: Shown): Moved {
  if (line === undefined) {
    const { wh, atMs, isBegin } = shown;
    return {
      verdict: 'counted',
      line: { startWh: wh, startMs: atMs, wh, readMs: atMs, ...(isBegin === true ? { isBegun: true } : {}) },
    };
  }
  if (shown.isBegin === true) {
    const begun = begunAt(line, shown);
    if (begun !== undefined) return begun;
  }
  if (shown.atMs >= line.readMs) return onward(line, shown);
  return shown.isEnd === true ? ended(line, shown) : earlier(line, shown);
}

/** @returns undefined where it is a reading like any other, whatever its station calls it */
function begunAt(line: RegisterLine, { wh, atMs }: Shown): Moved | undefined {
  const isKnown = line.isBegun === true && atMs >= line.startMs;
  const isLate = atMs > line.readMs && line.wh > line.startWh;
  if (isKnown || isLate) return undefined;
  if (wh > line.wh + NOISE_WH && atMs <= line.readMs) return { line, verdict: 'register-fell' };
  return {
    verdict: 'counted',
    line: {
      ...line,
      startWh: wh,
      startMs: atMs,
      isBegun: true,
      wh: Math.max(wh, line.wh),
      readMs: Math.max(atMs, line.readMs),
    },
  };
}

function onward(line: RegisterLine, { wh, atMs, isEnd }: Shown): Moved {
  const { offsetWh = 0, aside } = line;
  const shownWh = line.wh - offsetWh;
  const gainWh = wh - shownWh;
  const fits = gainWh >= -NOISE_WH && gainWh <= mostPlausibleWh(atMs - line.readMs);
  const runsOn = aside !== undefined && isRunningOn(aside, wh, atMs);
  // Where it may stand on either level, the smaller gain is the true one.
  if (fits && !(runsOn && aside.isLeft === true && wh > aside.shownWh && wh - aside.shownWh < gainWh)) {
    const { aside: _, ...rest } = line;
    return {
      verdict: 'counted',
      line: {
        ...rest,
        wh: Math.max(line.wh, wh + offsetWh),
        readMs: atMs,
        ...(aside?.isLeft === true ? { aside } : {}),
      },
    };
  }
  const doubt = gainWh < 0 ? 'register-fell' : 'register-jumped';
  if (!runsOn) return { verdict: doubt, line: { ...line, aside: { fromWh: wh, shownWh: wh, atMs } } };
  const isSure = aside.isLeft === true || aside.hasGrown === true || isEnd === true;
  if (wh > aside.shownWh && isSure) {
    const countedWh = line.wh + wh - (aside.fromWh ?? aside.shownWh);
    return {
      verdict: 'meter-replaced',
      line: {
        ...line,
        wh: countedWh,
        readMs: atMs,
        offsetWh: countedWh - wh,
        aside: { shownWh, atMs: line.readMs, isLeft: true },
      },
    };
  }
  const grown = wh > aside.shownWh ? { hasGrown: true as const } : {};
  return { verdict: doubt, line: { ...line, aside: { ...aside, ...grown, shownWh: wh, atMs } } };
}

function isRunningOn({ shownWh, atMs }: Aside, wh: number, nowMs: number): boolean {
  return wh >= shownWh && wh - shownWh <= mostPlausibleWh(nowMs - atMs);
}

/** The final register counts although the clock of the station went back before it: it is what the driver was shown. */
function ended(line: RegisterLine, { wh }: Shown): Moved {
  const countedWh = wh + (line.offsetWh ?? 0);
  if (countedWh < line.wh - NOISE_WH) return { line, verdict: 'register-fell' };
  if (countedWh - line.startWh > mostPlausibleWh(line.readMs - line.startMs)) {
    return { line, verdict: 'register-jumped' };
  }
  return { line: { ...line, wh: Math.max(line.wh, countedWh) }, verdict: 'counted' };
}

/** An older reading changes no total, but may show that the transaction began lower where no start was named. */
function earlier(line: RegisterLine, { wh, atMs }: Shown): Moved {
  const isStart =
    line.isBegun !== true &&
    line.offsetWh === undefined &&
    atMs < line.startMs &&
    wh < line.startWh &&
    line.startWh - wh <= mostPlausibleWh(line.startMs - atMs);
  return { verdict: 'older', line: isStart ? { ...line, startWh: wh, startMs: atMs } : line };
}
