import { isWallTime, type WallTime } from '../series/wall-time.ts';

const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|CET|CEST|[+-]\d{2}:?\d{2})?$/;

/** Minutes east of UTC of the zone words that appear in price files. */
const ZONE_MINUTES: Readonly<Record<string, number>> = { Z: 0, CET: 60, CEST: 120 };

/** A moment as a file writes it: the wall time it shows and, where a zone or offset stands there, the instant. */
export interface WrittenTime {
  readonly wall: WallTime;
  /** Epoch ms; undefined when the text has no zone. */
  readonly epochMs?: number;
}

/** Reads `2019-05-01 05:04:06-07:00`, `2024-01-01 00:00:00 CET`, RFC 3339 and the same without a zone. */
export function readInstant(text: string): WrittenTime | undefined {
  const match = PATTERN.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const wall = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  if (!isWallTime(wall)) return undefined;
  const zone = match[7];
  if (zone === undefined) return { wall };
  const offsetMinutes = ZONE_MINUTES[zone] ?? offsetOf(zone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return { wall, epochMs: asUtc - offsetMinutes * 60_000 };
}

function offsetOf(zone: string): number {
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return digits.startsWith('-') ? -minutes : minutes;
}
