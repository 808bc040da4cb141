import type { Connection } from './connection.ts';
import { type Course, rest } from './course.ts';

/** Shortest step: epoch ms are doubles with steps of a quarter of a microsecond. */
export const HAIR_MS = 0.01;
/** A power this close to its goal has reached it. */
export const SNAP_W = 0.05;
/** Between charging and discharging it rests. */
const TURN_MS = 200;

/** A straight ramp of mains power; the way between 0 and the smallest power is a jump. */
export function rampTo(connection: Connection, atMs: number, goalW: number, nowW: number): Course {
  const { minW, minDischargeW, risePerS, fallPerS } = connection;
  const least = (w: number) => Math.min(Math.abs(w), w < 0 ? minDischargeW : minW);
  const isLeaving = goalW === 0 || goalW * nowW < 0;
  // An inverter stops feeding in at once; a charger goes down to its smallest power first.
  const aimW = isLeaving ? (nowW < 0 ? nowW : least(nowW)) : goalW;
  const fromW = nowW === 0 ? Math.sign(goalW) * least(goalW) : nowW;
  if (Math.abs(aimW - fromW) <= SNAP_W) {
    const pauseMs = isLeaving && goalW !== 0 ? TURN_MS : HAIR_MS;
    return { ...rest(atMs, atMs + pauseMs), mainsW: isLeaving ? 0 : aimW };
  }
  const perMs = (Math.abs(aimW) > Math.abs(fromW) ? risePerS : fallPerS) / 1000;
  const lastsMs = Math.abs(aimW - fromW) / perMs;
  return { ...rest(atMs, atMs + lastsMs), mainsW: fromW, slopeWPerMs: (aimW - fromW) / lastsMs };
}
