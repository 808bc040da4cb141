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
    const hours = (reading.atMs - wasMs) / 3_600_000;
    if (now < was - 1) doubts.add('register-fell');
    else if (now - was > mostPowerW * 2 * hours + SLACK_WH) doubts.add('register-jumped');
  }
  for (const power of [reading.importPowerW, reading.exportPowerW]) {
    if (power !== undefined && !(Math.abs(power) <= MOST_POWER_W)) doubts.add('power-absurd');
  }
  if (reading.soc !== undefined && !(reading.soc >= 0 && reading.soc <= 1)) doubts.add('soc-absurd');
  return [...doubts];
}

/** The reading without what is doubted, so that nobody downstream has to ask. */
export function believed(reading: MeterReading, doubts: readonly Doubt[]): MeterReading {
  if (doubts.length === 0) return reading;
  const { importWh, exportWh, importPowerW, exportPowerW, soc, ...rest } = reading;
  const registersHold = !doubts.some((doubt) => doubt.startsWith('register'));
  const powersHold = !doubts.includes('power-absurd');
  return {
    ...rest,
    ...(registersHold && importWh !== undefined ? { importWh } : {}),
    ...(registersHold && exportWh !== undefined ? { exportWh } : {}),
    ...(powersHold && importPowerW !== undefined ? { importPowerW } : {}),
    ...(powersHold && exportPowerW !== undefined ? { exportPowerW } : {}),
    ...(!doubts.includes('soc-absurd') && soc !== undefined ? { soc } : {}),
    flags: [...reading.flags, ...doubts].sort(),
  };
}
