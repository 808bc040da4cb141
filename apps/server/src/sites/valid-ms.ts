import { parseDateTime } from '@smac/ocpi';

/** Epoch ms of an OCPI DateTime that was validated before. */
export function validMs(dateTime: string): number {
  const atMs = parseDateTime(dateTime);
  if (atMs === undefined) throw new Error(`Not an OCPI DateTime: ${dateTime}`);
  return atMs;
}
