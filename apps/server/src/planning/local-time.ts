const formats = new Map<string, Intl.DateTimeFormat>();

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Local weekday (1 = Monday) and hour with fraction; local time exists only in calendars and in what people do (DST). */
export function localTime(atMs: number, timeZone: string): { weekday: number; hour: number } {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map((part) => [part.type, part.value]));
  return {
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? 'Mon') + 1,
    hour: Number(parts.get('hour')) + Number(parts.get('minute')) / 60,
  };
}
