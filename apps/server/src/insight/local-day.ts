const DAY_MS = 24 * 3_600_000;

/** Start of the local day that contains `atMs`; on days that clocks change too. */
export function startOfDayMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    day: '2-digit',
  });
  const clockOf = (ms: number) => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return { day: part.day, ms: ((part.hour! * 60 + part.minute!) * 60 + part.second!) * 1000 };
  };
  const whole = Math.floor(atMs / 1000) * 1000;
  const now = clockOf(whole);
  const guess = whole - now.ms;
  const there = clockOf(guess);
  if (there.ms === 0) return guess;
  // Clocks were changed since midnight: the guess is off by the change.
  return there.day === now.day ? guess - there.ms : guess + (DAY_MS - there.ms);
}
