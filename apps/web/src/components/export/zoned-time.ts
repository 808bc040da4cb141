const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-06-01T14:15:00+03:00`: a moment (epoch ms) by the clock of a zone, with how far that is from UTC (RFC 3339). */
export function zonedTime(ms: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formats.set(timeZone, format);
  }
  const wall = format.format(ms).replace(' ', 'T');
  const minutes = Math.round((Date.parse(`${wall}Z`) - Math.floor(ms / 1000) * 1000) / 60_000);
  if (minutes === 0) return `${wall}Z`;
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wall}${minutes < 0 ? '-' : '+'}${two(hour)}:${two(minute)}`;
}
