/** Is a reading to be believed, given the one before? Doubted readings are stored and shown, but neither billed nor planned with (security: T-POISON, T-LIE). */
import type { MeterReading } from './reading.ts';

/** What was last believed of the same meter, each register with the time it was read. */
export interface KnownMeter {
  readonly importWh?: number;
  readonly importReadMs?: number;
  readonly exportWh?: number;
  readonly exportReadMs?: number;
}

/** No EVSE is built for more; a register that runs faster is broken or lying. W. */
const MOST_POWER_W = 1_500_000;
/** What a register may run ahead of the clock, Wh: rounding to whole Wh and samples of the same second. */
const SLACK_WH = 200;
/** Largest register a meter can show, Wh. */
const MOST_WH = 1e12;

/** A register that is lower by less has not fallen, Wh: some meters round to whole Wh in one message and not in the next. */
export const NOISE_WH = 1;

/** What a register can have moved on in this time, Wh. */
export const mostPlausibleWh = (elapsedMs: number, mostPowerW: number = MOST_POWER_W): number =>
  (mostPowerW * 2 * elapsedMs) / 3_600_000 + SLACK_WH;

export type Doubt = 'register-fell' | 'register-jumped' | 'register-absurd' | 'power-absurd' | 'soc-absurd';

/** @param mostPowerW what the EVSE can give at most, W, where it is known */
export function doubtsOf(
  reading: MeterReading,
  before: KnownMeter,
  mostPowerW: number = MOST_POWER_W,
): Doubt[] {
  const doubts = new Set<Doubt>();
  for (const [register, time] of [
    ['importWh', 'importReadMs'],
    ['exportWh', 'exportReadMs'],
  ] as const) {
    const now = reading[register];
    if (now === undefined) continue;
    if (!(now >= 0 && now <= MOST_WH)) doubts.add('register-absurd');
    const was = before[register];
    const wasMs = before[time];
    if (was === undefined || wasMs === undefined || reading.atMs < wasMs) continue;
    if (now < was - NOISE_WH) doubts.add('register-fell');
    else if (now - was > mostPlausibleWh(reading.atMs - wasMs, mostPowerW)) doubts.add('register-jumped');
  }
  for (const power of [reading.importPowerW, reading.exportPowerW]) {
    if (power !== undefined && !(Math.abs(power) <= MOST_POWER_W)) doubts.add('power-absurd');
  }
  if (reading.soc !== undefined && !(reading.soc >= 0 && reading.soc <= 1)) doubts.add('soc-absurd');
  return [...doubts];
}
